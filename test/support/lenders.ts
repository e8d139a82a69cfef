/** What every provider lends and how it is delivered, for jobs that give back in the middle: each against its stand-in. */
import { startCloudEdge, type CloudEdge } from './cloud-edge.ts';
import { fakeEntra, type FakeEntra } from './entra.ts';
import { exampleInputs } from './example-workflow.ts';
import { fakeGoogle, type FakeGoogle } from './google.ts';
import { startIssuer, type ListeningIssuer } from './issuer.ts';
import { startPlainSts, type PlainSts } from './plain-sts.ts';
import { startCrates, startNpm, startOctoSts, startPypi, type Publishing } from './publishing.ts';
import { startSts, type Sts } from './sts.ts';
import { startVault, type Vault } from './vault.ts';

const claims = { repository_id: '456789', environment: 'production' };
const sub = 'repo:octo-org/octo-repo:environment:production';
const deployer = 'deployer@my-project.iam.gserviceaccount.com';
const deploy = 'arn:aws:iam::123456789012:role/deploy';
const vaultName = 'https://vault.example.com:8200';
const pool = 'projects/123456789/locations/global/workloadIdentityPools/github/providers/octo-org';
const client = '00001111-aaaa-2222-bbbb-3333cccc4444';

let users = 0;
const database = new Map<string, string>();

/** What a database engine does, without a database. */
function makeUser(): Promise<{
  data: Record<string, string>;
  ttlSeconds: number;
  revoke: () => Promise<void>;
}> {
  const data = {
    username: `v-jwt-app-${String(++users)}`,
    password: `A1a-Zm9vYmFyYmF6cXV4-${String(users)}`,
  };
  database.set(data.username, data.password);
  const revoke = (): Promise<void> => {
    database.delete(data.username);
    return Promise.resolve();
  };
  return Promise.resolve({ data, ttlSeconds: 600, revoke });
}

/** The servers of all of them. */
export interface Lenders extends AsyncDisposable {
  readonly issuer: ListeningIssuer;
  readonly google: FakeGoogle;
  readonly entra: FakeEntra;
  readonly edge: CloudEdge;
  readonly aws: Sts;
  readonly sts: PlainSts;
  readonly vault: Vault;
  readonly registries: Readonly<Record<'npm' | 'pypi' | 'crates' | 'octo-sts', Publishing>>;
}
/** Starts them all, on loopback. */
export async function startLenders(): Promise<Lenders> {
  const issuer = await startIssuer();
  const google = fakeGoogle({
    issuer,
    provider: pool,
    condition: () => true,
    accounts: { [deployer]: { users: () => true } },
  });
  const entra = fakeEntra({
    issuer,
    tenant: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    clients: { [client]: [{ issuer: issuer.url, subject: sub, audience: 'api://AzureADTokenExchange' }] },
    resources: ['https://vault.azure.net'],
    seconds: 4500,
  });
  const audiences = [vaultName];
  const [npm, pypi, crates, octo] = await Promise.all(
    [startNpm, startPypi, startCrates, startOctoSts].map((start) => start({ issuer, publisher: claims })),
  );
  if (npm === undefined || pypi === undefined || crates === undefined || octo === undefined)
    throw new Error('a registry did not start');
  const edge = await startCloudEdge(google, entra);
  const aws = await startSts({ trust: { [deploy]: sub }, issuer });
  const sts = await startPlainSts();
  const vault = await startVault({
    issuer,
    roles: { migrate: { audiences, claims, may: ['database/creds/app'] } },
    engines: { 'database/creds/app': makeUser },
  });
  return {
    issuer,
    google,
    entra,
    edge,
    aws,
    sts,
    vault,
    registries: { npm, pypi, crates, 'octo-sts': octo },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([issuer.close(), aws.close(), vault.close()]);
      await Promise.all([edge, sts, npm, pypi, crates, octo].map((each) => each[Symbol.asyncDispose]()));
    },
  };
}

/** What one provider lends. */
export interface LenderRow {
  readonly inputs: (at: Lenders) => Record<string, string>;
  /** Of the ID token that the server takes. */
  readonly audience: (at: Lenders) => string;
  /** Lines of `export`, each for a job of its own. */
  readonly exports: readonly string[];
  /** The secret of the latest loan. */
  readonly token: (at: Lenders) => string;
  /** Whether the server still takes it; undefined where it cannot be given back. */
  readonly lives?: (token: string, at: Lenders) => boolean;
}

