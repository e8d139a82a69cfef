/** The built command line checks the audit log of the built broker. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startPlace } from '../support/client/built-broker.ts';
import { readAction } from '../support/runner-action.ts';

const cli = resolve('dist/ephemeral-creds.cjs');
const action = readAction('action.yml');
const folder = mkdtempSync(join(tmpdir(), 'audit-'));
let lines: string[];

function verify(
  name: string,
  text: readonly string[],
  ...words: string[]
): { status: number; printed: string } {
  writeFileSync(join(folder, name), `${text.join('\n')}\n`);
  const run = spawnSync(process.execPath, [cli, 'audit', 'verify', name, ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status: run.status ?? -1, printed: run.stdout + run.stderr };
}

/** Whether a running process has opened a file of this name. */
function opened(pid: number | undefined, name: string): boolean {
  const fds = `/proc/${String(pid)}/fd`;
  return readdirSync(fds).some((fd) => {
    try {
      return basename(readlinkSync(join(fds, fd))) === name;
    } catch {
      return false;
    }
  });
}

beforeAll(async () => {
  await using place = await startPlace();
  await using job = place.job();
  const main = await job.step(action.main, {
    inputs: action.inputs({ 'broker-url': place.url, role: 'deploy' }),
  });
  expect(main.exitCode).toBe(0);
  await job.post(action.post ?? '', main);
  const published = await fetch(`${place.url}/.well-known/jwks.json`);
  writeFileSync(join(folder, 'jwks.json'), await published.text());
  lines = place.audit();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a log that is as it was written', () => {
  expect(verify('whole', lines, '--jwks', 'jwks.json')).toEqual({
    status: 0,
    printed: expect.stringMatching(/^The audit log is intact\./),
  });
});

test('a log in which a denied role became a granted one', () => {
  const changed = lines.map((line) => line.replace('role granted', 'role denied'));
  const { status, printed } = verify('changed', changed);
  expect(printed).toMatch(/line \d+, event \d+: its content is not that of which it has the fingerprint/);
  expect(status).toBe(1);
});

test('a log from which a line is missing', () => {
  const { status, printed } = verify('missing', lines.toSpliced(2, 1));
  expect(printed).toMatch('line 3, event 4: before it event 3 is missing');
  expect(status).toBe(1);
});

test('words that are wrong', () => {
  expect(verify('whole', lines, '--jwks').status).toBe(64);
  expect(verify('whole', lines, 'nowhere').status).toBe(64);
});

test('a check that takes long ends when it is asked to', async () => {
  writeFileSync(join(folder, 'long'), '{\n'.repeat(10_000_000));
  const run = spawn(process.execPath, [cli, 'audit', 'verify', 'long'], { cwd: folder });
  let printed = '';
  run.stderr.on('data', (text: Buffer) => (printed += text.toString()));
  const closed = once(run, 'close');
  while (!opened(run.pid, 'long')) await setTimeout(20);
  run.kill('SIGINT');
  const [status] = (await closed) as [number | null];
  expect([status, printed]).toEqual([130, expect.stringMatching(/^The check was stopped before its end\./)]);
});
