/** Upgrades and rollbacks with live leases. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import type { Database, Sql } from '../../../src/broker/store/database.ts';
import { migrate } from '../../../src/broker/store/migrate.ts';
import { migrations } from '../../../src/broker/store/schema.ts';
import { openSqlStore } from '../../../src/broker/store/sql-store.ts';
import { StoreError } from '../../../src/broker/store/store.ts';
import { databaseKinds, type DatabaseServer, type TestDatabase } from '../../support/broker/databases.ts';
import { at, lend, mintsOf, newOpening } from '../../support/broker/openings.ts';
import { has, testWith } from '../../support/peers.ts';
import { makeVersionOne, replay, versionOne } from '../../support/broker/version-one.ts';

const onDisk = Object.entries(databaseKinds).filter(([name]) => name !== 'SQLite in memory');

describe.each(onDisk)('B38: versions of the store on %s', (_, kind) => {
  const here = kind.peers.every(has);
  const test = (name: string, body: () => Promise<void>): void => {
    testWith(kind.peers, name, body);
  };
  let server: DatabaseServer;
  let place: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    if (here) server = await kind.start();
  });

  beforeEach(async () => {
    place = await server.fresh();
    database = await place.open();
  });

  afterEach(async () => {
    await database.close().catch(() => undefined);
    await place[Symbol.asyncDispose]();
  });

  afterAll(async () => {
    if (here) await server[Symbol.asyncDispose]();
  });

  const run = (work: (sql: Sql) => Promise<unknown>): Promise<unknown> => database.transaction(work);

  test('what version 1 had lent is known, and given back, after the upgrade', async () => {
    await makeVersionOne(database);
    const store = await openSqlStore(database);
    expect(await store.lease('lse_a')).toMatchObject({
      state: 'active',
      revokeData: { object: 'lse_a' },
      expiresAt: at(900),
    });
    const unfinished = await store.reconcile(at(100), at(130));
    expect(unfinished.map(({ id, state }) => [id, state])).toEqual([['lse_b', 'revoking']]);
    const target = { handleHash: 'handle-a', tombstoneUntil: at(300) };
    expect(await store.beginRevocation(target, at(131))).toMatchObject([{ id: 'lse_a', state: 'revoking' }]);
    const due = await store.claimDue(at(132), 10);
    expect(due.map(({ id }) => id).toSorted()).toEqual(['lse_a', 'lse_b']);
    for (const { id } of due) await store.settle(id, { state: 'revoked' });
    expect(await store.leases(['lse_a', 'lse_b'])).toMatchObject([
      { state: 'revoked' },
      { state: 'revoked' },
    ]);
  });

  test('after a rollback version 1 does all that it did, on leases of both', async () => {
    const store = await openSqlStore(database);
    const newer = await lend(store, { atSeconds: 5000 });
    await replay(database, [...versionOne.lent, ...versionOne.rest]);
    const ending = versionOne.statements.findIndex((text) => text.includes("SET state = 'expired'"));
    await replay(database, [[[ending, [at(9000).getTime()], 1]]]);
    expect((await store.lease(newer.leases[0]?.id ?? ''))?.state).toBe('expired');
  });

  test('a store that is one version newer is worked on, and left as it is', async () => {
    await migrate(database, [
      ...migrations,
      ["ALTER TABLE leases ADD COLUMN later TEXT NOT NULL DEFAULT ''"],
    ]);
    const store = await openSqlStore(database);
    const { leases, handleHash = '' } = await lend(store);
    expect(await store.beginRevocation({ handleHash, tombstoneUntil: at(300) }, at(2))).toMatchObject([
      { id: leases[0]?.id, state: 'revoking' },
    ]);
    expect(await run((sql) => sql.run('SELECT MAX(version) AS version FROM schema_version'))).toEqual([
      { version: migrations.length + 1 },
    ]);
  });

  test('a store that is two versions newer is refused, and told as such', async () => {
    await migrate(database, [...migrations, [], []]);
    const refused: unknown = await openSqlStore(database).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreError);
    const version = (more: number): string => String(migrations.length + more);
    expect(String((refused as StoreError).cause)).toMatch(
      `its version is ${version(2)}, and this broker works on ${version(0)} and, for the time of an upgrade, ${version(1)}`,
    );
  });

  test('which it is told as also where the store did not answer when its version was first asked', async () => {
    await migrate(database, [...migrations, [], []]);
    let asked = 0;
    const failing: Database = {
      ...database,
      transaction: (work, purpose) =>
        asked++ === 0
          ? Promise.reject(new StoreError(new Error('away')))
          : database.transaction(work, purpose),
    };
    await expect(openSqlStore(failing)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('its version is') },
    });
  });

  test('an upgrade that fails in the middle leaves the version before, which goes on', async () => {
    const broken = [
      "ALTER TABLE leases ADD COLUMN later TEXT NOT NULL DEFAULT ''",
      'ALTER TABLE nowhere ADD COLUMN x TEXT',
    ];
    const store = await openSqlStore(database);
    await expect(migrate(database, [...migrations, broken])).rejects.toThrow(StoreError);
    expect(await run((sql) => sql.run('SELECT MAX(version) AS version FROM schema_version'))).toEqual([
      { version: migrations.length },
    ]);
    const { leases } = await lend(store);
    expect(await store.activate(mintsOf(leases), at(2))).toBe('active');
    await migrate(database, [...migrations, broken.slice(0, 1)]);
    expect((await store.openSession(newOpening())).kind).toBe('opened');
  });
});

// What is added has a default, or the version before could write nothing; nothing is taken away or changed.
testWith([], 'B38: every later version only adds', () => {
  for (const statement of migrations.slice(1).flat())
    expect(statement).toMatch(
      /^(CREATE (UNIQUE )?INDEX|CREATE TABLE|ALTER TABLE \w+ ADD COLUMN \w+ \w+( DEFAULT|,|$| NOT NULL DEFAULT))/,
    );
});

testWith(
  ['postgres'],
  'B38: of brokers that start at the same time on an empty PostgreSQL each finds a whole store',
  async () => {
    const kind = databaseKinds['PostgreSQL'];
    if (kind === undefined) throw new Error('there is no PostgreSQL among the databases');
    await using server = await kind.start();
    await using fresh = await server.fresh();
    const databases = await Promise.all(Array.from({ length: 4 }, () => fresh.open()));
    const stores = await Promise.all(databases.map((each) => openSqlStore(each)));
    await Promise.all(stores.map((store) => store.check()));
    const [rows] = await Promise.all(
      databases.map((each) =>
        each.transaction((sql) => sql.run('SELECT version FROM schema_version ORDER BY 1')),
      ),
    );
    expect(rows).toEqual(migrations.map((_, index) => ({ version: index + 1 })));
    await Promise.all(databases.map((each) => each.close()));
  },
);
