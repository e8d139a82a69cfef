// provider: vault by the built bundle, against the stand-in of OpenBao; its database engine makes users in a real PostgreSQL.
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { parse } from 'yaml';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { startIssuer, type ListeningIssuer } from '../support/issuer.ts';
import { has, testWith } from '../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../support/postgres.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob, type Job } from '../support/runner.ts';
import { startVault, type Vault, type VaultOptions } from '../support/vault.ts';

const action = readAction('action.yml');
const key = 'mail-Zm9vYmFyYmF6cXV4MTIz';
const may = ['database/creds/app', 'kv/data/ci/mail', 'kv/data/ci/file'];
const minute = 60_000;
let issuer: ListeningIssuer;
let database: PostgresCluster | undefined;
let vault: Vault;
let fault: VaultOptions['fault'];
let made = 0;

beforeAll(async () => {
  issuer = await startIssuer();
  database = has('postgres') ? await startPostgres() : undefined;
  const claims = { repository_id: '456789', environment: 'production' };
  const audiences = ['https://vault.example.com:8200'];
  vault = await startVault({
    issuer,
    roles: {
      migrate: { audiences, claims, may },
      batch: { audiences, claims, may, batch: true },
      other: { audiences, claims: { repository_id: '1' }, may },
    },
    stored: {
      'kv/data/ci/mail': { key, from: 'ci@example.com' },
      'kv/data/ci/file': { key: Buffer.from(key).toString('base64') },
    },
    engines: { 'database/creds/app': makeUser },
    fault: (path) => fault?.(path),
  });
}, minute);

afterAll(async () => {
  await Promise.all([issuer.close(), vault.close(), database?.[Symbol.asyncDispose]()]);
});

/** What the database engine does (https://openbao.org/docs/secrets/databases/postgresql/). */
async function makeUser(): Promise<{
  data: Record<string, unknown>;
  ttlSeconds: number;
  revoke: () => Promise<void>;
}> {
  const username = `v-jwt-app-${String(++made)}`;
  const password = `A1a-${username}-Zm9vYmFyYmF6cXV4`;
  await database?.query(`CREATE ROLE "${username}" WITH LOGIN PASSWORD '${password}'`);
  return {
    data: { username, password },
    ttlSeconds: 600,
    revoke: async () => {
      await database?.query(`DROP ROLE IF EXISTS "${username}"`);
    },
  };
}

