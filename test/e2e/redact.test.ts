import { spawn, spawnSync, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const bundle = resolve('dist/ephemeral-creds.cjs');
const secret = 's3cret-Value-of-the-day-1234567890';
let folder = '';
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redact-'));
  hide([secret]);
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** What login writes down. */
function hide(secrets: readonly unknown[], mode = 0o600): string {
  const path = join(folder, 'secrets-0123456789abcdef.json');
  writeFileSync(path, JSON.stringify({ version: 1, secrets }));
  chmodSync(path, mode);
  return path;
}

interface Redactor {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Standard input and, where it was given, descriptor 3. */
  readonly inputs: readonly Writable[];
  readonly out: () => string;
  readonly err: () => string;
  readonly status: Promise<number | null>;
  /** Resolves when standard output holds the text. */
  shows(text: string): Promise<void>;
}

function start(words: readonly string[] = ['--state', folder], env = {}, third = true): Redactor {
  const stdio = ['pipe', 'pipe', 'pipe', ...(third ? ['pipe'] : [])] as ['pipe', 'pipe', 'pipe'];
  const child = spawn(process.execPath, [bundle, 'redact', ...words], { stdio, env });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (bytes: Buffer) => (said.out += bytes.toString('latin1')));
  child.stderr.on('data', (bytes: Buffer) => (said.err += bytes.toString('latin1')));
  const status = new Promise<number | null>((done) => child.once('close', done));
  return {
    child,
    inputs: [child.stdin, ...(third ? [child.stdio[3 as 0]] : [])],
    out: () => said.out,
    err: () => said.err,
    status,
    shows: async (text) => {
      while (!said.out.includes(text)) await new Promise((done) => child.stdout.once('data', done));
    },
  };
}

function endAll({ inputs }: Redactor): void {
  for (const input of inputs) input.end();
}

test('two streams stay apart, each without what is hidden, to the last byte', async () => {
  const it = start();
  it.inputs[0]?.write(`out ${secret.slice(0, 10)}`);
  it.inputs[1]?.write(`err ${Buffer.from(secret).toString('base64')}\n`);
  await it.shows('out ');
  it.inputs[0]?.write(`${secret.slice(10)} and no line end`);
  endAll(it);
  expect(await it.status).toBe(0);
  expect([it.out(), it.err()]).toEqual([
    'out *** and no line end',
    expect.stringMatching(/^err \*\*\*A==\n$/),
  ]);
});

test('what is no secret passes byte for byte, whatever it is', async () => {
  const it = start(['--state', folder], {}, false);
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) & 255));
  it.inputs[0]?.end(bytes);
  expect(await it.status).toBe(0);
  expect(Buffer.from(it.out(), 'latin1').equals(bytes)).toBe(true);
  expect(it.err()).toBe('');
});

test('a prompt is there although its line has not ended', async () => {
  const it = start();
  it.inputs[0]?.write('Continue? [y/n] s3cre');
  await it.shows('Continue? [y/n] s3cre');
  it.inputs[0]?.write(secret.slice(5));
  endAll(it);
  expect(await it.status).toBe(0);
  expect(it.out()).toBe('Continue? [y/n] s3cre***');
});

const later = 'an0ther-Value-that-came-later-0987654321';

/** As a second login does. */
function hideLater(content: string): void {
  writeFileSync(join(folder, '.draft'), content, { mode: 0o600 });
  renameSync(join(folder, '.draft'), join(folder, 'secrets-fedcba9876543210.json'));
}

test('what is borrowed while it runs is hidden from then on, in both streams', async () => {
  const it = start();
  it.inputs[0]?.write(`first ${secret}\n`);
  await it.shows('first');
  hideLater(JSON.stringify({ version: 1, secrets: [later] }));
  it.inputs[0]?.write(`then ${later.slice(0, 7)}`);
  it.inputs[1]?.write(`${Buffer.from(later).toString('hex')}, ${secret}\n`);
  await it.shows('then an0ther');
  it.inputs[0]?.write(`${later.slice(7)}, ${secret}\n`);
  endAll(it);
  expect(await it.status).toBe(0);
  expect([it.out(), it.err()]).toEqual(['first ***\nthen an0ther***, ***\n', '***, ***\n']);
});

test('when what is borrowed meanwhile cannot be read, nothing more is shown', async () => {
  const it = start();
  it.inputs[0]?.write('first\n');
  await it.shows('first');
  hideLater(`{"version":1,"secrets":["${later}"`);
  it.inputs[0]?.write(`then ${later}\n`);
  it.inputs[1]?.write(`and ${later}\n`);
  expect(await it.status).toBe(70);
  expect(it.out()).toBe('first\n');
  expect(it.err()).toContain('[cannot-redact]');
  expect(it.err()).not.toContain('an0ther');
});

