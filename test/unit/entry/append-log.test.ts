import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openAppendLog } from '../../../src/entry/append-log.ts';
import type { AppendLog } from '../../../src/broker/domain/outside.ts';

let folder: string;
let path: string;
let nowMs: number;
let log: AppendLog;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'append-log-'));
  path = join(folder, 'audit.jsonl');
  nowMs = 5000;
  log = await openAppendLog(path, () => nowMs);
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

const text = (name = path): string => readFileSync(name, 'utf8');

test('B32 an audit log that is rotated goes on in a new file of its name, and no line is lost', async () => {
  await log.append('one\n');
  renameSync(path, `${path}.1`);
  // Looked for once a second: the name of the file that is open changes nothing for what is written to it.
  await log.append('two\n');
  expect(existsSync(path)).toBe(false);
  nowMs += 1000;
  await log.append('three\n');
  expect([text(`${path}.1`), text()]).toEqual(['one\ntwo\n', 'three\n']);
});

test('B32 a line counts only when it stands in a file that has a name', async () => {
  await log.append('one\n');
  rmSync(path);
  await log.append('two\n');
  expect(text()).toBe('two\n');
});

test('B32 what cannot be written anywhere is refused, and the first write after that counts again', async () => {
  await log.append('one\n');
  rmSync(path);
  mkdirSync(path);
  await expect(log.append('two\n')).rejects.toThrow('EISDIR');
  nowMs += 1000;
  await expect(log.append('three\n')).rejects.toThrow('EISDIR');
  rmdirSync(path);
  await log.append('four\n');
  expect(text()).toBe('four\n');
});

test('a new file that ends in half a line is given its line end first', async () => {
  await log.append('one\n');
  rmSync(path);
  const other = await openAppendLog(path);
  await other.append('half');
  await other.close();
  await log.append('two\n');
  expect(text()).toBe('half\ntwo\n');
});
