/** Upgrades of the store by brokers that are killed in the middle, and beside brokers that work on. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Database } from '../../../src/broker/store/database.ts';
import { openPostgres } from '../../../src/broker/store/postgres.ts';
import { migrations } from '../../../src/broker/store/schema.ts';
import { openSqlStore } from '../../../src/broker/store/sql-store.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import { postgresOptions } from '../../support/broker/databases.ts';
import { at } from '../../support/broker/openings.ts';
import { makeVersionOne, replay, versionOne } from '../../support/broker/version-one.ts';
import { has, testWith, type Peer } from '../../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../../support/postgres.ts';

const open = (address: string): Promise<Database> =>
  address.startsWith('postgres:')
    ? openPostgres(postgresOptions(address))
    : Promise.resolve(openSqlite(address));

const source = (path: string): string => JSON.stringify(resolve(import.meta.dirname, '../../../src', path));
/** Upgrades the store, and is killed before its statement of this number, or before it commits. */
const dyingUpgrade = `import { openPostgres } from ${source('broker/store/postgres.ts')};
import { openSqlite } from ${source('broker/store/sqlite.ts')};
import { readPostgresUrl } from ${source('broker/domain/postgres-url.ts')};
import { Secret } from ${source('domain/secret.ts')};
import { migrate } from ${source('broker/store/migrate.ts')};
const [address, number] = process.argv.slice(1);
const database = address.startsWith('postgres:')
  ? await openPostgres({ address: readPostgresUrl(new Secret(address), 'the URL'), connections: 2, connectMs: 20_000, statementMs: 20_000 })
  : openSqlite(address);
let left = Number(number);
const die = () => process.kill(process.pid, 'SIGKILL');
await migrate({
  ...database,
  transaction: (work, purpose) =>
    database.transaction(async (sql) => {
      const run = (text, ...values) => {
        if (purpose === 'migrate' && left-- === 0) die();
        return sql.run(text, ...values);
      };
      const result = await work({ ...sql, run });
      if (purpose === 'migrate' && left === 0) die();
      return result;
    }, purpose),
});`;

function upgradeUntilKilled(address: string, statement: number): Promise<string | number | null> {
  const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', dyingUpgrade];
  const child = spawn(process.execPath, [...words, '--', address, String(statement)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((done) =>
    child.once('exit', (status, signal) => {
      done(status ?? signal);
    }),
  );
}

/** Whether there is a table, which version there is, the statements of the step, and the new version. */
const statements = 2 + (migrations[1]?.length ?? 0) + 1;
const moments = [0, 2, 3, Math.floor(statements / 2), statements - 1, statements];

let cluster: PostgresCluster | undefined;
const folders: string[] = [];

beforeAll(async () => {
  if (has('postgres')) cluster = await startPostgres();
});

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const kinds: [string, readonly Peer[], () => Promise<string>, number][] = [
  [
    'SQLite',
    [],
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'ec-upgrade-'));
      folders.push(folder);
      return Promise.resolve(join(folder, 'broker.db'));
    },
    1,
  ],
  ['PostgreSQL', ['postgres'], async () => (await cluster?.freshDatabase())?.url ?? '', 3],
];

describe.each(kinds)('B38: the upgrade of a store in %s', (_, peers, fresh, brokers) => {
  for (const moment of moments)
    testWith(
      peers,
      `killed at statement ${String(moment)} of ${String(statements)}, is done by those that start next`,
      async () => {
        const address = await fresh();
        const old = await open(address);
        await makeVersionOne(old);
        await old.close();
        expect(await upgradeUntilKilled(address, moment)).toBe('SIGKILL');
        const databases = await Promise.all(Array.from({ length: brokers }, () => open(address)));
        const stores = await Promise.all(databases.map((database) => openSqlStore(database)));
        for (const store of stores) expect(await store.lease('lse_a')).toMatchObject({ state: 'active' });
        const target = { handleHash: 'handle-a', tombstoneUntil: at(300) };
        expect(await stores[0]?.beginRevocation(target, at(131))).toMatchObject([
          { id: 'lse_a', state: 'revoking' },
        ]);
        const versions = await databases[0]?.transaction((sql) =>
          sql.run('SELECT version FROM schema_version ORDER BY 1'),
        );
        expect(versions).toEqual(migrations.map((__, index) => ({ version: index + 1 })));
        await Promise.all(stores.map((store) => store.close()));
      },
      60_000,
    );
});

testWith(
  ['postgres'],
  'B38: a broker of version 1 that has its statements prepared goes on while another upgrades the store',
  async () => {
    const url = (await cluster?.freshDatabase())?.url ?? '';
    const old = await openPostgres(postgresOptions(url, { connections: 1 }));
    await makeVersionOne(old);
    const store = await openSqlStore(await open(url));
    await replay(old, versionOne.rest);
    expect((await store.leases(['lse_a', 'lse_b'])).length).toBe(2);
    await store.close();
    await old.close();
  },
  60_000,
);