test('what was known stays hidden after the end of the job has erased where it stood', async () => {
  const it = start();
  it.inputs[0]?.write('first\n');
  await it.shows('first');
  rmSync(join(folder, 'secrets-0123456789abcdef.json'));
  it.inputs[0]?.write(`then ${secret}\n`);
  endAll(it);
  expect(await it.status).toBe(0);
  expect(it.out()).toBe('first\nthen ***\n');
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const)(
  'C40 %s ends nothing: what is still written is still shown',
  async (signal) => {
    const it = start();
    it.inputs[0]?.write('before\n');
    await it.shows('before');
    it.child.kill(signal);
    it.inputs[0]?.write(`after ${secret}\n`);
    await it.shows('after');
    it.child.kill(signal);
    endAll(it);
    expect(await it.status).toBe(0);
    expect([it.out(), it.err()]).toEqual(['before\nafter ***\n', '']);
  },
);

describe('when it is not known what has to be hidden, nothing is shown', () => {
  async function refused(words: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const it = start(words, env);
    it.inputs[0]?.write(`shown? ${secret}\n`);
    endAll(it);
    expect(await it.status).toBe(70);
    expect(it.out()).toBe('');
    expect(it.err()).toContain('[cannot-redact]');
    expect(it.err()).not.toMatch(/shown\?|s3cret/);
    return it.err();
  }

  test('because there is no such folder, or nothing in it', async () => {
    await refused(['--state', join(folder, 'elsewhere')]);
    rmSync(join(folder, 'secrets-0123456789abcdef.json'));
    await refused(['--state', folder]);
  });

  test('because what says it was changed, or is not ours alone', async () => {
    for (const secrets of [[1], [secret, null]]) {
      hide(secrets);
      await refused(['--state', folder]);
    }
    hide([secret], 0o644);
    await refused(['--state', folder]);
    writeFileSync(hide([secret]), '{"version":1,"secrets":["cut off');
    await refused(['--state', folder, '--variable', 'OTHER'], { OTHER: 'an0ther-secret' });
  });

  test('because a variable is not set, or too short', async () => {
    expect(await refused(['--state', folder, '--variable', 'API_TOKEN'])).toContain('API_TOKEN');
    expect(await refused(['--variable', 'PIN'], { PIN: '1234567' })).toContain('PIN');
  });
});

test('a variable is named, its value never an argument; it needs no folder', async () => {
  const it = start(['--variable', 'API_TOKEN'], { API_TOKEN: 'an0ther-secret' });
  it.inputs[0]?.write('x an0ther-secret y\n');
  endAll(it);
  expect(await it.status).toBe(0);
  expect(it.out()).toBe('x *** y\n');
});

test('L38 the revocation handle is hidden, too', async () => {
  const entry = {
    version: 1,
    id: '0123456789abcdef',
    provider: 'broker',
    debt: { url: 'https://broker.example.com', handle: 'h4ndle'.repeat(7) },
    audience: 'x',
    idToken: 'auto',
    leases: [],
    variables: [],
    files: [],
    commandFiles: [],
    post: { revoke: true, failOnRevokeError: false, summary: 'never', caCert: '' },
  };
  writeFileSync(join(folder, '0123456789abcdef.json'), JSON.stringify(entry), { mode: 0o600 });
  const it = start();
  it.inputs[0]?.write(`${JSON.stringify(entry.debt)}\n`);
  endAll(it);
  expect(await it.status).toBe(0);
  expect(it.out()).toBe('{"url":"https://broker.example.com","handle":"***"}\n');
});

test('C41 when nobody reads any more it ends, and its writer is told', async () => {
  const it = start(['--state', folder], {}, false);
  it.child.stdout.destroy();
  const stopped = new Promise((done) => it.inputs[0]?.once('error', done));
  const write = (): void => {
    it.inputs[0]?.write('x'.repeat(65_536), (error) => {
      if (error === null || error === undefined) write();
    });
  };
  write();
  expect(await stopped).toMatchObject({ code: 'EPIPE' });
  expect(await it.status).toBe(0);
});

describe('revoke --drain', () => {
  const revoke = (seconds: string): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, [bundle, 'revoke', '--state', folder, '--drain', seconds], {
      env: {},
      encoding: 'utf8',
    });

  test('waits for what was written, not for a background process that keeps the pipe', async () => {
    const it = start();
    it.inputs[0]?.write('the last line s3cret-Val');
    await it.shows('the last line');
    expect(revoke('30s')).toMatchObject({ status: 0, stderr: '' });
    await it.shows('s3cret-');
    expect(it.out()).toBe('the last line s3cret-');
    endAll(it);
    expect(await it.status).toBe(0);
    expect(it.out()).toBe('the last line s3cret-Val');
    expect(existsSync(folder)).toBe(false);
  });

  test('does not wait for one that was killed, nor where there is none', async () => {
    const it = start();
    it.inputs[0]?.write('x\n');
    await it.shows('x');
    it.child.kill('SIGKILL');
    await it.status;
    expect(readdirSync(folder).some((name) => name.startsWith('redactor-'))).toBe(true);
    expect(revoke('30s')).toMatchObject({ status: 0, stderr: '' });
  });

  test('gives up after its time, and says so', async () => {
    const it = start();
    it.inputs[0]?.write('x\n');
    await it.shows('x');
    // One that stands still cannot answer.
    it.child.kill('SIGSTOP');
    const { status, stderr } = revoke('1s');
    expect([status, stderr]).toEqual([0, expect.stringContaining('redactor was not done in time')]);
  });
});

test('memory stays bounded, however long a line is and however slow the reader', async () => {
  const it = start(['--state', folder], {}, false);
  it.child.stdout.pause();
  const piece = Buffer.alloc(1024 * 1024, 's3cret-Value-of-the-day-123456789!');
  let taken = 0;
  const write = (): void => {
    it.inputs[0]?.write(piece, (error) => {
      taken += error === null || error === undefined ? 1 : 0;
      if (taken < 60) write();
      else it.inputs[0]?.end();
    });
  };
  write();
  await new Promise((done) => setTimeout(done, 300));
  // Nobody has read, so all but what fits the pipes has to wait.
  expect(taken).toBeLessThan(8);
  it.child.stdout.resume();
  while (taken < 60) await new Promise((done) => setImmediate(done));
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(it.child.pid)}/status`, 'utf8'))?.[1];
  expect(Number(peak)).toBeLessThan(150 * 1024);
  expect(await it.status).toBe(0);
});
