// How the store closes jobs by events, and which jobs platforms are asked about, on every kind of database.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import type { Database } from '../../src/broker/store/database.ts';
import { openSqlStore } from '../../src/broker/store/sql-store.ts';
import type { EventClosing, Store } from '../../src/broker/store/store.ts';
import { databaseKinds, type DatabaseServer, type TestDatabase } from '../support/broker/databases.ts';
import { at, lend, newDeferral } from '../support/broker/openings.ts';
import { has, testWith } from '../support/peers.ts';

const issuer = 'https://issuer.example.com';
const day = 86_400;

describe.each(Object.entries(databaseKinds))('ended jobs and the store on %s', (_, kind) => {
  const here = kind.peers.every(has);
  const test = (name: string, body: () => Promise<void>): void => {
    testWith(kind.peers, name, body);
  };
  let server: DatabaseServer;
  let fresh: TestDatabase;
  let database: Database;
  let store: Store;

  beforeAll(async () => {
    if (here) server = await kind.start();
  });

  beforeEach(async () => {
    fresh = await server.fresh();
    database = await fresh.open();
    store = await openSqlStore(database);
  });

  afterEach(async () => {
    await store.close();
    await fresh[Symbol.asyncDispose]();
  });

  afterAll(async () => {
    if (here) await server[Symbol.asyncDispose]();
  });

  const event = (jobs: readonly string[], changes: Partial<EventClosing> = {}): EventClosing => ({
    issuer,
    jobs,
    delivery: { key: `delivery-${jobs.join(' ')}`, expiresAt: at(day) },
    scope: { claim: 'owner', values: ['1', '2'] },
    closesUnknown: true,
    until: at(600),
    now: at(1),
    ...changes,
  });
  const stateOf = async (id: string | undefined): Promise<unknown> => (await store.lease(id ?? ''))?.state;

  test('both names of a job are closed in one go', async () => {
    const [one, other] = [
      await lend(store, { claims: { owner: '1' } }),
      await lend(store, { claims: { owner: '2' } }),
    ];
    const outcome = await store.closeByEvent(event([one.job.key, other.job.key]));
    const ids = [...one.leases, ...other.leases].map(({ id }) => id);
    const closed = typeof outcome === 'string' ? [] : outcome.map(({ id }) => id);
    expect(closed.toSorted()).toEqual(ids.toSorted());
  });

  test('a delivery counts once, until it is forgotten', async () => {
    const closing = event(['job-7']);
    expect(await store.closeByEvent(closing)).toEqual([]);
    expect(await store.closeByEvent(closing)).toBe('repeated');
    await store.purge(at(day - 1));
    expect(await store.closeByEvent(closing)).toBe('repeated');
    await store.purge(at(day));
    expect(await store.closeByEvent(closing)).toEqual([]);
  });

  test('without a name it counts each time', async () => {
    const closing = event(['job-7'], { delivery: undefined });
    for (let n = 0; n < 2; n++) expect(await store.closeByEvent(closing)).toEqual([]);
  });

  test('a job that anybody else’s claims opened is not closed, and the delivery is not used up', async () => {
    for (const claims of [{ owner: '3' }, {}, { owner: 1 }]) {
      const lent = await lend(store, { claims });
      const closing = event([lent.job.key]);
      for (let n = 0; n < 2; n++) expect(await store.closeByEvent(closing)).toBe('foreign');
      expect(await stateOf(lent.leases[0]?.id)).toBe('active');
    }
  });

  test('nor one that waits for an approval by anybody else’s claims; by one’s own it is cancelled', async () => {
    for (const [owner, outcome] of [
      ['3', 'foreign'],
      ['1', []],
    ] as const) {
      const waiting = newDeferral({ claims: { owner } });
      expect((await store.defer(waiting)).kind).toBe('deferred');
      const closing = event([waiting.job.key], { closesUnknown: false });
      expect(await store.closeByEvent(closing)).toEqual(outcome);
      const found = await store.findDeferred(waiting.waiting.id);
      expect(found?.state).toBe(outcome === 'foreign' ? 'pending' : 'cancelled');
    }
  });

  test('of two jobs one of which is another’s, none is closed', async () => {
    const own = await lend(store, { claims: { owner: '1' } });
    const other = await lend(store, { claims: { owner: '3' } });
    expect(await store.closeByEvent(event([own.job.key, other.job.key]))).toBe('foreign');
    expect(await stateOf(own.leases[0]?.id)).toBe('active');
  });

  test('a job that is not known is closed if that is wanted', async () => {
    expect(await store.closeByEvent(event(['job-7'], { closesUnknown: false }))).toBe('unknown');
    const known = await lend(store, { claims: { owner: '1' } });
    expect(await store.closeByEvent(event([known.job.key], { closesUnknown: false }))).toHaveLength(1);
  });

  test('B41 deliveries are bounded: the oldest are forgotten first', async () => {
    await database.transaction((sql) =>
      sql.run(
        'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001) ' +
          `INSERT INTO deliveries (delivery, expires_at) SELECT 'd' || i, ${String(at(day).getTime())} + i FROM n`,
      ),
    );
    await store.purge(at(1));
    const left = await database.transaction((sql) =>
      sql.run('SELECT COUNT(*) AS number, MIN(expires_at) AS oldest FROM deliveries'),
    );
    expect(left.map(({ number, oldest }) => [Number(number), Number(oldest)])).toEqual([
      [100_000, at(day).getTime() + 2],
    ]);
  });

  test('a job that is known by its end alone is forgotten when no token of it can come any more', async () => {
    const borrowed = await lend(store, { claims: { owner: '1' } });
    await store.closeByEvent(event(['job-7', borrowed.job.key]));
    const known = (): Promise<unknown> =>
      database.transaction((sql) => sql.run('SELECT job FROM jobs ORDER BY job'));
    await store.purge(at(599));
    expect(await known()).toHaveLength(2);
    await store.purge(at(600));
    expect(await known()).toEqual([{ job: borrowed.job.key }]);
  });

  const claim = (seconds: number, limit = 10): Promise<string[]> =>
    store
      .claimJobs({ issuer, now: at(seconds), again: at(seconds + 30), limit })
      .then((jobs) => jobs.map(({ job }) => job));

  test('jobs are asked about that have live leases, with what they borrowed by', async () => {
    const live = await lend(store, { claims: { owner: '1', run_id: '9' } });
    const ended = await lend(store);
    await lend(store, { issuer: 'https://other.example.com' });
    await store.closeJob({ issuer, job: ended.job.key, until: at(600), now: at(1) });
    expect(await store.claimJobs({ issuer, now: at(2), again: at(32), limit: 10 })).toEqual([
      { job: live.job.key, claims: { owner: '1', run_id: '9' } },
    ]);
  });

  test('each once in its time, those first that waited longest', async () => {
    const jobs = [];
    for (let n = 0; n < 3; n++) jobs.push((await lend(store, { atSeconds: n })).job.key);
    expect(await claim(5, 2)).toEqual(expect.arrayContaining(jobs.slice(0, 2)));
    expect(await claim(6, 2)).toEqual(jobs.slice(2));
    expect(await claim(34)).toEqual([]);
    expect((await claim(35)).toSorted()).toEqual(jobs.slice(0, 2).toSorted());
  });

  test('B28 who claims at the same time gets others', async () => {
    const jobs = [];
    for (let n = 0; n < 20; n++) jobs.push((await lend(store)).job.key);
    const stores = [store];
    if (database.shared) stores.push(await openSqlStore(await fresh.open()));
    const claims = stores.flatMap((each) => [each, each, each]);
    const got = await Promise.all(
      claims.map((each) => each.claimJobs({ issuer, now: at(2), again: at(32), limit: 5 })),
    );
    const asked = got.flat().map(({ job }) => job);
    expect(new Set(asked).size).toBe(asked.length);
    const rest = (await claim(2, 20)).concat(asked);
    expect(rest.toSorted()).toEqual(jobs.toSorted());
    for (const each of stores.slice(1)) await each.close();
  });

  test('B28 two events of one job, or of many, at the same time each end as they should', async () => {
    const lent = [];
    for (let n = 0; n < 8; n++) lent.push(await lend(store, { claims: { owner: '1' } }));
    const outcomes = await Promise.all(
      lent.flatMap(({ job }) => [store.closeByEvent(event([job.key])), store.closeByEvent(event([job.key]))]),
    );
    expect(outcomes.filter((outcome) => outcome === 'repeated')).toHaveLength(8);
    expect(outcomes.flatMap((outcome) => (typeof outcome === 'string' ? [] : outcome))).toHaveLength(8);
  });
});
