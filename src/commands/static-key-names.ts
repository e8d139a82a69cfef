/**
 * Variables in which tools look for a credential, by what is lent in its place: a kind, or a provider whose kind says
 * too little. Those of the table that hold something are looked at; the rest of the house is loaded for that only.
 */
export const staticKeyNames: Readonly<Record<string, readonly string[]>> = {
  'aws-session': ['AWS_ACCESS_KEY_ID'],
  'gcp-token': [
    'GOOGLE_APPLICATION_CREDENTIALS',
    'GOOGLE_APPLICATION_CREDENTIALS_JSON',
    'GOOGLE_CREDENTIALS',
    'GOOGLE_CLOUD_KEYFILE_JSON',
    'GCLOUD_KEYFILE_JSON',
    'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
    'GCP_SA_KEY',
  ],
  'azure-token': [
    'AZURE_CLIENT_SECRET',
    'ARM_CLIENT_SECRET',
    'AZURE_CREDENTIALS',
    'AZURE_CLIENT_CERTIFICATE_PATH',
    'ARM_CLIENT_CERTIFICATE_PATH',
  ],
  'vault-token': ['VAULT_TOKEN'],
  // Not GITHUB_TOKEN: that is the job’s own.
  'github-token': ['GH_TOKEN', 'GH_ENTERPRISE_TOKEN', 'GH_PAT', 'GITHUB_PAT'],
  'postgres-login': ['PGPASSWORD'],
  'mysql-login': ['MYSQL_PWD'],
  'registry-login': ['DOCKER_AUTH_CONFIG'],
  'kubernetes-token': ['KUBECONFIG'],
  'ssh-certificate': ['SSH_PRIVATE_KEY'],
  npm: ['NPM_TOKEN', 'NODE_AUTH_TOKEN'],
  pypi: ['TWINE_PASSWORD', 'PYPI_TOKEN', 'PYPI_API_TOKEN', 'UV_PUBLISH_TOKEN'],
  crates: ['CARGO_REGISTRY_TOKEN'],
};

/** What a provider always lends, so that it can be looked for before anything is asked. */
export const lentBy: Readonly<Record<string, string>> = {
  aws: 'aws-session',
  gcp: 'gcp-token',
  azure: 'azure-token',
  vault: 'vault-token',
  'octo-sts': 'github-token',
  npm: 'npm',
  pypi: 'pypi',
  crates: 'crates',
};
