import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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
  await expect(log.append('three\n')).rejects.toThrow('EISDIR');
  rmdirSync(path);
  await log.append('four\n');
  expect(text()).toBe('four\n');
});

test('B32 while the new file cannot be opened nothing goes into the renamed one', async () => {
  await log.append('one\n');
  renameSync(path, `${path}.1`);
  mkdirSync(path);
  nowMs += 1000;
  for (let time = 0; time < 3; time++) await expect(log.append('two\n')).rejects.toThrow('EISDIR');
  rmdirSync(path);
  await log.append('three\n');
  expect([text(`${path}.1`), text()]).toEqual(['one\n', 'three\n']);
});

/** How a broker that starts now finds the log. */
async function found(): Promise<string> {
  const next = await openAppendLog(path);
  const ending = Buffer.from(await next.ending()).toString();
  await next.close();
  return ending;
}

test.each(['.1', '-20261122', '-20261122-1795312800'])(
  'B32 who was killed between the renaming and its next line is followed all the same: %s',
  async (suffix) => {
    await log.append('one\n');
    renameSync(path, `${path}${suffix}`);
    expect(await found()).toBe('one\n');
    appendFileSync(path, 'ha');
    expect(await found()).toBe('one\nha');
    appendFileSync(`${path}${suffix}`, 'tw');
    expect(await found()).toBe('one\ntw\nha');
  },
);

test('of the parts of a log the one that was written last counts, and nothing else that lies beside', async () => {
  const names = ['.2', '.1', '.3', '.1.gz', '.new', '.bak', 'x.1', '-old', '.9'];
  for (const [index, suffix] of names.entries()) {
    writeFileSync(`${path}${suffix}`, suffix === '.9' ? '' : `${suffix}\n`);
    utimesSync(`${path}${suffix}`, 1000, suffix === '.1' ? 2000 : suffix.length > 2 ? 3000 : 1000 + index);
  }
  mkdirSync(`${path}.4`);
  expect(await found()).toBe('.1\n');
});

test('B32 after a write that the disk took half of, the next one begins a line of its own', () => {
  const script = `
    import { truncateSync } from 'node:fs';
    import { openAppendLog } from ${JSON.stringify(new URL('../../../src/entry/append-log.ts', import.meta.url).href)};
    process.on('SIGXFSZ', () => undefined);
    const [path] = process.argv.slice(1);
    const log = await openAppendLog(path);
    const untilFull = async () => { for (;;) await log.append('0123456789\\n'); };
    await untilFull().catch(({ code }) => console.log(code));
    truncateSync(path, 14);
    await log.append('next\\n');`;
  const command = 'ulimit -f 1 && exec "$0" --input-type=module -e "$1" "$2"';
  const child = spawnSync('sh', ['-c', command, process.execPath, script, path], { encoding: 'utf8' });
  expect(child.stdout).toBe('EFBIG\n');
  expect(text()).toBe('0123456789\n012\nnext\n');
}, 60_000);

test('a new file that ends in half a line is given its line end first', async () => {
  await log.append('one\n');
  rmSync(path);
  const other = await openAppendLog(path);
  await other.append('half');
  await other.close();
  await log.append('two\n');
  expect(text()).toBe('half\ntwo\n');
});
