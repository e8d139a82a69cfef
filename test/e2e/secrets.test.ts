/** `secret` of the command line: the value from standard input alone, against a listener with TLS and client certificates. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { adminEndpoints } from '../../src/broker/admin/admin-endpoints.ts';
import { listen, type Listening } from '../../src/broker/http/listen.ts';
import { lentValue, secretValue, startSecretDesk, type SecretDesk } from '../support/broker/secret-desk.ts';
import { createAuthority } from '../support/certificates.ts';

const servers = createAuthority('servers');
const entry = resolve('src/entry/admin.ts');

let folder: string;
let desk: SecretDesk;
let server: Listening;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  writeFileSync(join(folder, 'ca.crt'), servers.cert);
});

beforeEach(async () => {
  desk = await startSecretDesk({ storePath: join(folder, `${String(Math.random())}.db`) });
  const { cert, key } = servers.issue();
  const tls = { certificate: cert, key };
  server = await listen(
    { listen: { host: '127.0.0.1', port: 0 }, tls },
    desk.broker.behindOwnDoor(adminEndpoints),
  );
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

const script = `const { adminMain } = await import(${JSON.stringify(entry)}); process.exitCode = await adminMain('secret', process.argv.slice(1));`;

/** Runs the command's own entry, with this standard input. */
async function secret(words: readonly string[], input: string | Buffer = ''): Promise<Ended> {
  const token = await desk.login.mint({
    audience: 'ephemeral-creds-admin',
    at: desk.broker.world.clock.now(),
    claims: { sub: '248289761001' },
  });
  const env = {
    PATH: process.env['PATH'],
    EPHEMERAL_CREDS_ADMIN_URL: `https://localhost:${String(server.port)}`,
    EPHEMERAL_CREDS_ADMIN_TOKEN: token,
  };
  const own = [
    process.execPath,
    '--input-type=module',
    '-e',
    script,
    '--',
    ...words,
    '--ca',
    join(folder, 'ca.crt'),
  ];
  const [program = '', ...args] = own;
  const child = spawn(program, args, { env, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => undefined).end(input);
  const status = await new Promise<number | null>((ended) => child.once('close', ended));
  return { status, stdout, stderr };
}

const why = ['--reason', 'a test'];

test('a value is put from standard input, listed without it, changed, rolled back and deleted', async () => {
  const said: Ended[] = [];
  const run = async (...args: Parameters<typeof secret>): Promise<string> => {
    const ended = await secret(...args);
    said.push(ended);
    return `${String(ended.status)} ${ended.stdout}`;
  };
  expect(await run(['put', 'legacy', ...why], `${secretValue}\n`)).toBe(
    '0 legacy: version 1 is lent from now on.\n',
  );
  expect(lentValue(await desk.borrow())).toBe(secretValue);
  expect(await run(['put', 'legacy', ...why], secretValue)).toMatch(/version 1 already; nothing was changed/);
  expect(await run(['put', 'legacy', '--grace', '10m', ...why], 'two lines\nof it\n\n')).toMatch(/version 2/);
  expect(lentValue(await desk.borrow())).toBe('two lines\nof it\n');
  const list = await run(['list']);
  expect(list).toMatch(/SECRET +STATE +VERSION +AGE +READS +LAST READ +MIGRATE TO\nlegacy +ready +2 +0h +2 /);
  expect(await run(['show', 'legacy'])).toMatch(/octo-org\/octo-repo +456789 +2 /);
  expect(await run(['rollback', 'legacy', '--version-number', '1', ...why])).toMatch(
    /version 1 is lent again/,
  );
  expect(await run(['delete', 'legacy', '--version-number', '2', ...why])).toMatch(/version 2 are destroyed/);
  expect(await run(['delete', 'legacy', '--all', ...why])).toMatch(/version 1 are destroyed/);
  expect(await run(['list', '--json'])).toMatch(/"state": "refused"/);
  expect(JSON.stringify(said)).not.toContain(secretValue);
  expect(said.map(({ stderr }) => stderr).join('')).toBe('');
}, 90_000);

describe('nothing is put', () => {
  test.each([
    ['of an empty input', ['put', 'legacy', ...why], '\n', 64],
    ['of more than 16 KiB', ['put', 'legacy', ...why], secretValue.repeat(1000), 64],
    ['of what is no text', ['put', 'legacy', ...why], Buffer.of(0xff, 0xfe), 64],
    ['of a value in an argument', ['put', 'legacy', secretValue, ...why], 'x', 64],
    ['without a reason', ['put', 'legacy'], secretValue, 64],
    ['under a name that broker.yaml has not', ['put', 'elsewhere', ...why], secretValue, 64],
    [
      'over plain http elsewhere',
      ['put', 'legacy', ...why, '--admin-url', 'http://broker.example.com'],
      secretValue,
      64,
    ],
  ])('%s', async (_, words, input, status) => {
    const ended = await secret(words, input);
    expect(ended.status).toBe(status);
    expect(ended.stdout + ended.stderr).not.toContain(secretValue);
    expect(await desk.show()).toMatchObject({ state: 'refused' });
    expect(desk.everything()).not.toContain(secretValue);
  });
});

test('a rotation that there is none of, or that fails, is told in words', async () => {
  const ended = await secret(['rotate', 'legacy', ...why]);
  expect(ended).toMatchObject({ status: 64 });
  expect(ended.stderr).toMatch(/no program rotates it/);
});
