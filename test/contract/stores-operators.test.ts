// What operators do to the store, on every kind of database.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { openSqlStore } from '../../src/broker/store/sql-store.ts';
import type { LeaseSelector } from '../../src/broker/domain/lease-selector.ts';
import type { Addition } from '../../src/broker/store/session-requests.ts';
import type { Store } from '../../src/broker/store/store.ts';
import { databaseKinds, type DatabaseServer, type TestDatabase } from '../support/broker/databases.ts';
import { at, lend, mintsOf, newDeferral, newOpening, octocat } from '../support/broker/openings.ts';
import { has, testWith } from '../support/peers.ts';

const live = ['intent', 'active'] as const;

describe.each(Object.entries(databaseKinds))('operators and the store on %s', (_, kind) => {
  const here = kind.peers.every(has);
  const test = (name: string, body: () => Promise<void>): void => {
    testWith(kind.peers, name, body);
  };
  let server: DatabaseServer;
  let database: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    if (here) server = await kind.start();
  });

  beforeEach(async () => {
    database = await server.fresh();
    store = await openSqlStore(await database.open());
  });

  afterEach(async () => {
    await store.close();
    await database[Symbol.asyncDispose]();
  });

  afterAll(async () => {
    if (here) await server[Symbol.asyncDispose]();
  });

  const found = async (selector: LeaseSelector): Promise<string[]> => {
    const page = await store.selectLeases({ selector, states: live, limit: 50, after: undefined });
    return page.map(({ lease }) => lease.id);
  };

  const endAll = async (selector: LeaseSelector, limit = 2): Promise<string[]> => {
    const ids: string[] = [];
    for (;;) {
      const { leases, sessions, requests } = await store.endSelected(selector, { limit, now: at(10) });
      ids.push(...leases.map(({ id }) => id));
      if (leases.length + sessions + requests === 0) return ids;
    }
  };

  const freeze = (frozen = true) =>
    store.setFreeze({ frozen, reason: 'a drill', by: 'alice', now: at(frozen ? 20 : 30) });

  test('a lease is found by each thing that is known of it, and by no other', async () => {
    const wanted = await lend(store, {
      origin: { repository: 'octo-org/api', repositoryId: '7', actor: 'hubot', commit: 'abc' },
      issuer: 'https://other.example.com',
      roles: ['db'],
      policyId: 'q',
      atSeconds: 5,
    });
    await lend(store);
    const [id] = wanted.leases.map((lease) => lease.id);
    const selectors: LeaseSelector[] = [
      { repository: 'octo-org/api' },
      { repositoryId: '7' },
      { actor: 'hubot' },
      { commit: 'abc' },
      { issuer: 'https://other.example.com' },
      { role: 'db' },
      { policy: 'q' },
      { since: at(5) },
      { repository: 'octo-org/api', role: 'db', since: at(5) },
    ];
    for (const selector of selectors) expect(await found(selector)).toEqual([id]);
    expect(await found({ repository: 'octo-org/api', role: 'deploy' })).toEqual([]);
    expect(await found({})).toHaveLength(2);
  });

  test('a list comes in pages, the youngest first, with whose each lease is', async () => {
    const first = await lend(store, { atSeconds: 1 });
    const second = await lend(store, { atSeconds: 2, roles: ['db', 'deploy'] });
    const query = { selector: {}, states: live, limit: 2, after: undefined };
    const page = await store.selectLeases(query);
    expect(page.map(({ lease }) => lease.sessionId)).toEqual([second.session.id, second.session.id]);
    expect(page[0]?.origin).toEqual(octocat);
    const rest = await store.selectLeases({ ...query, after: page.at(-1)?.lease });
    expect(rest.map(({ lease }) => lease.id)).toEqual([first.leases[0]?.id]);
  });

  test('what is selected ends in batches, with its sessions, and nothing else does', async () => {
    const meant = await Promise.all(Array.from({ length: 5 }, () => lend(store)));
    const other = await lend(store, { origin: { repository: 'octo-org/other' } });
    const before = await store.countSelected({ repository: 'octo-org/octo-repo' }, at(9));
    expect(before).toEqual({ leases: 5, sessions: 5, requests: 0 });
    const ended = await endAll({ repository: 'octo-org/octo-repo' });
    expect(ended.toSorted()).toEqual(meant.flatMap(({ leases }) => leases.map(({ id }) => id)).toSorted());
    expect(await found({})).toEqual(other.leases.map(({ id }) => id));
    const [one] = meant;
    expect(await store.findSession(entryOf(one))).toBeUndefined();
    expect(await store.findSession(entryOf(other))).toMatchObject({ id: other.session.id });
  });

  test('by role the other leases of the job live on, and none of them is renewed', async () => {
    const job = await lend(store, { roles: ['db', 'deploy'] });
    const [db, deploy] = job.leases;
    expect(await endAll({ role: 'db' })).toEqual([db?.id]);
    expect(await store.lease(deploy?.id ?? '')).toMatchObject({ state: 'active' });
    expect((await store.addLease(renewal(job))).kind).toBe('no-access');
    // The rest goes as well when its repository is selected afterwards.
    expect(await endAll({ repository: octocat.repository })).toEqual([deploy?.id]);
  });

  test('a mint that is under way when its job is selected is not delivered', async () => {
    const opening = newOpening();
    await store.openSession(opening);
    expect(await endAll({ actor: 'octocat' })).toEqual(opening.leases.map(({ id }) => id));
    expect(await store.activate(mintsOf(opening.leases), at(11))).toBe('superseded');
    expect(await store.claimDue(at(11), 10)).toHaveLength(1);
  });

  test('what waits for an approval is cancelled with its repository', async () => {
    const waiting = newDeferral();
    await store.defer(waiting);
    expect(await store.countSelected({ repository: octocat.repository }, at(9))).toMatchObject({
      requests: 1,
    });
    await endAll({ repository: octocat.repository });
    expect(await store.findDeferred(waiting.waiting.id)).toMatchObject({ state: 'cancelled' });
  });

  describe('B34: while it is frozen', () => {
    test('nothing is lent, prolonged or deferred, and nothing of the refused request is used up', async () => {
      const job = await lend(store);
      const opening = newOpening();
      await freeze();
      expect(await store.openSession(opening)).toEqual({ kind: 'frozen', revoked: [] });
      expect((await store.addLease(renewal(job))).kind).toBe('frozen');
      expect((await store.extendSession(extension(job))).kind).toBe('frozen');
      expect((await store.defer(newDeferral())).kind).toBe('frozen');
      await freeze(false);
      expect((await store.openSession(opening)).kind).toBe('opened');
    });

    test('what waits is not completed', async () => {
      const waiting = newDeferral();
      await store.defer(waiting);
      await store.decideDeferred({ id: waiting.waiting.id, state: 'approved', by: 'alice', now: at(1) });
      await freeze();
      const opening = { ...newOpening(), deferredId: waiting.waiting.id };
      expect((await store.openSession(opening)).kind).toBe('frozen');
    });

    test('a mint that was under way is queued to be revoked', async () => {
      const opening = newOpening();
      await store.openSession(opening);
      await freeze();
      const mints = mintsOf(opening.leases).map((mint) => ({ ...mint, sealedSecret: `sealed ${mint.id}` }));
      expect(await store.activate(mints, at(21))).toBe('frozen');
      for (const { id } of mints) {
        expect(await store.sealed(id)).toBe(`sealed ${id}`);
        expect(await store.lease(id)).toMatchObject({ state: 'revoking', sealed: true });
      }
      expect(await store.claimDue(at(21), 10)).toMatchObject([{ id: opening.leases[0]?.id }]);
    });

    test('heartbeats and giving back go on', async () => {
      const job = await lend(store);
      await freeze();
      expect((await store.heartbeat(entryOf(job))).kind).toBe('alive');
      const target = { handleHash: job.handleHash ?? '', tombstoneUntil: at(500) };
      expect(await store.beginRevocation(target, at(22))).toMatchObject([{ state: 'revoking' }]);
    });

    test('who said so and why is known, and how it was before', async () => {
      expect(await store.freeze()).toEqual({ frozen: false, reason: '', by: '', since: undefined });
      expect(await freeze()).toMatchObject({ frozen: false });
      expect(await store.freeze()).toEqual({ frozen: true, reason: 'a drill', by: 'alice', since: at(20) });
      expect(await freeze(false)).toMatchObject({ frozen: true });
    });
  });
});

type Opened = ReturnType<typeof newOpening>;

function entryOf(opening: Opened | undefined) {
  return {
    ...newOpening(),
    accessTokenHash: opening?.session.accessTokenHash ?? '',
    thumbprint: opening?.thumbprint ?? '',
    now: at(15),
  };
}

function renewal(job: Opened): Addition {
  const [lease] = newOpening().leases;
  if (lease === undefined) throw new Error('one lease');
  const { limits } = job;
  const last = job.leases.at(-1)?.id;
  return {
    ...entryOf(job),
    job: job.job,
    requestId: 'r',
    detailsHash: 'd',
    replaces: last,
    lease,
    limits,
    caps: undefined,
  };
}

function extension(job: Opened) {
  const { proof, token } = newOpening();
  const { thumbprint, issuer, handleHash } = job;
  const access = { accessTokenHash: 'new', accessUntil: at(900) };
  return {
    proof,
    token,
    thumbprint,
    issuer,
    job: job.job,
    sessionId: job.session.id,
    handleHash,
    ...access,
    now: at(21),
  };
}
