// What a start says of a file that cannot be its store.
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import { startTestBroker } from '../../support/broker/test-broker.ts';
import { inNamespace } from '../../support/namespace.ts';
import { testWith } from '../../support/peers.ts';
import { startPostgres } from '../../support/postgres.ts';

const source = resolve('src/broker/store/sqlite.ts');
const program = `import { openSqlite } from '${source}';
try {
  await openSqlite(process.argv[1]).close();
  console.log('opened');
} catch (error) {
  console.log(error.message, error.hint);
}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-start-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** @param mount a command of the shell that makes `$0` what it is to be */
function start(mount: string): string {
  const [unshare, ...words] = inNamespace;
  const node = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    program,
  ];
  const shell = ['sh', '-c', `${mount} && exec "$@"`, folder, ...node, join(folder, 'broker.db')];
  return spawnSync(unshare, [...words, ...shell], { encoding: 'utf8' }).stdout.trim();
}

const cases = [
  [
    'a read-only file system',
    'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"',
    /^The store \S+broker\.db may not be written\. Give the broker the right to write the file and its folder\.$/,
  ],
  [
    'a full disk',
    'mount -t tmpfs -o size=64k tmpfs "$0" && { cat /dev/zero > "$0/ballast" 2> /dev/null; true; }',
    /^The store \S+broker\.db cannot be opened: its disk is full\. Make room on the disk\. Nothing in the store is lost\.$/,
  ],
  ['a disk with room', 'mount -t tmpfs tmpfs "$0"', /^opened$/],
] as const;

for (const [what, mount, told] of cases)
  testWith(
    ['namespaces'],
    `B27: a start on ${what} says so, and what to do`,
    async () => {
      await openSqlite(join(folder, 'broker.db')).close();
      expect(start(mount)).toMatch(told);
    },
    60_000,
  );

testWith(
  ['namespaces'],
  'B27: a second process on the same file is told which, and the first goes on',
  async () => {
    const first = openSqlite(join(folder, 'broker.db'));
    expect(start('true')).toMatch(
      /^Another process has the store \S+broker\.db open\. One broker at a time works on a SQLite file\./,
    );
    expect(await first.transaction((sql) => sql.run('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    await first.close();
    expect(start('true')).toBe('opened');
  },
  60_000,
);

testWith(
  ['postgres'],
  'B27: a start on a PostgreSQL that may only be read, as a standby, says so',
  async () => {
    await using cluster = await startPostgres();
    const { url, user } = await cluster.freshDatabase();
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const begin = () =>
      startTestBroker({
        yaml: (yaml) =>
          `${yaml.replace(/^store: .*$/m, 'store: { postgres: "env:DATABASE" }')}audit_key: ./audit.pem\n`,
        beforeStart: ({ disk }) => void disk.set('/etc/broker/signing.pem', pem),
        env: { DATABASE: url },
      });
    await (await begin()).stop();
    await cluster.query(`ALTER ROLE ${user} SET default_transaction_read_only = on`);
    await expect(begin()).rejects.toThrow(
      'The store in PostgreSQL (env:DATABASE) cannot be used: cannot execute UPDATE in a read-only transaction.',
    );
    await cluster.query(`ALTER ROLE ${user} RESET default_transaction_read_only`);
    await (await begin()).stop();
  },
  60_000,
);
