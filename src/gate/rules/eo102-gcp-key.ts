import type { CredentialRule } from './rule.ts';

export const gcpKey: CredentialRule = {
  id: 'EO102',
  name: 'gcp-key',
  what: 'The key of a Google Cloud service account.',
  severity: 'error',
  why: 'A service account’s key is valid for years by default, and Google does not see who holds it.',
  hint: {
    text: 'Use Workload Identity Federation: the pool’s condition names the repository, and no key exists.',
    before:
      "- uses: google-github-actions/auth@v3\n  with:\n    credentials_json: '${{ secrets.GCP_SA_KEY }}'",
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: google-github-actions/auth@v3\n    with:\n      workload_identity_provider: projects/123456789/locations/global/workloadIdentityPools/ci/providers/github\n      service_account: deploy@project.iam.gserviceaccount.com',
  },
  recognises: {
    inputs: [
      {
        input:
          /credentials[-_]json|(gcp|gcloud|google|ga)?[-_]?(service[-_]?account|sa)[-_]?(key|json|credentials?|json[-_]?key|keyfile|private[-_]?key)(plaintext|raw)?/,
      },
      {
        input:
          /(gcp|gcloud|google|gar|gcr|gcs)[-_](json[-_]?)?(auth|creds|credentials?|key|key[-_]?json|auth[-_]json|application[-_]credentials)(json)?/,
      },
      {
        input:
          /firebase[-_]?(service[-_]?account|token)(.*)?|serviceCredentials(FileContent)?|serviceAccountJson(PlainText)?/,
      },
      { action: /google-github-actions\/.*/, input: /credentials|credentials_json/ },
    ],
    variables: [
      /GOOGLE_(APPLICATION_)?CREDENTIALS(_JSON|_BASE64|_CONTENT)?|GOOGLE_(SERVICE_ACCOUNT|SA|CLOUD|GHA)?_?(JSON|KEY|SERVICE_KEY|KEYFILE|KEYFILE_JSON|KEY_JSON|CREDS|CREDS_PATH|KEY_FILE_CONTENT)|CLOUDSDK_AUTH_CREDENTIAL_FILE.*/,
      /(GCP|GCLOUD|GCS|GKE|GCR|GAR)_(.*_)?(SA|SA_KEY|SA_JSON|KEY|KEY_JSON|SERVICE_KEY|SERVICE_ACCOUNT|SERVICE_ACCOUNT_KEY|SERVICE_ACCOUNT_JSON|CREDENTIALS?|CREDENTIALS?_JSON|CREDS|AUTH|JSON|JSON_KEY|PRIVATE_KEY|APPLICATION_CREDENTIALS)/,
      /FIREBASE_(TOKEN|SERVICE_ACCOUNT.*)|SUPPLY_JSON_KEY(_DATA)?|PLAY_STORE_.*(JSON|KEY).*/,
    ],
    commands: [
      { line: /gcloud auth (activate-service-account|login)|gcloud .*activate-service-account/ },
      { line: /docker login .*_json_key/ },
      { line: /firebase .*/, option: /--token/ },
    ],
    files: [
      /.*(gcp|gcs|gcloud|google|service[-_]?account|firebase|application_default_credentials|sa)[\w.-]*(key|account|cred)?[\w.-]*\.json/,
    ],
    names: [
      /(?!.*(MAPS|PLACES|GEMINI|AI_?STUDIO|GENAI|GENERATIVE|RECAPTCHA|OAUTH|SEARCH|YOUTUBE|CLIENT_SECRET)|(.*_)?(GOOGLE|FIREBASE|GCP)_API_?KEY)(.*_)?(GCP|GCLOUD|GOOGLE|GCS|GKE|GCR|GAR|BIGQUERY|BQ|FIREBASE|VERTEX|VERTEX_?AI|PLAY|PLAY_?STORE|GOOGLE_?PLAY|ANDROID_PUBLISHER|GDRIVE|GOOGLE_DRIVE)(_(.*_)?)?(SA|SAK|KEY|KEYS|KEYFILE|JSON|CREDENTIALS?|CREDS|SERVICE_?ACCOUNT|AUTH|TOKEN|SERVICE_KEY)(_(KEY|JSON|FILE|CONTENTS?|BASE64|B64|DATA|PROD|PRODUCTION|STAGING|DEV|TEST|STG|ENCODED|BASE_64).*)?/,
      /(.*_)?SERVICE_?ACCOUNT(_(.*_)?)?(KEY|JSON|CREDENTIALS?|FILE|BASE64|CONTENT|PRIVATE_KEY)(_.*)?|(.*_)?CRED(ENTIAL)?S?_(GCP|GCS|GOOGLE)|SERVICE_?ACCOUNT|SA_(KEY|JSON|CREDENTIALS)|FIREBASE_(TOKEN|SERVICE_ACCOUNT.*|ADMIN.*KEY.*)/,
    ],
  },
  examples: {
    finds: [
      { step: "uses: google-github-actions/auth@v3\nwith:\n  credentials_json: '${{ secrets.DEPLOYER }}'" },
      {
        step: 'run: echo "$K" | gcloud auth activate-service-account --key-file=-\nenv:\n  K: ${{ secrets.DEPLOYER }}',
      },
      { step: 'run: echo "${{ secrets.BLOB }}" | base64 -d > gcp-key.json' },
    ],
    passes: [
      { step: 'run: ./build.sh\nenv:\n  VITE_FIREBASE_API_KEY: ${{ secrets.VITE_FIREBASE_API_KEY }}' },

      {
        step: 'uses: google-github-actions/auth@v3\nwith:\n  workload_identity_provider: ${{ secrets.WIF }}\n  service_account: ${{ secrets.SA }}\n  project_id: ${{ secrets.P }}',
      },
      { step: 'run: deploy\nenv:\n  GCP_PROJECT_ID: ${{ secrets.GCP_PROJECT_ID }}' },
    ],
  },
};