async function logsIn(user: string, password: string): Promise<boolean> {
  const client = new Client({
    host: '127.0.0.1',
    port: database?.port ?? 0,
    database: 'postgres',
    user,
    password,
  });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

const newJob = (): Job =>
  startJob({ idToken: { url: issuer.requestUrl, token: issuer.requestToken }, debug: true });

/** As the example has it, but for where the server is. */
function inputs(more: Record<string, string> = {}, params = (text: string) => text): Record<string, string> {
  const { jobs } = parse(readFileSync('examples/github/vault.yml', 'utf8')) as {
    jobs: { migrate: { steps: { with?: Record<string, string> }[] } };
  };
  const given = jobs.migrate.steps[1]?.with ?? {};
  const here = (given['params'] ?? '').replace('https://vault.example.com:8200', vault.url);
  const audience = 'https://vault.example.com:8200';
  return action.inputs({ ...given, audience, params: params(here), ...more });
}

const noSecrets = (text: string): string => text.slice(0, text.indexOf('secrets:'));

testWith(
  ['postgres'],
  'the job of the example logs in to the database, and after the end of the job neither it nor its login is there',
  async () => {
    await using job = newJob();
    const main = await job.step(action.main, { inputs: inputs() });
    expect(main.exitCode).toBe(0);
    const [user = '', password = ''] = ['PGUSER', 'PGPASSWORD'].map((name) => job.env.get(name));
    expect(job.env.get('MAIL_KEY')).toBe(key);
    expect(job.env.has('VAULT_TOKEN')).toBe(false);
    expect(await logsIn(user, password)).toBe(true);
    const [login = ''] = vault.issued.slice(-1);
    const [lease = ''] = vault.leases().slice(-1);
    expect(JSON.parse(main.outputs['lease-ids'] ?? '')).toContain(lease);
    expect(main.log).toContain('kv/data/ci/mail is a stored value');
    const end = await job.post(action.post ?? '', main);
    expect(end).toMatchObject({ exitCode: 0, annotations: [] });
    expect(end.log).toMatch(/database\/creds\/app \(lease .*\): given back/);
    expect(vault.tokens.has(login)).toBe(false);
    expect(await logsIn(user, password)).toBe(false);
    for (const step of [main, end]) assertHidden(step, [password, key, login]);
    expect(leftOvers(job)).toEqual([]);
  },
  minute,
);

test(
  'without `secrets` the job gets the login itself, until its end',
  async () => {
    await using job = newJob();
    const main = await job.step(action.main, { inputs: inputs({ export: 'auto' }, noSecrets) });
    expect(main.exitCode).toBe(0);
    const token = job.env.get('VAULT_TOKEN') ?? '';
    expect(vault.tokens.has(token)).toBe(true);
    expect(job.env.get('VAULT_ADDR')).toBe(vault.url);
    expect(JSON.stringify(main.state)).not.toContain(token);
    const end = await job.post(action.post ?? '', main);
    expect(end).toMatchObject({ exitCode: 0, annotations: [] });
    expect(end.log).toContain('given back (revoked)');
    expect(vault.tokens.has(token)).toBe(false);
    for (const step of [main, end]) assertHidden(step, [token]);
  },
  minute,
);

test(
  'a header for what stands before the server goes with each request, post’s too; a value that was stored encoded is delivered as its text',
  async () => {
    await using job = newJob();
    const given = {
      url: vault.url,
      headers: { 'X-Gateway-Team': 'ci' },
      secrets: [{ path: 'kv/data/ci/file', decode: 'base64' }],
    };
    const before = vault.requests.length;
    const main = await job.step(action.main, {
      inputs: inputs({ export: 'env MAIL_KEY=key', params: JSON.stringify(given) }),
    });
    expect([main.exitCode, job.env.get('MAIL_KEY')]).toEqual([0, key]);
    const end = await job.post(action.post ?? '', main);
    expect(end).toMatchObject({ exitCode: 0, annotations: [] });
    const seen = vault.requests.slice(before).map(({ path, headers }) => [path, headers['x-gateway-team']]);
    expect(seen).toEqual([
      ['/v1/auth/jwt/login', 'ci'],
      ['/v1/kv/data/ci/file', 'ci'],
      ['/v1/auth/token/revoke-self', 'ci'],
    ]);
    for (const step of [main, end]) assertHidden(step, [key]);
  },
  minute,
);

test(
  'a path that may not be read: nothing is delivered, and the login is over at once',
  async () => {
    await using job = newJob();
    const params = (text: string): string => text.replace('kv/data/ci/mail', 'kv/data/ci/pay');
    const main = await job.step(action.main, { inputs: inputs({ export: 'outputs' }, params) });
    expect(main.exitCode).toBe(66);
    expect(main.log).toContain('the login may not read kv/data/ci/pay');
    expect(main.log).toContain('path "kv/data/ci/pay" { capabilities = ["read"] }');
    expect(main.outputs).toEqual({});
    expect(vault.tokens.has(vault.issued.at(-1) ?? '')).toBe(false);
    expect(vault.leases()).toEqual([]);
  },
  minute,
);

test(
  'an answer that was lost leaves nothing behind: what it had in it ends with the login',
  async () => {
    await using job = newJob();
    const before = made;
    let lost = 0;
    fault = (path) => (path === 'database/creds/app' && lost++ === 0 ? { status: 0, lost: true } : undefined);
    const main = await job.step(action.main, { inputs: inputs({ export: 'outputs' }) });
    fault = undefined;
    expect(main.exitCode).toBe(0);
    expect(made).toBe(before + 2);
    expect(vault.leases()).toHaveLength(2);
    await job.post(action.post ?? '', main);
    expect(vault.leases()).toEqual([]);
  },
  minute,
);

test(
  'a batch token is told as what it is, and nobody pretends to revoke it',
  async () => {
    await using job = newJob();
    const main = await job.step(action.main, {
      inputs: inputs({ role: 'batch', export: 'outputs' }, noSecrets),
    });
    expect(main.exitCode).toBe(0);
    expect(main.log).toContain('a batch token, which nobody can revoke');
    expect(main.log).toContain('token_type=service');
    const end = await job.post(action.post ?? '', main);
    expect(end.exitCode).toBe(0);
    expect(end.log).toContain('cannot be revoked: ends');
    expect(vault.requests.at(-1)?.path).not.toContain('revoke-self');
  },
  minute,
);

test(
  'a login whose file another step has removed is said to live on, by name and until when',
  async () => {
    await using job = newJob();
    const main = await job.step(action.main, { inputs: inputs({ export: 'outputs' }, noSecrets) });
    const [file = ''] = leftOvers(job);
    rmSync(file);
    const end = await job.post(action.post ?? '', main);
    expect(end.exitCode).toBe(0);
    expect(end.log).toContain('is gone from the ledger’s file');
    expect(end.log).toContain('could not be given back and lives until');
  },
  minute,
);

test(
  'a refusal names claim and role, and no word of the server’s own',
  async () => {
    await using job = newJob();
    const main = await job.step(action.main, { inputs: inputs({ role: 'other' }) });
    expect(main.exitCode).toBe(66);
    expect(main.log).toContain('the claim `repository_id` does not match what the role is bound to');
    expect(main.log).toContain('Compare `bound_claims` of the role other');
    expect(main.log).not.toContain('associated');
  },
  minute,
);
