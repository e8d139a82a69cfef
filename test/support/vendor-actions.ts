/**
 * The vendors' actions that people come from: names of their inputs and outputs, which are facts, as their action.yml has
 * them at the commit that is named. Read on 2026-11-21; to be read again when a new major version comes.
 */
export interface VendorAction {
  /** OWNER/NAME on github.com. */
  readonly repository: string;
  readonly version: string;
  readonly commit: string;
  /** Of the commit. */
  readonly date: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export const configureAwsCredentials: VendorAction = {
  repository: 'aws-actions/configure-aws-credentials',
  version: 'v6.2.3',
  commit: 'e6de054238d6b7531b4efff3b6587d9aade6a06c',
  date: '2026-07-22',
  inputs: [
    'aws-region',
    'aws-profile',
    'overwrite-aws-profile',
    'role-to-assume',
    'aws-access-key-id',
    'aws-secret-access-key',
    'aws-session-token',
    'web-identity-token-file',
    'role-chaining',
    'audience',
    'http-proxy',
    'no-proxy',
    'mask-aws-account-id',
    'role-duration-seconds',
    'role-external-id',
    'role-session-name',
    'role-skip-session-tagging',
    'transitive-tag-keys',
    'inline-session-policy',
    'managed-session-policies',
    'output-credentials',
    'output-env-credentials',
    'unset-current-credentials',
    'disable-retry',
    'retry-max-attempts',
    'special-characters-workaround',
    'use-existing-credentials',
    'allowed-account-ids',
    'force-skip-oidc',
    'action-timeout-s',
    'custom-tags',
    'sts-endpoint',
  ],
  outputs: [
    'aws-account-id',
    'aws-access-key-id',
    'aws-secret-access-key',
    'aws-session-token',
    'aws-expiration',
  ],
};

export const googleAuth: VendorAction = {
  repository: 'google-github-actions/auth',
  version: 'v3.0.0',
  commit: '7c6bc770dae815cd3e89ee6cdf493a5fab2cc093',
  date: '2025-08-28',
  inputs: [
    'project_id',
    'workload_identity_provider',
    'service_account',
    'audience',
    'credentials_json',
    'create_credentials_file',
    'export_environment_variables',
    'token_format',
    'delegates',
    'universe',
    'request_reason',
    'cleanup_credentials',
    'access_token_lifetime',
    'access_token_scopes',
    'access_token_subject',
    'id_token_audience',
    'id_token_include_email',
  ],
  outputs: ['project_id', 'credentials_file_path', 'auth_token', 'access_token', 'id_token'],
};

export const vaultAction: VendorAction = {
  repository: 'hashicorp/vault-action',
  version: 'v3.4.0',
  commit: '4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b',
  date: '2025-06-13',
  inputs: [
    'url',
    'secrets',
    'pki',
    'namespace',
    'method',
    'role',
    'path',
    'token',
    'roleId',
    'secretId',
    'githubToken',
    'kubernetesTokenPath',
    'username',
    'password',
    'authPayload',
    'extraHeaders',
    'exportEnv',
    'exportToken',
    'outputToken',
    'caCertificate',
    'clientCertificate',
    'clientKey',
    'tlsSkipVerify',
    'jwtPrivateKey',
    'jwtKeyPassword',
    'jwtGithubAudience',
    'jwtTtl',
    'secretEncodingType',
    'ignoreNotFound',
  ],
  // Declared are none; what it sets, the input `secrets` names.
  outputs: [],
};

export const azureLogin: VendorAction = {
  repository: 'Azure/login',
  version: 'v3.0.1',
  commit: 'f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca',
  date: '2026-08-04',
  inputs: [
    'creds',
    'client-id',
    'tenant-id',
    'subscription-id',
    'enable-AzPSSession',
    'environment',
    'allow-no-subscriptions',
    'audience',
    'auth-type',
  ],
  outputs: [],
};

export const octoStsAction: VendorAction = {
  repository: 'octo-sts/action',
  version: 'v1.1.1',
  commit: 'f603d3be9d8dd9871a265776e625a27b00effe05',
  date: '2025-12-03',
  inputs: ['domain', 'scope', 'identity'],
  outputs: ['token'],
};
