import type { CredentialRule } from './rule.ts';

export const envBlob: CredentialRule = {
  id: 'EO115',
  name: 'env-blob',
  what: 'A whole .env file, kept as one secret or put together from many.',
  severity: 'error',
  why: 'A blob gives every step all of it, no part of it is masked by itself, and nobody sees what it holds.',
  hint: {
    text: 'Put what is no secret into the repository, and let the broker lend each credential that is left to the step that needs it.',
    before: '- run: echo "${{ secrets.ENV_FILE }}" > .env',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: org/ephemeral-creds@v1\n    with:\n      broker-url: https://broker.example.com\n      role: |\n        app-db\n        MAIL=mail-key\n  - run: ./deploy.sh --config config/production.env',
  },
  recognises: {
    inputs: [
      {
        action: /.*(create-?env|env-?file|dotenv|make-?env|to-?env).*/,
        input: /envkey_.*|.*(env|content|data|secret|file).*/,
      },
      { input: /(dot)?env[-_]?(file|content|contents|data|blob)|app-?settings-?json/ },
    ],
    names: [
      /(.*_)?(DOT_?ENV|ENV_?FILE|ENV_?CONTENTS?|ENV_DATA|ENV_BLOB|ENVFILE|DOTENV_FILE|ENV_VARS|ENV_VARIABLES|ENVIRONMENT_VARIABLES|ENV_CONFIG|ENV_PROD(UCTION)?|ENV_STAGING|ENV_DEV(ELOPMENT)?|ENV_TEST|ENV_LOCAL|ENV_BASE64|ENV_JSON|ENV_SECRETS?|LARAVEL_ENV|APPLICATION_(YML|YAML|PROPERTIES)|APP_?SETTINGS(_JSON)?|CONFIG_JSON|SECRETS_(JSON|YAML|YML|FILE)|LOCAL_PROPERTIES)(_.*)?/,
      /(PROD|PRODUCTION|STAGING|STAGE|DEV|DEVELOPMENT|TEST|LOCAL|WEB|API|SERVER|BACKEND|FRONTEND|APP|CLIENT|DJANGO|BACK|FRONT)_ENV|ENV|DOTENV/,
    ],
    files: [
      /(.*\/)?[\w-]*\.env(\.\w+)*|.*(^|\/)env\.(prod|production|staging|dev|local|test)|.*\/(environment|secrets)\.(ts|js|json|ya?ml|properties|env)|.*(local|application|gradle)[\w.-]*\.(properties|ya?ml)|.*appsettings.*\.json/,
    ],
  },
  examples: {
    finds: [
      {
        step: 'run: |\n  cat <<EOF > src/main/resources/application.properties\n  ${{ secrets.APPLICATION }}\n  EOF',
      },
      { step: 'run: echo "${{ secrets.PROD_ENV }}" > .env' },
      { step: 'run: |\n  echo "A=${{ secrets.ALPHA }}" >> .env\n  echo "B=${{ secrets.BETA }}" >> .env' },
      { step: 'uses: SpicyPizza/create-envfile@v2\nwith:\n  envkey_ALPHA: ${{ secrets.ALPHA }}' },
    ],
    passes: [
      { step: 'run: cp config/production.env .env' },
      { step: 'run: echo "HOST=${{ secrets.APP_HOST }}" >> .env' },
    ],
  },
};
