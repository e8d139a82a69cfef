// `revoke/` in the middle of a job, for what every provider lends: the built bundles, each against its stand-in.
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { startCloudEdge, type CloudEdge } from '../support/cloud-edge.ts';
import { fakeEntra, type FakeEntra } from '../support/entra.ts';
import { exampleInputs } from '../support/example-workflow.ts';
import { fakeGoogle, type FakeGoogle } from '../support/google.ts';
import { startIssuer, type ListeningIssuer } from '../support/issuer.ts';
import { startCrates, startNpm, startOctoSts, startPypi, type Publishing } from '../support/publishing.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob, type Job } from '../support/runner.ts';
import { startSts, type Sts } from '../support/sts.ts';
import { startVault, type Vault } from '../support/vault.ts';

const action = readAction('action.yml');
const early = readAction('revoke/action.yml');
const minute = 60_000;
const claims = { repository_id: '456789', environment: 'production' };
const sub = 'repo:octo-org/octo-repo:environment:production';
const deployer = 'deployer@my-project.iam.gserviceaccount.com';
const deploy = 'arn:aws:iam::123456789012:role/deploy';
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

interface Servers {
  readonly issuer: ListeningIssuer;
  readonly google: FakeGoogle;
  readonly entra: FakeEntra;
  readonly edge: CloudEdge;
  readonly sts: Sts;
  readonly vault: Vault;
  readonly registries: Readonly<Record<'npm' | 'pypi' | 'crates' | 'octo-sts', Publishing>>;
}
let at: Servers;

beforeAll(async () => {
  const issuer = await startIssuer();
  const google = fakeGoogle({
    issuer,
    provider: 'projects/123456789/locations/global/workloadIdentityPools/github/providers/octo-org',
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
  const audiences = ['https://vault.example.com:8200'];
  const [npm, pypi, crates, octo] = await Promise.all(
    [startNpm, startPypi, startCrates, startOctoSts].map((start) => start({ issuer, publisher: claims })),
  );
  if (npm === undefined || pypi === undefined || crates === undefined || octo === undefined)
    throw new Error('a registry did not start');
  at = {
    issuer,
    google,
    entra,
    edge: await startCloudEdge(google, entra),
    sts: await startSts({ trust: { [deploy]: sub }, issuer }),
    vault: await startVault({
      issuer,
      roles: { migrate: { audiences, claims, may: ['database/creds/app'] } },
      engines: { 'database/creds/app': makeUser },
    }),
    registries: { npm, pypi, crates, 'octo-sts': octo },
  };
}, minute);
afterAll(async () => {
  const { issuer, edge, sts, vault, registries } = at;
  await Promise.all([issuer.close(), sts.close(), vault.close(), edge[Symbol.asyncDispose]()]);
  await Promise.all(Object.values(registries).map((each) => each[Symbol.asyncDispose]()));
});

interface Row {
  readonly inputs: () => Record<string, string>;
  /** Lines of `export`, each for a job of its own. */
  readonly exports: readonly string[];
  readonly token: () => string;
  /** Whether the server still takes it; undefined where it cannot be given back. */
  readonly lives?: (token: string) => boolean;
}

const roles = { npm: '@octo-org/site', pypi: '', crates: '', 'octo-sts': 'release' };
const published = (name: keyof Servers['registries'], params: string, exports: readonly string[]): Row => ({
  inputs: () => ({
    provider: name,
    role: roles[name],
    params: params.replaceAll('URL', at.registries[name].url),
  }),
  exports,
  token: () => at.registries[name].issued.at(-1) ?? '',
  ...(['crates', 'octo-sts'].includes(name) && {
    lives: (token: string) => at.registries[name].takes(token),
  }),
});

const googleAdc =
  'gcp-adc provider=projects/123456/locations/global/workloadIdentityPools/ci/providers/github token-file=/run/token';

const rows: Readonly<Record<string, Row>> = {
  aws: {
    inputs: () => ({ ...migrated('configure-aws-credentials'), params: `endpoint: ${at.sts.url}` }),
    exports: [
      'auto',
      'outputs',
      'env KEY=secret_access_key',
      'file KEY=secret_access_key',
      'aws-profile profile=prod',
    ],
    token: () => at.sts.issued.at(-1)?.sessionToken ?? '',
  },
  gcp: {
    inputs: () => migrated('google-github-actions-auth'),
    exports: ['auto', 'outputs', 'file GCP_TOKEN_FILE=token', googleAdc],
    token: () => at.google.issued.at(-1)?.token ?? '',
  },
  azure: {
    inputs: () => migrated('azure-login'),
    exports: ['auto', 'outputs', 'file AZURE_TOKEN_FILE=token'],
    token: () => at.entra.issued.at(-1)?.token ?? '',
  },
  vault: {
    inputs: () => ({
      provider: 'vault',
      role: 'migrate',
      audience: 'https://vault.example.com:8200',
      params: `url: ${at.vault.url}`,
    }),
    exports: ['auto', 'outputs', 'env TOKEN=token', 'file VAULT_TOKEN_FILE=token'],
    token: () => at.vault.issued.at(-1) ?? '',
    lives: (token) => at.vault.tokens.has(token),
  },
  'vault, the migrated workflow': {
    inputs: () => {
      const { params = '', ...given } = migrated('vault-action');
      const url = 'https://vault.example.com:8200';
      return { ...given, audience: url, params: params.replace(url, at.vault.url) };
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

const newJob = (): Job =>
  startJob({
    idToken: { url: at.issuer.requestUrl, token: at.issuer.requestToken },
    debug: true,
    env: at.edge.env,
  });

/** What keeps no file: variables and outputs. */
const inFiles = (how: string): boolean => !/^(auto|env|outputs)\b/.test(how);

describe.each(Object.entries(rows))('%s', (_, { inputs, exports, token, lives }) => {
  test.each(exports)(
    '%s: `revoke/` takes it away, gives back what can be given back, and says what cannot',
    async (how) => {
      await using job = newJob();
      const main = await job.step(action.main, { inputs: action.inputs({ ...inputs(), export: how }) });
      expect([main.exitCode, main.exitCode === 0 ? '' : main.log]).toEqual([0, '']);
      const value = token();
      const led = [...job.env.values()].filter((each) => each.startsWith('/') && existsSync(each));
      expect(led.length > 0).toBe(inFiles(how));
      const ids = main.outputs['lease-ids'] ?? '';
      const now = await job.step(early.main, { inputs: early.inputs({ 'lease-ids': ids }) });
      expect(now).toMatchObject({ exitCode: 0, annotations: [] });
      expect(now.log).toContain(lives === undefined ? 'cannot be revoked: ends' : 'given back (revoked)');
      if (lives !== undefined) expect(lives(value)).toBe(false);
      expect(
        // The user's own files may be led to by name: to some tools an empty variable is a name, too.
        [...job.env.values()].filter(
          (each) =>
            each !== '' && !/^include\.path$|gitconfig$/.test(each) && !each.startsWith(`${job.home}/`),
        ),
      ).toEqual([]);
      for (const path of led) expect(existsSync(path)).toBe(false);
      for (const path of leftOvers(job)) expect(readFileSync(path, 'utf8')).not.toContain(value);
      const end = await job.post(action.post ?? '', main);
      expect(end).toMatchObject({ exitCode: 0, annotations: [] });
      for (const step of [main, now, end]) assertHidden(step, [value]);
      expect(leftOvers(job)).toEqual([]);
    },
    minute,
  );
});
