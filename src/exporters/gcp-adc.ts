// https://google.aip.dev/auth/4117 and https://cloud.google.com/sdk/gcloud/reference/topic/configurations
import { isAbsolute, join } from 'node:path';
import type { CredentialOf } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { Exporter } from './exporter.ts';
import { leadTo } from './own-file.ts';
import { assertComes } from './prospects.ts';
import { assertOnly, wrongExport } from './settings.ts';
import { webUrl } from './web-login.ts';

const name = 'gcp-adc';

type Settings = Readonly<Record<string, string>>;

/**
 * The lent token in a file for gcloud, and beside it a file for Google's client libraries. They have no form for an
 * access token: theirs tells them to trade the ID token that the platform keeps in a file, again and for themselves.
 */
export const gcpAdc: Exporter = {
  name,
  takes: () => false,
  check: (settings) => {
    assertOnly(name, settings, [
      'provider',
      'token-file',
      'service-account',
      'universe-domain',
      'sts-endpoint',
    ]);
    const { provider, 'token-file': file, 'service-account': account } = settings;
    if (provider === undefined && file === undefined)
      throw wrongExport(
        name,
        'no `provider` and `token-file`: client libraries take no access token. For gcloud and Terraform write `env`',
      );
    if (provider === undefined || file === undefined)
      throw wrongExport(name, 'one of `provider` and `token-file` without the other');
    if (
      !fullMatch(
        /projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+/,
        provider,
      )
    )
      throw wrongExport(
        name,
        'a `provider` that is not projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/NAME',
      );
    if (!isAbsolute(file)) throw wrongExport(name, '`token-file` that is not an absolute path');
    if (account !== undefined && !fullMatch(/[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com/, account))
      throw wrongExport(name, 'a `service-account` that is none');
    const { 'universe-domain': universe, 'sts-endpoint': sts } = settings;
    if (universe !== undefined && !fullMatch(/([a-z0-9-]{1,63}\.)+[a-z]{2,63}/, universe))
      throw wrongExport(name, 'a `universe-domain` that is none');
    if (sts !== undefined && webUrl(sts) === undefined)
      throw wrongExport(name, '`sts-endpoint` that is no https URL');
  },
  foresee: (prospects) => {
    assertComes(name, prospects, { kinds: ['gcp-token'] });
  },
  pack: (loans, place) => {
    const { settings, folder } = place;
    const tokens = loans.flatMap(({ credential }) => (credential.kind === 'gcp-token' ? [credential] : []));
    const [only] = tokens;
    if (only === undefined) throw wrongExport(name, 'nothing to write: no gcp-token was lent');
    if (tokens.length > 1) throw wrongExport(name, 'several Google tokens: its tools know one at a time');
    const files = { token: join(folder, 'gcp-access-token'), adc: join(folder, 'gcp-adc.json') };
    return {
      files: {
        [files.token]: tokenText(only),
        [files.adc]: `${JSON.stringify(externalAccount(settings), null, 2)}\n`,
      },
      pointers: {
        ...leadTo(place, 'CLOUDSDK_AUTH_ACCESS_TOKEN_FILE', files.token),
        ...leadTo(place, 'GOOGLE_APPLICATION_CREDENTIALS', files.adc),
      },
    };
  },
};

function tokenText({ fields }: CredentialOf<'gcp-token'>): string {
  const token = fields.token.reveal();
  if (fullMatch(/[\x21-\x7e]+/, token)) return token;
  throw new CredsError('credential-unusable', 'The answer holds a gcp-token that no HTTP header can carry.');
}

/**
 * `credential_source` is a file and nothing else: as a URL it would hold what lets anyone ask for ID tokens of this job, as
 * a program it would run whatever lies under its name.
 */
function externalAccount(settings: Settings): unknown {
  const { provider = '', 'token-file': file, 'service-account': account } = settings;
  const universe = settings['universe-domain'] ?? 'googleapis.com';
  const sts = settings['sts-endpoint'] ?? `https://sts.${universe}`;
  const impersonation = `https://iamcredentials.${universe}/v1/projects/-/serviceAccounts/${account ?? ''}:generateAccessToken`;
  return {
    type: 'external_account',
    universe_domain: universe,
    audience: `//iam.${universe}/${provider}`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${sts.replace(/\/+$/, '')}/v1/token`,
    credential_source: { file, format: { type: 'text' } },
    ...(account !== undefined && { service_account_impersonation_url: impersonation }),
  };
}
