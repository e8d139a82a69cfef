import type { CredentialRule } from './rule.ts';

export const personalToken: CredentialRule = {
  id: 'EO106',
  name: 'personal-token',
  what: 'A personal or machine-user token for a code forge.',
  severity: 'error',
  why: 'A personal token has the rights of a person, in all of that person’s repositories, and often no end.',
  hint: {
    text: 'Where the job stays in its own repository, GITHUB_TOKEN (or CI_JOB_TOKEN) with permissions is enough. For other repositories, let octo-sts or the broker lend a token of a GitHub App.',
    before:
      '- uses: actions/checkout@v6\n  with:\n    repository: octo-org/other\n    token: ${{ secrets.BOT_PAT }}',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: org/ephemeral-creds@v1\n    id: loan\n    with:\n      broker-url: https://broker.example.com\n      role: other-repository\n      export: outputs\n  - uses: actions/checkout@v6\n    with:\n      repository: octo-org/other\n      token: ${{ steps.loan.outputs.token }}',
  },
  recognises: {
    inputs: [
      {
        action:
          /(actions|peter-evans|softprops|ncipollo|googleapis|google-github-actions|stefanzweifel|ad-m|peaceiris|jamesives|changesets|release-drafter|tj-actions|dorny|lewagon|benc-uk|cycjimmy|goreleaser|crazy-max|dependabot|hmarr|pascalgn|marocchino|mikepenz|svenstaro|endbug|repo-sync|cpina|dmnemec|nick-fields|convictional|fastify|the-actions-org|octokit|gr2m|renovatebot|aormsby|mathieudutour|mislav|vedantmgoyal9|bruceadams|actions-ecosystem|thollander|trilom|xt0rted|github|super-linter|oxsecurity|amannn|eps1lon)\/.*/,
        input:
          /(.*[-_])?(token|pat|password|access[-_]token|api[-_]token[-_]github|auth)|(repo|github|gh|personal|access)[-_]?token|github_token/,
      },
      {
        action:
          /(?!\.).*\/.*(changelog|deployment[-_]|commit|pull-?request|issue|label|assign|release|-tag|tag-|branch|dispatch|workflow).*/,
        input: /(github[-_]?)?token/,
      },
      {
        input:
          /(github|gh|gitlab|gitea|forgejo|bitbucket|repo|repository|personal|pr|push|workflow|dispatch|checkout|submodules?|actions|git|commit|release|user|org|homebrew|tap|bot)[-_]?(api[-_])?(personal[-_]?)?(access[-_]?)?(token|pat)|pat|personal_access_token|api_token_github|destination-repository-token|ssh-or-token|API_TOKEN_GITHUB|COMMITTER_TOKEN/,
      },
    ],
    variables: [
      /(GH|GITHUB|GHE|GITLAB|GL|GITEA|FORGEJO|CODEBERG|BITBUCKET|HOMEBREW_GITHUB_API|RENOVATE|DANGER_GITHUB_API|DANGER_GITLAB_API|SEMANTIC_RELEASE|CHANGELOG_GITHUB|JEKYLL_GITHUB|RELEASE_PLEASE|BREW_GITHUB)_(ENTERPRISE_)?(API_)?(PERSONAL_)?(ACCESS_)?(TOKEN|PAT|PASSWORD|APP_PASSWORD)|GIT_(PASSWORD|TOKEN|ASKPASS_PASSWORD)|INPUT_GITHUB_TOKEN|REPO_TOKEN|AZURE_DEVOPS_EXT_(GITHUB_)?PAT|SYSTEM_ACCESSTOKEN|CI_PUSH_TOKEN/,
    ],
    commands: [
      { line: /gh auth login/ },
      { line: /git (clone|push|remote|fetch|pull|submodule|ls-remote|config|-c|-C|credential|archive)/ },
      {
        line: /curl|wget|http|https|octokit|gh api|Invoke-(RestMethod|WebRequest)/,
        word: /.*https?:\/\/[^/@\s]*(:[^@\s]*)?@(github|gitlab)\.[^\s]*/,
      },
      {
        line: /(curl|wget|http|https|xh|Invoke-RestMethod|Invoke-WebRequest) .*(api\.github\.com|GITHUB_API_URL|github\.com\/(repos|api)|uploads\.github\.com|gitlab\.com\/api|CI_API_V4_URL|api\/v4|api\.bitbucket\.org).*/,
      },
      { line: /curl|wget/, word: /.*PRIVATE-TOKEN:.*/ },
      { line: /.*/, option: /--(github|gh|gitlab)-token/ },
      {
        line: /(release-cli|glab|semantic-release|goreleaser|renovate|hub|gh) .*/,
        option: /--private-token|--token|-t|--github-token|--gitlab-token/,
      },
      { line: /echo|printf/, word: /.*https?:\/\/.*@(github|gitlab|bitbucket)\.\w+.*/ },
    ],
    files: [/.*\.git-credentials|.*\.netrc/],
    names: [
      /(?!.*(CROWDIN|MATTERMOST|JIRA|CONFLUENCE|ATLASSIAN|FIGMA|AIRTABLE|LINEAR|NOTION|ASANA|SLACK|SONAR|SNYK|SUPABASE|CONTENTFUL|HUBSPOT|NETLIFY|VERCEL))(.*_)?(PAT|PATS|PAT_TOKEN|GITHUB_PAT|GH_PAT|PERSONAL_?(ACCESS_?)?TOKEN|PERSONAL_TOKEN)(_.*)?/,
      /(.*_)?(GH|GITHUB|GHE|GITLAB|GITEA|FORGEJO|CODEBERG|BITBUCKET|AZDO|AZURE_DEVOPS|ADO|BOT|MACHINE_USER|CI_BOT|RELEASE|RELEASE_PLEASE|RELEASER|SEMANTIC_RELEASE|HOMEBREW|HOMEBREW_TAP|TAP|BREW|WINGET|REPO|REPOSITORY|REPOS|WORKFLOW|WORKFLOWS|PUSH|CHECKOUT|SUBMODULES?|DISPATCH|PR|PULL_REQUEST|MERGE|AUTOMERGE|COMMIT|COMMITTER|BACKPORT|CHANGESETS?|RENOVATE|DEPENDABOT|GIT|ACTIONS|ACTION|CROSS_REPO|SYNC|TRIGGER|ORG|ORG_READ|READ_ORG|PROJECT_BOARD|PROJECTS?|DOCS_DEPLOY|GHPAGES|GH_PAGES|PAGES|ROBOT|AUTOMATION|ADMIN|USER|STATS|METRICS|ADD_TO_PROJECT|ISSUES?|LABELER|TRIAGE)(_(.*_)?)?(TOKEN|PAT|ACCESS_TOKEN|API_TOKEN)(_.*)?/,
      /(.*_)?(GH|GITHUB|GHE|GITLAB|GITEA|FORGEJO|CODEBERG|BITBUCKET|AZDO|AZURE_DEVOPS|ADO|GIT|MACHINE_USER|BOT|CI_BOT)(_(.*_)?)?(API_KEY|APIKEY|PASSWORD|APP_PASSWORD)(_.*)?/,
      /GH_?TOKEN|GHTOKEN|G_TOKEN|MY_(GITHUB_)?TOKEN|ACCESS_TOKEN|.*_GH_TOKEN.*|.*_GITHUB_TOKEN.*|GITHUB_.*TOKEN.*|.*MACHINE_?USER.*TOKEN.*/,
    ],
    otherwise: {
      inputs: [{ input: /(.*[-_])?token/ }],
    },
  },
  examples: {
    finds: [
      { step: 'uses: example/auto-assign@v1\nwith:\n  token: ${{ secrets.OURS }}' },

      { step: 'uses: example/changelog-maker@v2\nwith:\n  token: ${{ secrets.OURS }}' },
      { step: 'run: cost comment --github-token ${{ secrets.OURS }}' },
      { step: 'uses: example/auto-assign@v1\nwith:\n  GITHUB_TOKEN: ${{ secrets.OURS }}' },

      { step: 'uses: actions/checkout@v6\nwith:\n  token: ${{ secrets.BOT }}' },
      { step: 'run: gh release create v1\nenv:\n  GH_TOKEN: ${{ secrets.RELEASER }}' },
      { step: 'run: git clone https://x:${{ secrets.READER }}@github.com/octo-org/other' },
      {
        step: 'run: |\n  curl -H "Authorization: token $T" \\\n    https://api.github.com/repos/octo-org/other/dispatches\nenv:\n  T: ${{ secrets.STARTER }}',
      },
      { gitlab: 'git push "https://oauth2:$PAT@gitlab.example.com/group/other.git"' },
    ],
    passes: [
      { step: 'uses: actions/checkout@v6\nwith:\n  token: ${{ secrets.GITHUB_TOKEN }}' },
      { step: 'run: gh release create v1\nenv:\n  GH_TOKEN: ${{ github.token }}' },
      { step: 'uses: actions/checkout@v6\nwith:\n  token: ${{ steps.loan.outputs.token }}' },
      { gitlab: 'git push "https://gitlab-ci-token:$CI_JOB_TOKEN@gitlab.example.com/group/other.git"' },
    ],
  },
};
