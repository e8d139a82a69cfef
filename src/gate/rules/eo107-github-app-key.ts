import type { CredentialRule } from './rule.ts';

export const githubAppKey: CredentialRule = {
  id: 'EO107',
  name: 'github-app-key',
  what: 'The private key of a GitHub App.',
  severity: 'error',
  why: 'The key makes tokens for every installation of the App, for as long as nobody deletes it; the tokens are short, the key is not.',
  hint: {
    text: 'Keep the key in one place that only signs (a KMS behind the broker, or octo-sts) and let jobs ask for a token by ID token.',
    before:
      '- uses: actions/create-github-app-token@v3\n  with:\n    app-id: ${{ vars.APP_ID }}\n    private-key: ${{ secrets.APP_PRIVATE_KEY }}',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: org/ephemeral-creds@v1\n    id: loan\n    with:\n      broker-url: https://broker.example.com\n      role: app-token\n      export: outputs',
  },
  recognises: {
    inputs: [
      {
        action: /.*(github-app|app-token|app-auth|githubapp|create-app).*/,
        input:
          /(app[-_])?(private[-_])?(key|pem)([-_]base64)?|private[-_]?key|app[-_]?(private[-_]?)?(key|pem)|credentials|creds/,
      },
      { input: /(gh|github)?[-_]?app[-_](private[-_])?(key|pem)|app_pem/ },
    ],
    variables: [/(GH|GITHUB|RENOVATE|PROBOT|BOT)_APP_?(PRIVATE_KEY|KEY|PEM|PRIVATE_KEY_PEM)/],
    names: [
      /(?!.*(GPG|PGP|SIGN|SSH|DEPLOY|API_?KEY|ACCESS_KEY|SLACK|TELEGRAM|DISCORD))(.*_)?(GHAPP|GH_APP|GITHUB_APP|GITHUBAPP|PROBOT|BOT|RENOVATE)_(.*_)?(PRIVATE_?KEY|PEM|KEY|PK|CREDS|CREDENTIALS)(_.*)?/,
      /(.*_)?(GHAPP|GH_APP|GITHUB_APP)_CLIENT_SECRET|(?!(REACT|VUE)_APP_|.*(GPG|PGP|SSH|SENTRY|DEPLOY))(.*_)?(APP|BOT)(_(.*_)?)?(PRIVATE_?KEY|PEM|SECRET_?PEM)(_.*)?/,
    ],
  },
  examples: {
    finds: [
      { step: 'uses: electron/github-app-auth-action@v2\nwith:\n  creds: ${{ secrets.TRIAGE }}' },

      {
        step: 'uses: actions/create-github-app-token@v3\nwith:\n  app-id: ${{ vars.APP }}\n  private-key: ${{ secrets.PEM }}',
      },
      { step: 'uses: tibdex/github-app-token@v2\nwith:\n  app_id: 1\n  private_key: ${{ secrets.K }}' },
    ],
    passes: [
      { step: 'uses: octo-sts/action@v1\nwith:\n  scope: octo-org/other\n  identity: reader' },
      { step: 'run: echo ok\nenv:\n  APP_ID: ${{ secrets.APP_ID }}' },
    ],
  },
};
