// The embedded store moves its log into the database: on the disk before the log is written over, and off the main thread.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from '@jest/globals';
import { readClosedSqlite } from '../../../src/broker/store/sqlite.ts';
import { checkpointsIn } from '../../support/broker/syscalls.ts';
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

testWith(
  ['strace'],
  'B27: what was moved into the database is synced before the log is begun again, and not by the thread that answers',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
    const [trace, store] = [join(folder, 'trace'), join(folder, 'a.db')];
    const [strace, ...traced] = [
      'strace',
      '-f',
      '-qq',
      '-y',
      '-s',
      '8',
      '-o',
      trace,
      '-e',
      'trace=pwrite64,fsync,fdatasync',
    ];
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e'];
    let pid = '';
    try {
      execFileSync(strace, [...traced, ...node, program, store], { stdio: ['ignore', 'pipe', 'ignore'] });
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
