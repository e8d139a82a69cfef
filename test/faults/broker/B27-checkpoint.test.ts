// The embedded store moves its log into the database: on the disk before the log is written over, and off the main thread.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { openSqlite, readClosedSqlite } from '../../../src/broker/store/sqlite.ts';
import { checkpointsIn, durableBefore } from '../../support/broker/syscalls.ts';
import { testWith } from '../../support/peers.ts';

const source = resolve('src/broker/store/sqlite.ts');

/** Writes 48 MiB, three times what a log holds, and tells its thread. */
const program = `import { openSqlite } from '${source}';
const database = openSqlite(process.argv[1]);
await database.transaction((sql) => sql.run('CREATE TABLE rows (row BLOB)'));
for (let row = 0; row < 48; row++)
  await database.transaction((sql) => sql.run('INSERT INTO rows VALUES (zeroblob(1048576))'));
console.log(process.pid);
process.kill(process.pid, 'SIGKILL');`;

const traced = ['-f', '-qq', '-y', '-s', '8', '-e', 'trace=pwrite64,fsync,fdatasync', '-o'];
const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e'];

testWith(
  ['strace'],
  'B27: what was moved into the database is synced before the log is begun again, and not by the thread that answers',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
    const [trace, store] = [join(folder, 'trace'), join(folder, 'a.db')];
    let pid = '';
    try {
      execFileSync('strace', [...traced, trace, ...node, program, store], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch (killed) {
      pid = String((killed as { stdout: Buffer }).stdout).trim();
    }
    const { begunAgain, syncedBy } = checkpointsIn(readFileSync(trace, 'utf8'), 'a.db');
    expect(begunAgain.length).toBeGreaterThan(1);
    expect(new Set(begunAgain)).toEqual(new Set(['synced']));
    expect(syncedBy.size).toBeGreaterThan(0);
    expect(syncedBy.has(pid)).toBe(false);
    // The next start takes up what is left in the log.
    const again = `import { openSqlite } from '${source}'; await openSqlite(process.argv[1]).close();`;
    execFileSync(process.execPath, [...node.slice(1), again, store]);
    expect(readClosedSqlite(store, 'SELECT COUNT(*) AS n FROM rows')).toEqual([{ n: 48 }]);
    rmSync(folder, { recursive: true });
  },
  60_000,
);

/** Is killed when its log is long, and not on the disk; SQLite by itself, without our sync. */
const killed = `import { DatabaseSync } from 'node:sqlite';
const database = new DatabaseSync(process.argv[1]);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0');
database.exec('CREATE TABLE rows (row BLOB); INSERT INTO rows VALUES (zeroblob(33554432))');
process.kill(process.pid, 'SIGKILL');`;

const failing = `import { openSqlite } from '${source}';
const database = openSqlite(process.argv[1]);
await database.transaction(() => Promise.reject(new Error('no'))).catch(() => undefined);
await database.close();`;

testWith(
  ['strace'],
  'B27: a log that a killed process left is on the disk before it is moved, also where the first transaction fails',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
    const [trace, store] = [join(folder, 'trace'), join(folder, 'a.db')];
    const both = ['sh', '-c', '"$@" "$0"; exec "$1" "$2" "$3" "$4" "$NEXT" "$0"', store, ...node, killed];
    execFileSync('strace', [...traced, trace, ...both], {
      stdio: 'ignore',
      env: { ...process.env, NEXT: failing },
    });
    // The first page of a database begins so.
    const moved = durableBefore(readFileSync(trace, 'utf8'), 'a.db-wal', 'SQLite f');
    expect(moved.length).toBeGreaterThan(1);
    expect(new Set(moved)).toEqual(new Set(['synced']));
    expect(readClosedSqlite(store, 'SELECT LENGTH(row) AS n FROM rows')).toEqual([{ n: 33_554_432 }]);
    rmSync(folder, { recursive: true });
  },
  60_000,
);

test('B27: when the log was moved, it is begun again with the syncs of SQLite’s own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
  const database = openSqlite(join(folder, 'a.db'));
  await database.transaction((sql) => sql.run('CREATE TABLE rows (row BLOB)'));
  await database.transaction((sql) => sql.run('INSERT INTO rows VALUES (zeroblob(33554432))'));
  // 1 is NORMAL: https://sqlite.org/pragma.html#pragma_synchronous
  const how = await database.transaction((sql) => sql.run('PRAGMA synchronous'));
  const { size } = statSync(join(folder, 'a.db'));
  expect(how).toEqual([{ synchronous: 1 }]);
  expect(size).toBeGreaterThan(33_554_432);
  await database.close();
  rmSync(folder, { recursive: true });
});

test('B27: a store that is reached through a link is opened where it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
  mkdirSync(join(folder, 'disk'));
  symlinkSync('disk/broker.db', join(folder, 'broker.db'));
  const database = openSqlite(join(folder, 'broker.db'));
  await database.transaction((sql) => sql.run('CREATE TABLE rows (row BLOB)'));
  await database.close();
  expect(readClosedSqlite(join(folder, 'disk/broker.db'), 'SELECT COUNT(*) AS n FROM rows')).toEqual([
    { n: 0 },
  ]);
  rmSync(folder, { recursive: true });
});
