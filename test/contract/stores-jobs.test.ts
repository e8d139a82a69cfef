// How the store closes jobs by events, and which jobs platforms are asked about, on every kind of database.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import type { Database } from '../../src/broker/store/database.ts';
import { openSqlStore } from '../../src/broker/store/sql-store.ts';
import type { EventOutcome, EventTaking, JobEnding } from '../../src/broker/store/job-event-store.ts';
import type { Store } from '../../src/broker/store/store.ts';
import { databaseKinds, type DatabaseServer, type TestDatabase } from '../support/broker/databases.ts';
import { at, lend, newDeferral, newOpening } from '../support/broker/openings.ts';
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

  const event = (jobs: readonly string[], changes: Partial<JobEnding> = {}): JobEnding => ({
    issuer,
    jobs,
    delivery: { key: `delivery-${jobs.join(' ')}`, expiresAt: at(day) },
    scope: { claim: 'owner', values: ['1', '2'] },
    closesUnknown: true,
    until: at(600),
    owner: 'o',
    facts: { request_id: 'req_1' },
    ...changes,
  });
  let ids = 0;
  const take = (told: JobEnding, id = `evt_${String(++ids)}`, by = store): Promise<EventTaking> =>
    by.jobEvents.take(told, { id, claimedUntil: at(21), expiresAt: at(day), now: at(1) });
  /** Takes it, closes its jobs, and forgets it. */
  const closeBy = async (told: JobEnding): Promise<EventTaking | EventOutcome> => {
    const id = `evt_${String(++ids)}`;
    const taken = await take(told, id);
    if (taken !== 'queued') return taken;
    const outcome = await store.jobEvents.close({ ...told, id, attempts: 0 }, at(1));
    await store.jobEvents.finish(id);
    return outcome;
  };
  const stateOf = async (id: string | undefined): Promise<unknown> => (await store.lease(id ?? ''))?.state;

  test('both names of a job are closed in one go', async () => {
    const [one, other] = [
      await lend(store, { claims: { owner: '1' } }),
      await lend(store, { claims: { owner: '2' } }),
    ];
    const outcome = await closeBy(event([one.job.key, other.job.key]));
    const ids = [...one.leases, ...other.leases].map(({ id }) => id);
    const closed = typeof outcome === 'string' ? [] : outcome.map(({ id }) => id);
    expect(closed.toSorted()).toEqual(ids.toSorted());
  });

  test('a delivery counts once, until it is forgotten', async () => {
    const closing = event(['job-7']);
    expect(await closeBy(closing)).toEqual([]);
    expect(await closeBy(closing)).toBe('repeated');
    await store.purge(at(day - 1));
    expect(await closeBy(closing)).toBe('repeated');
    await store.purge(at(day));
    expect(await closeBy(closing)).toEqual([]);
  });

  test('without a name it counts each time', async () => {
    const closing = event(['job-7'], { delivery: undefined });
    for (let n = 0; n < 2; n++) expect(await closeBy(closing)).toEqual([]);
  });

  test('a job that anybody else’s claims opened is not closed, and the delivery is not used up', async () => {
    for (const claims of [{ owner: '3' }, {}, { owner: 1 }]) {
      const lent = await lend(store, { claims });
      const closing = event([lent.job.key]);
      for (let n = 0; n < 2; n++) expect(await closeBy(closing)).toBe('foreign');
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
      expect(await closeBy(closing)).toEqual(outcome);
      const found = await store.findDeferred(waiting.waiting.id);
      expect(found?.state).toBe(outcome === 'foreign' ? 'pending' : 'cancelled');
    }
  });

  test('of two jobs one of which is another’s, none is closed', async () => {
    const own = await lend(store, { claims: { owner: '1' } });
    const other = await lend(store, { claims: { owner: '3' } });
    expect(await closeBy(event([own.job.key, other.job.key]))).toBe('foreign');
    expect(await stateOf(own.leases[0]?.id)).toBe('active');
  });

  test('a job that is not known is closed if that is wanted', async () => {
    expect(await closeBy(event(['job-7'], { closesUnknown: false }))).toBe('unknown');
    const known = await lend(store, { claims: { owner: '1' } });
    expect(await closeBy(event([known.job.key], { closesUnknown: false }))).toHaveLength(1);
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

  describe('what was told', () => {
    const claimed = async (atSeconds: number, more: { limit?: number; after?: string; by?: Store } = {}) => {
      const { limit = 10, after = '', by = store } = more;
      const now = at(atSeconds);
      return by.jobEvents.claim({ now, until: at(atSeconds + 20), limit, after });
    };
    const fill = (owner: string, many: number, expiresAt: Date): Promise<unknown> =>
      database.transaction((sql) =>
        sql.run(
          `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${String(many)}) ` +
            'INSERT INTO job_events (id, owner, event, received_at, next_at, expires_at) ' +
            `SELECT '${owner}' || i, '${owner}', '{"jobs":[]}', 0, 0, ${String(expiresAt.getTime())} FROM n`,
        ),
      );

    test('B41 is kept as it was told until it is done, and taken up when its claim has run out', async () => {
      const told = event(['job-7', 'job-8']);
      expect(await take(told, 'evt_a')).toBe('queued');
      expect(await claimed(20)).toEqual([]);
      const kept = Object.fromEntries(Object.entries(told).filter(([name]) => name !== 'delivery'));
      expect(await claimed(21)).toEqual([{ ...kept, id: 'evt_a', attempts: 0 }]);
      expect(await claimed(40)).toEqual([]);
      await store.jobEvents.putOff('evt_a', at(60));
      expect(await claimed(59)).toEqual([]);
      expect(await claimed(60)).toMatchObject([{ id: 'evt_a', attempts: 1 }]);
      expect(await store.jobEvents.load()).toEqual({ waiting: 1, since: at(1) });
      await store.jobEvents.finish('evt_a');
      expect(await claimed(100)).toEqual([]);
      expect(await store.jobEvents.load()).toEqual({ waiting: 0, since: undefined });
    });

    test('B41 closes once: the same again has the same outcome, and none when it is done', async () => {
      const lent = await lend(store, { claims: { owner: '1' } });
      const told = event([lent.job.key]);
      await take(told, 'evt_a');
      const queued = { ...told, id: 'evt_a', attempts: 0 };
      const first = await store.jobEvents.close(queued, at(2));
      expect(first).toMatchObject([{ id: lent.leases[0]?.id, state: 'revoking' }]);
      expect(await store.jobEvents.close(queued, at(30))).toEqual(first);
      await store.jobEvents.finish('evt_a');
      expect(await store.jobEvents.close(queued, at(31))).toBe('gone');
    });

    test('B41 closes nothing that somebody else’s claims have opened meanwhile, nor what is not to be', async () => {
      const opening = newOpening({ claims: { owner: '3' } });
      const told = event([opening.job.key]);
      await take(told, 'evt_a');
      await store.openSession(opening);
      expect(await store.jobEvents.close({ ...told, id: 'evt_a', attempts: 0 }, at(2))).toBe('foreign');
      const unknown = event(['job-9']);
      await take(unknown, 'evt_b');
      const queued = { ...unknown, id: 'evt_b', attempts: 0, closesUnknown: false };
      expect(await store.jobEvents.close(queued, at(2))).toBe('gone');
    });

    test('B41 is bounded for each owner: what is beyond is not stored, and holds up no other', async () => {
      await fill('a', 9999, at(day));
      expect(await take(event(['job-1'], { owner: 'a' }))).toBe('queued');
      expect(await take(event(['job-2'], { owner: 'a' }))).toBe('full');
      expect(await take(event(['job-2'], { owner: 'b' }))).toBe('queued');
      await store.jobEvents.finish('a1');
      expect(await take(event(['job-3'], { owner: 'a' }))).toBe('queued');
    });

    test('B41 is taken up of each owner in turn, however much another has', async () => {
      await fill('a', 50, at(day));
      for (const owner of ['b', 'c', 'd']) await fill(owner, 1, at(day));
      const turns: string[] = [];
      let after = '';
      for (let round = 0; round < 4; round++) {
        const events = await claimed(1, { limit: 2, after });
        after = events.at(-1)?.owner ?? '';
        turns.push(events.map(({ owner }) => owner).join(''));
      }
      // A turn that finds only one owner is his alone.
      expect(turns).toEqual(['ab', 'cd', 'aa', 'aa']);
    });

    test('B28 B41 who claims at the same time gets others, and what is given back is due', async () => {
      await fill('a', 30, at(day));
      const stores = database.shared ? [store, await openSqlStore(await fresh.open())] : [store, store];
      const got = await Promise.all(stores.flatMap((by) => [claimed(1, { by }), claimed(1, { by })]));
      const events = got.flat().map(({ id }) => id);
      expect(new Set(events).size).toBe(events.length);
      const rest = await claimed(1, { limit: 40 });
      expect(events.length + rest.length).toBe(30);
      await store.jobEvents.release(events.slice(0, 2), at(2));
      expect((await claimed(2)).map(({ id }) => id).toSorted()).toEqual(events.slice(0, 2).toSorted());
      await store.jobEvents.release('all', at(3));
      expect(await claimed(3, { limit: 40 })).toHaveLength(30);
      if (database.shared) await stores[1]?.close();
    });

    test('B28 B41 one delivery that comes twice at the same moment is one', async () => {
      const told = event(['job-7']);
      const stores = database.shared ? [store, await openSqlStore(await fresh.open())] : [store, store];
      const taken = await Promise.all(
        stores.flatMap((by) => [take(told, undefined, by), take(told, undefined, by)]),
      );
      expect(taken.toSorted()).toEqual(['queued', 'repeated', 'repeated', 'repeated']);
      if (database.shared) await stores[1]?.close();
    });

    test('B41 is forgotten in bites when there is nothing left to close', async () => {
      await fill('a', 120, at(day));
      expect(await store.purge(at(day - 1))).toBe(false);
      expect([await store.purge(at(day)), await store.purge(at(day)), await store.purge(at(day))]).toEqual([
        true,
        true,
        false,
      ]);
      expect(await store.jobEvents.load()).toMatchObject({ waiting: 0 });
    });
  });

  test('a job that is known by its end alone is forgotten when no token of it can come any more', async () => {
    const borrowed = await lend(store, { claims: { owner: '1' } });
    await closeBy(event(['job-7', borrowed.job.key]));
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
      lent.flatMap(({ job }) => [closeBy(event([job.key])), closeBy(event([job.key]))]),
    );
    expect(outcomes.filter((outcome) => outcome === 'repeated')).toHaveLength(8);
    expect(outcomes.flatMap((outcome) => (typeof outcome === 'string' ? [] : outcome))).toHaveLength(8);
  });
});
