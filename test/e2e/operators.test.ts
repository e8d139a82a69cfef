/** `lease` and `freeze` of the command line against a listener with TLS and client certificates. */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { listen, type Listening } from '../../src/broker/http/listen.ts';
import { Borrower, leasesOf } from '../support/broker/borrower.ts';
import { brokerFolder } from '../support/broker/broker-process.ts';
import { startDesk, type OperatorDesk } from '../support/broker/operator-desk.ts';
import { createAuthority } from '../support/certificates.ts';
import { makeIssuer } from '../support/issuer.ts';
import { closedPort } from '../support/socket-server.ts';

const servers = createAuthority('servers');
const operators = createAuthority('operators');
const strangers = createAuthority('strangers');
const entry = resolve('src/entry/admin.ts');

let folder: string;
let desk: OperatorDesk;
let server: Listening;

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'operators-'));
  for (const [name, authority] of [
    ['bob', operators],
    ['nobody', operators],
    ['eve', strangers],
  ] as const) {
    const { cert, key } = authority.issue({ names: [name === 'eve' ? 'bob' : name] });
    file(`${name}.crt`, cert);
    file(`${name}.key`, key);
  }
  file('ca.crt', servers.cert);
});

beforeEach(async () => {
  desk = await startDesk(operators.cert, { admin: (yaml) => yaml.replace('CN=bob,O=Example', 'CN=bob') });
  const { cert, key } = servers.issue();
  const tls = { certificate: cert, key, clientCa: operators.cert };
  server = await listen({ listen: { host: '127.0.0.1', port: 0 }, tls }, desk.handle);
});