const audienceOf = {
  npm: ({ hostname }: URL): string => `npm:${hostname}`,
  pypi: (): string => 'pypi',
  crates: ({ host }: URL): string => host,
  'octo-sts': ({ host }: URL): string => host,
} as const;
const roles = { npm: '@octo-org/site', pypi: '', crates: '', 'octo-sts': 'release' };
const published = (
  name: keyof Lenders['registries'],
  params: string,
  exports: readonly string[],
): LenderRow => ({
  audience: (at) => audienceOf[name](new URL(at.registries[name].url)),
  inputs: (at) => ({
    provider: name,
    role: roles[name],
    params: params.replaceAll('URL', at.registries[name].url),
  }),
  exports,
  token: (at) => at.registries[name].issued.at(-1) ?? '',
  ...(['crates', 'octo-sts'].includes(name) && {
    lives: (token: string, at: Lenders) => at.registries[name].takes(token),
  }),
});

const googleAdc =
  'gcp-adc provider=projects/123456/locations/global/workloadIdentityPools/ci/providers/github token-file=/run/token';

/** By name; several of one provider are told apart. */
export const lenderRows: Readonly<Record<string, LenderRow>> = {
  aws: {
    audience: () => 'sts.amazonaws.com',
    inputs: (at) => ({ ...migrated('configure-aws-credentials'), params: `endpoint: ${at.aws.url}` }),
    exports: [
      'auto',
      'outputs',
      'env KEY=secret_access_key',
      'file KEY=secret_access_key',
      'aws-profile profile=prod',
    ],
    token: (at) => at.aws.issued.at(-1)?.sessionToken ?? '',
  },
  gcp: {
    audience: () => `https://iam.googleapis.com/${pool}`,
    inputs: () => migrated('google-github-actions-auth'),
    exports: ['auto', 'outputs', 'file GCP_TOKEN_FILE=token', googleAdc],
    token: (at) => at.google.issued.at(-1)?.token ?? '',
  },
  azure: {
    audience: () => 'api://AzureADTokenExchange',
    inputs: () => migrated('azure-login'),
    exports: ['auto', 'outputs', 'file AZURE_TOKEN_FILE=token'],
    token: (at) => at.entra.issued.at(-1)?.token ?? '',
  },
  vault: {
    audience: () => vaultName,
    inputs: (at) => ({
      provider: 'vault',
      role: 'migrate',
      audience: vaultName,
      params: `url: ${at.vault.url}`,
    }),
    exports: ['auto', 'outputs', 'env TOKEN=token', 'file VAULT_TOKEN_FILE=token'],
    token: (at) => at.vault.issued.at(-1) ?? '',
    lives: (token, at) => at.vault.tokens.has(token),
  },
  'vault, the migrated workflow': {
    audience: () => vaultName,
    inputs: (at) => {
      const { params = '', ...given } = migrated('vault-action');
      return { ...given, audience: vaultName, params: params.replace(vaultName, at.vault.url) };
    },
    exports: [migrated('vault-action')['export'] ?? '', 'outputs', 'file PGPASS_FILE=password'],
    token: () => [...database.values()].at(-1) ?? '',
    lives: (password) => [...database.values()].includes(password),
  },
  'octo-sts': published('octo-sts', 'url: URL\napi-url: URL\nscope: octo-org/octo-repo', [
    ...['auto', 'outputs', 'file GH_TOKEN_FILE=token', 'git-credential', 'netrc'],
  ]),
  npm: published('npm', 'url: URL', [
    ...['auto', 'outputs', 'file NPM_TOKEN_FILE=token'],
    ...['npmrc url=https://npm.example.com', 'netrc url=https://npm.example.com'],
  ]),
  pypi: published('pypi', 'url: URL', [
    ...['env UV_PUBLISH_TOKEN=password', 'outputs', 'file PYPI_TOKEN_FILE=password', 'pypirc', 'netrc'],
  ]),
  sts: {
    audience: (at) => /token-endpoint: (.*)/.exec(at.sts.inputs['params'] ?? '')?.[1] ?? '',
    inputs: (at) => at.sts.inputs,
    exports: [
      'auto',
      'outputs',
      'env API_TOKEN=token',
      'file API_TOKEN_FILE=token',
      'netrc url=https://api.example.com',
    ],
    token: (at) => at.sts.issued.at(-1) ?? '',
    lives: (token, at) => at.sts.lives(token),
  },
  crates: published('crates', 'url: URL', [
    'auto',
    'outputs',
    'env CARGO_TOKEN=token',
    'file CARGO_TOKEN_FILE=token',
  ]),
};

/** The workflow to which a page of docs/how-to/migrate leads. */
function migrated(name: string): Record<string, string> {
  return exampleInputs(`../migrate/${name}.after.yml`);
}
