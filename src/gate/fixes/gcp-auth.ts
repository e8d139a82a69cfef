import { subject } from './aws-role.ts';
import { textGiven } from './places.ts';
import { vendorStep } from './vendor-step.ts';

/** Endings of the names of keys of service accounts. */
export const keyEndings =
  /(SERVICE_?ACCOUNT|SA)?_?(JSON|CREDENTIALS?|CREDS|KEY)(_?(JSON|KEY|FILE|BASE64|B64))*|SERVICE_?ACCOUNT|SA/;

export const provider = {
  name: 'WORKLOAD_IDENTITY_PROVIDER',
  what: 'the full name of the provider, `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`',
};
export const account = { name: 'SERVICE_ACCOUNT', what: 'the e-mail address of the service account' };

/** https://github.com/google-github-actions/auth */
export const gcpAuth = vendorStep({
  name: 'gcp-auth',
  what: '`google-github-actions/auth` with a key becomes the same with a workload identity provider.',
  action: 'google-github-actions/auth',
  statics: ['credentials_json'],
  endings: keyEndings,
  inputs: ({ inputs }, ask) => ({
    workload_identity_provider: ask(provider.name, provider.what),
    ...(textGiven(inputs, 'service_account') === undefined
      ? { service_account: ask(account.name, account.what) }
      : {}),
  }),
  before: (job, secret) =>
    `In Google Cloud, make a workload identity pool and a provider for GitHub whose condition names this repository by its id, and let ${subject(job)} impersonate the service account whose key \`${secret}\` is.`,
});