afterEach(async () => {
  await server.close(0);
  await desk.broker.stop();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the commands' own entry, since the bundles are made from what is committed. */
async function operate(words: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const [noun = '', ...rest] = words;
  const script = `const { adminMain } = await import(${JSON.stringify(entry)}); process.exitCode = await adminMain(process.argv[1], process.argv.slice(2));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', noun, ...rest], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const status = await new Promise<number | null>((ended) => child.once('close', ended));
  return { status, stdout, stderr };
}

const as = (name: string): string[] => [
  ...['--admin-url', `https://localhost:${String(server.port)}`, '--ca', join(folder, 'ca.crt')],
  ...['--certificate', join(folder, `${name}.crt`), '--key', join(folder, `${name}.key`)],
];

async function lend(): Promise<string> {
  return leasesOf(await new Borrower(desk.broker).borrow())[0]?.lease_id ?? '';
}

describe('an operator', () => {
  test('lists, shows and revokes by certificate', async () => {
    const id = await lend();
    const list = await operate(['lease', 'list', '--repository', 'octo-org/octo-repo', ...as('bob')]);
    expect(list.stderr).toBe('');
    expect(list.stdout.split('\n')[0]).toMatch(/^LEASE +STATE +ROLE +REPOSITORY +ACTOR +COMMIT +ENDS$/);
    expect(list.stdout).toMatch(new RegExp(`${id} +active +deploy-prod +octo-org/octo-repo `));
    const shown = await operate(['lease', 'show', id, ...as('bob')]);
    expect(shown.stdout).toMatch(/\nrevocability +immediate\n/);
    const asked = ['lease', 'revoke', id, '--reason', 'INC-7', '--wait', '0s', ...as('bob')];
    expect(await operate(asked)).toMatchObject({ status: 64, stdout: '' });
    expect((await operate(['lease', 'show', id, '--json', ...as('bob')])).stdout).toContain('"active"');
    const done = await operate([...asked, '--yes']);
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(done.stdout).toBe(
      'Ended 1 leases, 1 sessions and 0 requests that wait. Of the leases 1 are over.\n',
    );
    expect((await operate(['lease', 'list', ...as('bob')])).stdout).toBe('No lease.\n');
  }, 60_000);

  test.each([['..'], ['Lse_5f1c'], ['ses_5f1c0d9e8b7a6c5d4e3f2a1b'], ['eyJhbGciOi']])(
    'is told what a lease’s id looks like in the place of %s, which is not repeated',
    async (id) => {
      for (const words of [['show'], ['revoke', '--reason', 'INC-7', '--yes']]) {
        const [verb = '', ...more] = words;
        const ended = await operate(['lease', verb, id, ...more, ...as('bob')]);
        expect(ended).toMatchObject({ status: 64, stdout: '' });
        expect(ended.stderr).toContain('What stands there is no lease’s id.');
        expect(ended.stderr).toContain('a lease’s id is lse_ and 24 digits and letters from a to f');
        expect(ended.stderr).not.toContain(`${id} `);
      }
    },
    60_000,
  );

  test.each([
    [['freeze', 'off'], 'Why is not said.', '--reason TEXT'],
    [['lease', 'revoke', '--all'], 'Why is not said.', '--reason TEXT'],
    [['lease', 'list', '--since', 'yesterday'], '`--since` is neither', '2026-11-20T12:00:00Z'],
    [['lease', 'revoke', '--all', '--reason', 'x', '--wait', '1m'], '`--wait` is no duration', '5s'],
  ])('who says %j is told what is missing', async (words, message, hint) => {
    const ended = await operate([...words, ...as('bob')]);
    expect(ended).toMatchObject({ status: 64, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toContain(hint);
    expect(ended.stderr).not.toContain('Usage');
  });

  test('freezes and thaws by a token that no argument holds', async () => {
    const token = await desk.login.mint({
      audience: 'ephemeral-creds-admin',
      at: desk.broker.world.clock.now(),
      claims: { sub: '248289761001' },
    });
    const env = {
      EPHEMERAL_CREDS_ADMIN_URL: `https://localhost:${String(server.port)}`,
      EPHEMERAL_CREDS_ADMIN_TOKEN: token,
    };
    const ca = ['--ca', join(folder, 'ca.crt')];
    const on = await operate(['freeze', 'on', '--reason', 'INC-7', ...ca], env);
    expect(on).toMatchObject({ status: 0, stderr: '' });
    expect(on.stdout).toMatch(/^Frozen: nothing is lent\. alice at .*: INC-7\n$/);
    expect((await new Borrower(desk.broker).borrow()).status).toBe(503);
    const file1 = file('token', `${token}\n`);
    const off = ['freeze', 'off', '--reason', 'over', '--token-file', file1, '--json', ...ca];
    const { EPHEMERAL_CREDS_ADMIN_URL } = env;
    expect(JSON.parse((await operate(off, { EPHEMERAL_CREDS_ADMIN_URL })).stdout)).toMatchObject({
      frozen: false,
    });
    expect((await operate(['freeze', 'status', ...ca], env)).stdout).toMatch(/^Not frozen\. alice at /);
  }, 60_000);
});

test('B34: a broker in a process of its own listens to operators where its settings say so', async () => {
  await using place = await brokerFolder();
  const url = `http://127.0.0.1:${String(await closedPort())}`;
  const login = await makeIssuer({ platform: 'oidc', url: 'https://login.example.com' });
  writeFileSync(join(place.path, 'login.json'), JSON.stringify({ keys: [login.publicKey()] }));
  appendFileSync(
    join(place.path, 'broker.yaml'),
    `admin:
  listen: ${new URL(url).host}
  tls: off
  issuer: { url: "${login.url}", audience: ephemeral-creds-admin, jwks_file: login.json }
  operators: [ { id: alice, claims: { sub: "1" }, rights: [read, revoke, freeze] } ]
`,
  );
  const broker = await place.start();
  const token = await login.mint({ audience: 'ephemeral-creds-admin', claims: { sub: '1' } });
  const env = { EPHEMERAL_CREDS_ADMIN_URL: url, EPHEMERAL_CREDS_ADMIN_TOKEN: token };
  expect((await broker.borrow()).status).toBe(200);
  const revoked = await operate(['lease', 'revoke', '--all', '--reason', 'x', '--yes', '--json'], env);
  expect(JSON.parse(revoked.stdout)).toMatchObject({ leases: 1, over: 1 });
  expect((await operate(['freeze', 'on', '--reason', 'x'], env)).status).toBe(0);
  expect((await broker.borrow()).status).toBe(503);
  await broker.kill('SIGKILL');
  const again = await place.start();
  expect((await again.borrow()).status).toBe(503);
  expect((await operate(['freeze', 'off', '--reason', 'x'], env)).status).toBe(0);
  expect((await again.borrow()).status).toBe(200);
}, 60_000);

describe('B39: whoever is no operator', () => {
  test.each([
    ['a certificate of another authority', () => as('eve'), 65, /certificate or ID token is needed/],
    ['a certificate of nobody', () => as('nobody'), 66, /no operator’s/],
    ['no credential', () => as('bob').slice(0, 4), 65, /is needed/],
    ['an authority that is not named', () => as('bob').toSpliced(2, 2), 69, /could not be secured/],
    ['a certificate without its key', () => as('bob').slice(0, 6), 64, /goes with its key/],
    ['plain http elsewhere', () => ['--admin-url', 'http://broker.example.com'], 64, /must be https/],
    ['no address', () => [], 64, /is not said/],
  ])('%s', async (_, words, status, message) => {
    const ended = await operate(['lease', 'list', ...words()]);
    expect(ended.stderr).toMatch(message);
    expect(ended).toMatchObject({ status, stdout: '' });
  });

  test('a right that he does not have, and words that mean nothing', async () => {
    expect(await operate(['freeze', 'on', '--reason', 'x', ...as('bob')])).toMatchObject({ status: 66 });
    expect(await operate(['freeze', 'on', ...as('bob')])).toMatchObject({ status: 64 });
    expect(await operate(['lease', 'revoke', '--reason', 'x', '--yes', ...as('bob')])).toMatchObject({
      status: 64,
      stdout: '',
    });
  }, 60_000);
});
