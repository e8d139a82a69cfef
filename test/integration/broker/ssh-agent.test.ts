// The authority of the engine `ssh` in a real ssh-agent, and before agents that do wrong, which are stand-ins.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { PreparedRole } from '../../../src/broker/engines/engine.ts';
import { ssh } from '../../../src/broker/engines/ssh.ts';
import { engineTools, mintOf } from '../../support/broker/engine-tools.ts';
import { certificateOf, readByKeygen } from '../../support/broker/ssh-scene.ts';
import { until } from '../../support/exec.ts';
import { testWith } from '../../support/peers.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const { signal } = new AbortController();
let folder = '';
let agent: ChildProcess | undefined;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ec-agent-'));
});

afterEach(async () => {
  if (agent?.exitCode === null) {
    agent.kill();
    await once(agent, 'exit');
  }
  agent = undefined;
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

function keygen(name: string, ...words: string[]): { path: string; line: string } {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', '', ...words, '-f', path]);
  return { path, line: readByKeygen(['-y', '-f', path]).trim() };
}

async function startAgent(...paths: string[]): Promise<void> {
  const socket = join(folder, 'ca.sock');
  agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  await until(() => existsSync(socket));
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  for (const path of paths) execFileSync('ssh-add', ['-q', path], { env });
}

function role(publicKey: string): PreparedRole {
  const parameters = ssh.parameters.parse({
    ca: { agent: 'ca.sock', public_key: publicKey },
    principals: ['deploy'],
  });
  return ssh.open(engineTools({}, { folder })).prepare(parameters);
}

testWith(['sshd'], 'an agent signs with keys of every kind, and the broker never has the key', async () => {
  const kinds = [
    ['ed25519', 'ssh-ed25519'],
    ['rsa', 'rsa-sha2-512'],
    ['ecdsa', 'ecdsa-sha2-nistp256'],
  ] as const;
  const keys = kinds.map(([type, name]) => ({ name, ...keygen(type, '-t', type) }));
  await startAgent(...keys.map(({ path }) => path));
  for (const { line, name } of keys) {
    const prepared = role(line);
    await prepared.check?.(signal);
    const certificate = certificateOf(await prepared.issue(mintOf()));
    expect(readByKeygen(['-L', '-f', '-'], certificate)).toContain(`(using ${name})`);
  }
});

testWith(['sshd'], 'an agent that has another key is told apart before anything is lent', async () => {
  const [mine, other] = [keygen('mine', '-t', 'ed25519'), keygen('other', '-t', 'ed25519')];
  await startAgent(other.path);
  const prepared = role(mine.line);
  expect(String(await failureOf(() => prepared.check?.(signal)))).toContain('does not have the key');
  expect(String(await failureOf(() => prepared.issue(mintOf())))).toContain('does not sign with this key');
});

const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea';

/** A stand-in for an agent: it gives one answer to everything; undefined: it hangs up. */
async function standIn(answer: Buffer | undefined, then = (): void => undefined): Promise<void> {
  server = createServer((socket) => {
    socket.once('data', () => {
      if (answer === undefined) socket.destroy();
      else socket.write(answer, then);
    });
    socket.on('error', () => undefined);
  });
  server.listen(join(folder, 'ca.sock'));
  await once(server, 'listening');
}

const framed = (...octets: number[]): Buffer => Buffer.from([0, 0, 0, octets.length, ...octets]);

test.each([
  ['refuses', framed(5)],
  ['hangs up', undefined],
  ['sends what is too long', Buffer.from([255, 0, 0, 0, 14])],
  ['sends nothing', Buffer.from([0, 0, 0, 0])],
  ['sends a signature without an end', framed(14, 0, 0, 0, 9, 1)],
  ['signs something else', framed(14, 0, 0, 0, 83, ...signatureOfNothing())],
])('nothing is lent by an agent that %s', async (_, answer) => {
  await standIn(answer);
  const prepared = role(line);
  const error = await failureOf(() => prepared.issue(mintOf()));
  expect(error).toMatchObject({ name: 'BackendTrouble' });
  expect(everythingIn(error)).toContain('The agent');
  expect(everythingIn(error)).not.toContain('in time');
});

function signatureOfNothing(): number[] {
  return [0, 0, 0, 11, ...Buffer.from('ssh-ed25519'), 0, 0, 0, 64, ...Buffer.alloc(64, 7)];
}

test('an agent that stops in the middle is waited for as long as the request, and no longer', async () => {
  const stop = new AbortController();
  await standIn(Buffer.from([0, 0, 0, 9, 14]), () => {
    stop.abort();
  });
  expect(await failureOf(() => role(line).issue(mintOf({ signal: stop.signal })))).toMatchObject({
    name: 'BackendTrouble',
  });
});

test('an agent that never answers is not waited for without end', async () => {
  await standIn(Buffer.from([0, 0, 0, 9, 14]));
  const prepared = role(line);
  const asked = [() => prepared.issue(mintOf()), () => prepared.check?.(signal)].map(failureOf);
  for (const error of await Promise.all(asked)) expect(String(error)).toContain('(no answer in time)');
});

test('a request that is over is told so, and no error of the socket comes after it', async () => {
  const over = AbortSignal.abort();
  const uncaught: unknown[] = [];
  const note = (error: unknown): void => void uncaught.push(error);
  process.on('uncaughtException', note);
  try {
    for (const agent of ['ca.sock', 'x'.repeat(200)]) {
      const parameters = ssh.parameters.parse({ ca: { agent, public_key: line }, principals: ['deploy'] });
      const prepared = ssh.open(engineTools({}, { folder })).prepare(parameters);
      const error = await failureOf(() => prepared.issue(mintOf({ signal: over })));
      expect(String(error)).toContain('(no answer in time)');
      await new Promise((done) => setImmediate(done));
    }
  } finally {
    process.off('uncaughtException', note);
  }
  expect(uncaught).toEqual([]);
});

test('without an agent nothing is lent, and the error names the socket', async () => {
  const prepared = role(line);
  for (const work of [() => prepared.check?.(signal), () => prepared.issue(mintOf())])
    expect(String(await failureOf(work))).toContain(`${folder}/ca.sock cannot be asked (ENOENT)`);
});

testWith(
  ['sshd'],
  'an authority that cannot serve is told at the start, by its key, and nothing of it is shown',
  async () => {
    execFileSync('ssh-keygen', [
      '-q',
      '-N',
      'a passphrase',
      '-C',
      '',
      '-t',
      'ed25519',
      '-f',
      join(folder, 'locked'),
    ]);
    execFileSync('ssh-keygen', [
      '-q',
      '-N',
      'a passphrase',
      '-m',
      'PKCS8',
      '-t',
      'rsa',
      '-f',
      join(folder, 'locked8'),
    ]);
    const { path } = keygen('short', '-t', 'rsa', '-b', '2048');
    const text = (name: string): string => execFileSync('cat', [join(folder, name)], { encoding: 'utf8' });
    const secrets = {
      'env:LOCKED': text('locked'),
      'env:LOCKED8': text('locked8'),
      'env:SHORT': execFileSync('cat', [path], { encoding: 'utf8' }),
      'env:CUT': execFileSync('cat', [path], { encoding: 'utf8' }).replace(
        /\n[^\n]+\n[^\n]+\n-----END/,
        '\n-----END',
      ),
      'env:WORDS': 'hunter2 is no key',
    };
    for (const [ca, value] of Object.entries(secrets)) {
      const parameters = ssh.parameters.parse({ ca, principals: ['deploy'] });
      const error = await failureOf(() => ssh.open(engineTools(secrets)).prepare(parameters));
      expect(error).toMatchObject({ name: 'ParameterError', path: ['ca'] });
      if (ca.startsWith('env:LOCKED')) expect(String(error)).toMatch(/passphrase/);
      for (const row of value.split('\n').filter((each) => each.length > 8 && !each.startsWith('---')))
        expect(everythingIn(error)).not.toContain(row);
    }
  },
);
