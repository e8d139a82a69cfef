import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { claimFile } from '../../../src/entry/claim-file.ts';

let folder: string;
let path: string;
let lock: string;
/** Whatever the temporary folder lies on. */
let kinds: Set<number>;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claim-'));
  path = join(folder, 'audit.jsonl');
  lock = join(folder, '.audit.jsonl.lock');
  kinds = new Set([statfsSync(folder).type]);
  writeFileSync(path, 'one\n');
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(killed));
  rmSync(folder, { recursive: true });
});

const source = new URL('../../../src/entry/claim-file.ts', import.meta.url).href;
const script = `
  import { claimFile } from ${JSON.stringify(source)};
  const [path, kind] = process.argv.slice(1);
  try {
    console.log(claimFile(path, new Set([Number(kind)])) === undefined ? 'unknown' : 'mine');
  } catch (error) {
    console.log(error.code);
  }
  process.stdin.resume();`;

/** Another process asks for it, and lives on. @returns what it was told */
async function another(name = path): Promise<string> {
  const words = ['--input-type=module', '-e', script, name, ...[...kinds].map(String)];
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return said.toString().trim();
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const taken = expect.objectContaining({ code: 'EBUSY' }) as unknown as Error;

test('what another process has is not to be had until that one is dead, however it died; nothing is left to clear up', async () => {
  expect(await another()).toBe('mine');
  expect(() => claimFile(path, kinds)).toThrow(taken);
  const [holder] = children;
  if (holder !== undefined) await killed(holder);
  const giveUp = claimFile(path, kinds);
  expect(giveUp).toBeDefined();
  expect(await another()).toBe('EBUSY');
  giveUp?.();
  expect(await another()).toBe('mine');
  expect([readFileSync(lock, 'utf8'), statSync(lock).mode & 0o777]).toEqual(['', 0o600]);
  expect(readdirSync(folder).toSorted()).toEqual(['.audit.jsonl.lock', 'audit.jsonl']);
});

test('it stays another’s when the file is renamed, and under every name that leads to it', async () => {
  expect(await another()).toBe('mine');
  mkdirSync(join(folder, 'links'));
  symlinkSync('../audit.jsonl', join(folder, 'links/log'));
  expect(() => claimFile(join(folder, 'links/log'), kinds)).toThrow(taken);
  expect(() => claimFile(join(folder, 'links', '..', 'audit.jsonl'), kinds)).toThrow(taken);
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'two\n');
  expect(() => claimFile(path, kinds)).toThrow(taken);
  writeFileSync(join(folder, 'other.jsonl'), '');
  expect(await another(join(folder, 'other.jsonl'))).toBe('mine');
});

test('who asks twice is refused, and does not lose what he has', async () => {
  const giveUp = claimFile(path, kinds);
  expect(() => claimFile(path, kinds)).toThrow(taken);
  expect(await another()).toBe('EBUSY');
  giveUp?.();
});

test('where nobody can know, nobody is kept from it', async () => {
  expect(claimFile(path, new Set())).toBeUndefined();
  mkdirSync(join(folder, 'no file'));
  expect(claimFile(join(folder, 'no file'), kinds)).toBeUndefined();
  expect(claimFile(join(folder, 'nowhere'), kinds)).toBeUndefined();
  writeFileSync(
    lock,
    'no lock, but something that lay here before, and longer than a header of SQLite is: '.repeat(9),
  );
  const before = readFileSync(lock, 'utf8');
  expect(claimFile(path, kinds)).toBeUndefined();
  expect(readFileSync(lock, 'utf8')).toBe(before);
  rmSync(lock);
  mkdirSync(lock);
  expect(claimFile(path, kinds)).toBeUndefined();
  expect(await another()).toBe('unknown');
});
