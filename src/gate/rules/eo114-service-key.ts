import { serviceKeyName } from './service-names.ts';
import type { CredentialRule } from './rule.ts';

export const serviceKey: CredentialRule = {
  id: 'EO114',
  name: 'service-key',
  what: 'A key, token or webhook of a service that offers no OIDC for jobs.',
  severity: 'warning',
  why: 'There is nothing short-lived to put in its place yet, but the copy in the settings of each repository is one that nobody rotates.',
  hint: {
    text: 'Keep it in one place, sealed, and let the broker lend it to jobs that a policy names: a change is then one change, and each use is in the audit log.',
    before: '- run: ./notify.sh\n  env:\n    SLACK_WEBHOOK_URL: ${{ secrets.SLACK_WEBHOOK_URL }}',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: org/ephemeral-creds@v1\n    with:\n      broker-url: https://broker.example.com\n      role: SLACK=slack-webhook\n  - run: ./notify.sh',
  },
  recognises: {
    inputs: [
      {
        action:
          /(codecov|coverallsapp|codacy|codeclimate|paambaati|sonarsource|sonarqube.*|snyk|getsentry|slackapi|8398a7|rtcamp|ravsamhq|act10ns|voxmedia|tsickert|sarisia|appleboy\/(telegram|discord).*|ilshidur|amondnet|netlify|nwtgck|cloudflare|superfly|akhileshns|railwayapp|bervproject|datadog|grafana|launchdarkly|cypress-io|percy|chromaui|browserstack|saucelabs|lambdatest|expo|algolia|crowdin|lokalise|phrase|transifex|dawidd6\/action-send-mail|chpiras|gitguardian|trufflesecurity|fossas|aquasecurity|veracode|checkmarx|bridgecrewio|octopusdeploy|newrelic|pagerduty|opsgenie|atlassian|jira|linear|notion|openai|anthropics|coderabbitai|qodo|wakatime|r0adkll|depot|buildpulse|sleuth|stackhawk|semgrep|returntocorp|postman.*|mailchimp|sendgrid|twilio|shopify|testmo|testrail|qase-tms|applitools|happo|currents|replay|nx|vercel|render|mergifyio|zaproxy)(\/.*)?/,
        input:
          /.*(token|key|secret|webhook.*|password|auth|dsn|pat|api[-_]?key|project[-_]token|url|credentials?|license)/,
      },
      {
        input:
          /(.*[-_])?webhook([-_]?(url|token|id))?|(slack|discord|telegram|codecov|sonar|snyk|sentry|netlify|vercel|cloudflare|heroku|openai|anthropic|expo|chromatic|percy|datadog|newrelic|sendgrid|twilio|jira|linear|notion|crowdin|claude|gemini|google[-_]api|coveralls|codacy|fly|render|railway|surge|algolia|launchdarkly|argocd|mail|smtp)[-_]?(.*[-_])?(token|key|api[-_]?key|secret|auth|password|webhook.*)/,
      },
    ],
    variables: [
      /CODECOV_TOKEN|SONAR_(TOKEN|LOGIN)|SNYK_TOKEN|SENTRY_AUTH_TOKEN|SLACK_(WEBHOOK.*|BOT_TOKEN|TOKEN|API_TOKEN|ACCESS_TOKEN)|DISCORD_(WEBHOOK.*|TOKEN|BOT_TOKEN)|TELEGRAM_(TOKEN|BOT_TOKEN)|NETLIFY_AUTH_TOKEN|VERCEL_TOKEN|CLOUDFLARE_(API_)?(TOKEN|KEY)|CF_API_(TOKEN|KEY)|HEROKU_API_KEY|FLY_API_TOKEN|OPENAI_API_KEY|ANTHROPIC_API_KEY|EXPO_TOKEN|CYPRESS_RECORD_KEY|PERCY_TOKEN|CHROMATIC_PROJECT_TOKEN|COVERALLS_REPO_TOKEN|CODACY_PROJECT_TOKEN|CC_TEST_REPORTER_ID|NX_CLOUD_(ACCESS|AUTH)_TOKEN|TURBO_TOKEN|(DD|DATADOG)_(API|APP|APPLICATION)_KEY|NEW_RELIC_(API_KEY|LICENSE_KEY)|ARGOCD_(AUTH_TOKEN|PASSWORD)|SUPABASE_ACCESS_TOKEN|SUPABASE_SERVICE_ROLE_KEY|STRIPE_.*KEY|GRADLE_ENTERPRISE_ACCESS_KEY|DEVELOCITY_ACCESS_KEY|GRADLE_ENCRYPTION_KEY/,
    ],
    commands: [
      {
        line: /(codecov|sonar-scanner|mvn .*sonar:sonar|gradle .*sonar|\.\/gradlew .*sonar|snyk|sentry-cli|netlify|vercel|wrangler|heroku|flyctl|fly|surge|railway|expo|eas|chromatic|percy|cypress|newman|argocd|datadog-ci|sumo|launchable|semgrep|fossa|cf) .*/,
        option: /.*(token|key|auth|password|login|passwd)|-t|-k|-p|--api-key|-Dsonar\.(login|token)/,
      },
      {
        line: /sonar-scanner|mvn|mvnw|gradle|gradlew|dotnet sonarscanner/,
        word: /[-\/]?-?[DP]?:?sonar\.(login|token|password)=.*/,
      },
      {
        line: /curl|wget/,
        word: /.*hooks\.slack\.com.*|.*discord(app)?\.com\/api\/webhooks.*|.*api\.telegram\.org.*|.*webhook.*/,
      },
    ],
    names: [
      /(.*_)?(WEBHOOK|WEB_HOOK|HOOK|DEPLOY_HOOK|RENDER_DEPLOY_HOOK)(_?(URL|TOKEN|SECRET|URI|ID|KEY|LINK))?(_.*)?/,
      serviceKeyName,
      /(.*_)?(SERVICE_ROLE(_KEY)?|LICENSE(_KEY)?|(PASSWORD|PASSWD|PASSPHRASE)_[A-Z0-9]+)/,
      /(.*_)?(API_?KEY|APIKEY|API_?TOKEN|API_?SECRET|API_KEYS|SLACK_URL|LICENSE_KEY|UNITY_LICENSE|SMTP_PASS.*|MAIL_?PASSWORD|EMAIL_PASSWORD)(_.*)?|CC_TEST_REPORTER_ID|UNITY_LICENSE|UNITY_SERIAL|UNITY_PASSWORD|LICENSE/,
    ],
    otherwise: {
      inputs: [{ input: /(.*[-_])?(password|passwd|secret|api[-_]?key|apikey|auth|key|credentials?)/ }],
      commands: [
        {
          line: /(curl|wget|http|https|xh|Invoke-RestMethod|Invoke-WebRequest)\b.*/,
          word: /.*(Authorization|Bearer|Api-?Key|Token|Secret|Password).*/,
        },
        { line: /(curl|wget) .*/, option: /-u|--user|--oauth2-bearer|--password/ },
        {
          line: /.*/,
          option:
            /--?(.*[-_])?(token|password|passwd|secret|api-?key|apikey|auth|credentials?|access-?key|private-?key)/,
        },
      ],
      names: [
        /(.*_)?(TOKENS?|SECRETS?|PASSWORDS?|PASSWD|PASS|PWD|KEYS?|PRIVATE_?KEY|CREDENTIALS?|CREDS?|AUTH|JWT|BEARER|APIKEY|TOKEN_.*|PASSWORD_.*|SECRET_KEY.*|PRIVATE_KEY_.*|AUTH_TOKEN_.*|AUTH_HEADER|AUTHORIZATION|SALT|MNEMONIC|SEED_PHRASE|PIN)/,
        /(.*_)?[A-Z0-9]+(TOKEN|SECRET|PASSWORD|APIKEY)/,
      ],
    },
  },
  examples: {
    finds: [
      {
        path: '.gitlab-ci.yml',
        text: 'a:\n  script:\n    - export BIND_PASSWORD="${BIND_PASSWORD:-unset}"\n    - ./start.sh\n',
        lines: [3],
      },

      { step: 'uses: ./.github/actions/terraform-plan\nwith:\n  cloudflare-api-token: ${{ secrets.CDN }}' },
      { step: 'run: terraform plan\nenv:\n  TF_VAR_jwt_secret_key: ${{ secrets.JWT_SECRET_KEY }}' },
      { step: 'run: ./x.sh\nenv:\n  EVENT_HUB_API_KEY: ${{ secrets.EVENT_HUB_API_KEY }}' },
      { step: 'run: ./sync.sh\nenv:\n  CROWDIN_PAT: ${{ secrets.CROWDIN_PAT }}' },

      { step: 'run: ./x.sh\nenv:\n  DD_APP_KEY: ${{ secrets.DATADOG_APP_KEY_MAIN_ACCOUNT }}' },
      { step: 'uses: ./.github/actions/notify\nwith:\n  url: ${{ secrets.SLACK_WEBHOOK_NIGHTLY_URL }}' },
      { step: 'run: ./x.sh\nenv:\n  PARTNER_CLIENTSECRET: ${{ secrets.PARTNER_CLIENTSECRET_EU }}' },
      { step: 'run: ./x.sh\nenv:\n  A: ${{ secrets.PORTAL_ACCESS_KEY_DEV }}' },

      { step: 'run: ./load.sh\nenv:\n  A: ${{ secrets.PROD_API_KEY }}' },
      { step: 'run: ./load.sh\nenv:\n  B: ${{ secrets.E2E_ADMIN_PASSWORD }}' },
      { step: 'run: ./load.sh\nenv:\n  MAPS: ${{ secrets.GOOGLE_MAPS_API_KEY }}' },
      { step: 'uses: example/http-request@v1\nwith:\n  url: ${{ secrets.DOCS_BUILD_WEBHOOK }}' },
      { step: 'run: ./index.sh\nenv:\n  CRAWLER: ${{ secrets.ALGOLIA_CRAWLER_API_KEY }}' },
      { step: 'run: ./seed.sh\nenv:\n  ROLE: ${{ secrets.STAGING_SUPABASE_SERVICE_ROLE }}' },

      { step: 'uses: codecov/codecov-action@v6\nwith:\n  token: ${{ secrets.COV }}' },
      { step: 'run: curl -X POST -d hello ${{ secrets.SLACK_WEBHOOK_URL }}' },
      {
        step: 'run: |\n  curl -H "Authorization: Bearer $T" https://api.example.com\nenv:\n  T: ${{ secrets.X }}',
      },
      { gitlab: 'sonar-scanner -Dsonar.token="$QUALITY"' },
    ],
    passes: [
      { step: 'run: ./x.sh\nenv:\n  PARTNER_TOKEN_EXCHANGE_SCOPE: ${{ secrets.PARTNER_STS_AUTH_SCOPE_EU }}' },

      {
        step: 'run: echo ok\nenv:\n  SENTRY_DSN: ${{ secrets.SENTRY_DSN }}\n  SLACK_CHANNEL_ID: ${{ secrets.SLACK_CHANNEL_ID }}',
      },
      { step: 'run: ./train.sh\nenv:\n  OPENAI_MODEL: ${{ secrets.OPENAI_MODEL }}' },
    ],
  },
};
