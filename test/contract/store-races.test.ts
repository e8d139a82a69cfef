/** Requests that meet in the store at one moment, on PostgreSQL through several brokers' connections. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { openSqlStore } from '../../src/broker/store/sql-store.ts';
import type { Addition, OpeningByToken } from '../../src/broker/store/session-requests.ts';
import type { Store } from '../../src/broker/store/store.ts';
import { databaseKinds, type DatabaseServer, type TestDatabase } from '../support/broker/databases.ts';
import { at, lend, mintsOf, newOpening } from '../support/broker/openings.ts';
import { has, testWith } from '../support/peers.ts';

const many = Array.from({ length: 12 }, (_, index) => index);

/** How often each came. */
function counted(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of outcomes) counts[each] = (counts[each] ?? 0) + 1;
  return counts;
}

describe.each(Object.entries(databaseKinds))('requests at one moment on %s', (name, kind) => {
  const here = kind.peers.every(has);
  const test = (called: string, body: () => Promise<void>): void => {
    testWith(kind.peers, called, body);
  };
  let server: DatabaseServer;
  let database: TestDatabase;
  let stores: readonly Store[];

  beforeAll(async () => {
    if (here) server = await kind.start();
  });

  beforeEach(async () => {
    database = await server.fresh();
    const brokers = name === 'PostgreSQL' ? 3 : 1;
    // They start at once, too: who comes first makes the tables.
    stores = await Promise.all(
      Array.from({ length: brokers }, async () => openSqlStore(await database.open())),
    );
  });

  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await database[Symbol.asyncDispose]();
  });

  afterAll(async () => {
    if (here) await server[Symbol.asyncDispose]();
  });

  const storeOf = (index: number): Store => {
    const store = stores[index % stores.length];
    if (store === undefined) throw new Error('no broker');
    return store;
  };

  /** All of these at once, each at another broker. @returns how often each outcome came */
  async function open(requests: readonly OpeningByToken[]): Promise<Record<string, number>> {
    const outcomes = await Promise.all(requests.map((request, index) => storeOf(index).openSession(request)));
    return counted(outcomes.map(({ kind: outcome }) => outcome));
  }

  const stateOf = async (id: string | undefined): Promise<string | undefined> =>
    (await storeOf(0).lease(id ?? ''))?.state;

  test('B11 B28: one proof is taken once', async () => {
    const { proof } = newOpening();
    const requests = many.map(() => ({ ...newOpening(), proof }));
    expect(await open(requests)).toEqual({ opened: 1, 'proof-replayed': 11 });
  });

  test('B11 B28: one ID token belongs to one of the keys that present it', async () => {
    const { token, job } = newOpening();
    const requests = many.map(() => ({ ...newOpening(), token, job }));
    expect(await open(requests)).toEqual({ opened: 1, 'token-of-other-key': 11 });
  });

  test('B28: one key of a job has a role', async () => {
    const { job } = newOpening();
    const requests = many.map(() => ({ ...newOpening(), job }));
    expect(await open(requests)).toEqual({ opened: 1, 'role-in-use': 11 });
  });

  test('B28: a job’s budget is spent once', async () => {
    const { job, thumbprint } = newOpening();
    const requests = many.map((index) => ({
      ...newOpening({ roles: [`role-${String(index)}`] }),
      job,
      thumbprint,
    }));
    expect(await open(requests)).toEqual({ opened: 5, 'budget-spent': 7 });
  });

  test('B28: of a role no more is lent than its caps allow, whoever asks', async () => {
    const limit = { rate: undefined, reads: undefined, maxActive: 3 };
    const caps = new Map([['deploy', limit]]);
    expect(await open(many.map(() => ({ ...newOpening(), caps })))).toEqual({ opened: 3, 'over-cap': 9 });
    const rate = new Map([['read', { ...limit, maxActive: undefined, rate: { most: 4, perSeconds: 60 } }]]);
    const requests = many.map(() => ({ ...newOpening({ roles: ['read'] }), caps: rate }));
    expect(await open(requests)).toEqual({ opened: 4, 'over-cap': 8 });
  });

  test('B28: the jobs of one run do not stand in one another’s way, and a later attempt ends them all', async () => {
    const run = randomUUID();
    const inRun = (attempt: number): OpeningByToken => {
      const request = newOpening();
      return { ...request, job: { ...request.job, run: { key: run, attempt } } };
    };
    const earlier = many.map(() => inRun(1));
    expect(await open(earlier)).toEqual({ opened: 12 });
    expect(await open([inRun(2), inRun(2), inRun(2)])).toEqual({ opened: 3 });
    for (const { leases } of earlier) expect(await stateOf(leases[0]?.id)).toBe('revoking');
  });

  test('B28 B34: when a freeze is answered nothing becomes active any more', async () => {
    for (let round = 0; round < 5; round++) {
      const requests = many.map(() => newOpening());
      await open(requests);
      const ids = requests.flatMap(({ leases }) => leases.map(({ id }) => id));
      const active = async (): Promise<string[]> =>
        (await storeOf(0).leases(ids)).filter(({ state }) => state === 'active').map(({ id }) => id);
      const activations = requests.map(({ leases }, index) =>
        storeOf(index).activate(mintsOf(leases), at(1)),
      );
      await storeOf(1).setFreeze({ frozen: true, reason: 'a drill', by: 'alice', now: at(1) });
      const then = await active();
      const outcomes = await Promise.all(activations);
      expect(await active()).toEqual(then);
      expect(outcomes.filter((outcome) => outcome === 'active')).toHaveLength(then.length);
      await storeOf(2).setFreeze({ frozen: false, reason: 'over', by: 'alice', now: at(2) });
    }
  });

  test('B28: what is given back while it is asked for is not lent', async () => {
    await Promise.all(
      many.map(async (index) => {
        const request = newOpening();
        const target = { handleHash: request.handleHash ?? '', tombstoneUntil: at(300) };
        const [opened, revoked] = await Promise.all([
          storeOf(index).openSession(request),
          storeOf(index + 1).beginRevocation(target, at(0)),
        ]);
        const found = revoked === 'full' || typeof revoked === 'string' ? [] : revoked;
        expect([opened.kind, found.length]).toEqual(
          opened.kind === 'opened' ? ['opened', 1] : ['given-back', 0],
        );
        if (opened.kind === 'opened') expect(await stateOf(request.leases[0]?.id)).toBe('revoking');
      }),
    );
  });

  test('B28: a job that is closed while it asks has nothing afterwards', async () => {
    await Promise.all(
      many.map(async (index) => {
        const request = newOpening();
        const { issuer, job } = request;
        const [opened] = await Promise.all([
          storeOf(index).openSession(request),
          storeOf(index + 1).closeJob({ issuer, job: job.key, until: at(300), now: at(0) }),
        ]);
        const state = await stateOf(request.leases[0]?.id);
        expect([opened.kind, state]).toEqual(
          opened.kind === 'opened' ? ['opened', 'revoking'] : ['job-closed', undefined],
        );
      }),
    );
  });

  test('B28: of a run whose next attempt begins while the first still asks, the first has nothing', async () => {
    await Promise.all(
      many.map(async (index) => {
        const run = randomUUID();
        const [first, second] = [1, 2].map((attempt) => {
          const request = newOpening();
          return { ...request, job: { ...request.job, run: { key: run, attempt } } };
        }) as [OpeningByToken, OpeningByToken];
        const [opened, again] = await Promise.all([
          storeOf(index).openSession(first),
          storeOf(index + 1).openSession(second),
        ]);
        expect(again.kind).toBe('opened');
        expect([opened.kind, await stateOf(first.leases[0]?.id)]).toEqual(
          opened.kind === 'opened' ? ['opened', 'revoking'] : ['job-closed', undefined],
        );
      }),
    );
  });

  /** A further lease in a session, or one in another's place. */
  const additionTo = (of: OpeningByToken, replaces?: string): Addition => ({
    proof: { key: randomUUID(), expiresAt: at(300) },
    accessTokenHash: of.session.accessTokenHash,
    thumbprint: of.thumbprint,
    issuer: of.issuer,
    job: of.job,
    requestId: randomUUID(),
    detailsHash: 'more',
    replaces,
    lease: {
      ...newOpening().leases[0],
      role: replaces === undefined ? 'read' : 'deploy',
    } as Addition['lease'],
    limits: of.limits,
    caps: undefined,
    now: at(10),
  });

  test('B28: what is added to a session while it is given back is not lent', async () => {
    await Promise.all(
      many.map(async (index) => {
        const of = await lend(storeOf(index));
        const addition = additionTo(of);
        const byHandle = { handleHash: of.handleHash ?? '', tombstoneUntil: at(300) };
        const proof = { key: randomUUID(), expiresAt: at(300) };
        const byToken = { accessTokenHash: of.session.accessTokenHash, thumbprint: of.thumbprint, proof };
        await Promise.all([
          storeOf(index).addLease(addition),
          storeOf(index + 1).beginRevocation(index % 2 === 0 ? byHandle : byToken, at(10)),
        ]);
        await storeOf(index).activate(mintsOf([addition.lease]), at(11));
        expect(['revoking', undefined]).toContain(await stateOf(addition.lease.id));
        expect(await stateOf(of.leases[0]?.id)).toBe('revoking');
      }),
    );
  });

  test('B28: a lease that is given back by its id while it is renewed has no successor', async () => {
    await Promise.all(
      many.map(async (index) => {
        const of = await lend(storeOf(index));
        const id = of.leases[0]?.id ?? '';
        const renewal = additionTo(of, id);
        const byHandle = { handleHash: of.handleHash ?? '', tombstoneUntil: at(300) };
        const proof = { key: randomUUID(), expiresAt: at(300) };
        const byToken = { accessTokenHash: of.session.accessTokenHash, thumbprint: of.thumbprint, proof };
        const target = { ...(index % 2 === 0 ? byHandle : byToken), leaseIds: [id] };
        await Promise.all([
          storeOf(index).addLease(renewal),
          storeOf(index + 1).beginRevocation(target, at(10)),
        ]);
        await storeOf(index).activate(mintsOf([renewal.lease]), at(11));
        expect(['revoking', undefined]).toContain(await stateOf(renewal.lease.id));
      }),
    );
  });

  test('B28 B34: a lease that an operator ends by its id while it is renewed has no successor', async () => {
    await Promise.all(
      many.map(async (index) => {
        const of = await lend(storeOf(index));
        const leaseId = of.leases[0]?.id ?? '';
        const renewal = additionTo(of, leaseId);
        await Promise.all([
          storeOf(index).addLease(renewal),
          storeOf(index + 1).endSelected({ leaseId }, { limit: 10, now: at(10) }),
        ]);
        await storeOf(index).activate(mintsOf([renewal.lease]), at(11));
        expect(['revoking', undefined]).toContain(await stateOf(renewal.lease.id));
      }),
    );
  });

  test('B28: what is revoked while it is minted stays revoked', async () => {
    await Promise.all(
      many.map(async (index) => {
        const request = newOpening();
        await storeOf(index).openSession(request);
        const target = { handleHash: request.handleHash ?? '', tombstoneUntil: at(300) };
        const [activated] = await Promise.all([
          storeOf(index).activate(mintsOf(request.leases), at(1)),
          storeOf(index + 1).beginRevocation(target, at(1)),
        ]);
        expect(['active', 'superseded']).toContain(activated);
        const lease = await storeOf(0).lease(request.leases[0]?.id ?? '');
        expect([lease?.state, lease?.minting]).toEqual(['revoking', false]);
      }),
    );
  });

  test('B28: of two renewals of a lease one takes its place', async () => {
    const of = await lend(storeOf(0));
    const renewals = [0, 1, 2].map(() => additionTo(of, of.leases[0]?.id));
    const added = await Promise.all(renewals.map((each, index) => storeOf(index).addLease(each)));
    expect(counted(added.map(({ kind: outcome }) => outcome))).toEqual({ added: 3 });
    const outcomes = await Promise.all(
      renewals.map(({ lease }, index) => storeOf(index).activate(mintsOf([lease]), at(11))),
    );
    expect(counted(outcomes)).toEqual({ active: 1, superseded: 2 });
  });

  test('B28: each lease that is due is claimed by one worker, and none is left out', async () => {
    const leases = await Promise.all(
      many.map(async (index) => {
        const { leases: lent, handleHash = '' } = await lend(storeOf(index));
        await storeOf(index).beginRevocation({ handleHash, tombstoneUntil: at(300) }, at(2));
        return lent[0]?.id ?? '';
      }),
    );
    const claimed: string[] = [];
    while (claimed.length < leases.length) {
      const found = await Promise.all([0, 1, 2, 3, 4, 5].map((index) => storeOf(index).claimDue(at(3), 3)));
      expect(found.flat().length).toBeGreaterThan(0);
      claimed.push(...found.flat().map(({ id }) => id));
    }
    expect(claimed.toSorted()).toEqual(leases.toSorted());
    expect(await storeOf(0).claimDue(at(3), 100)).toEqual([]);
  });

  test('B28: a revocation is one broker’s at a time, however it is claimed, until it is released', async () => {
    const { leases, handleHash = '' } = await lend(storeOf(0));
    await storeOf(0).beginRevocation({ handleHash, tombstoneUntil: at(300) }, at(2));
    const ids = leases.map(({ id }) => id);
    const taken = await Promise.all(
      many.map((index) =>
        index % 2 === 0 ? storeOf(index).claim(ids, at(2)) : storeOf(index).claimDue(at(2), 10),
      ),
    );
    expect(taken.flat().map(({ id }) => id)).toEqual(ids);
    await storeOf(1).release(ids, at(3));
    expect((await storeOf(2).claimDue(at(3), 10)).map(({ id }) => id)).toEqual(ids);
    expect(await storeOf(0).claim(ids, at(4))).toEqual([]);
  });

  test('B28: workers that tend the store at once end each lease once', async () => {
    await Promise.all(many.map((index) => lend(storeOf(index))));
    const ended = await Promise.all([0, 1, 2].map((index) => storeOf(index).expire(at(1000))));
    expect(ended.flat()).toHaveLength(12);
    await Promise.all([0, 1, 2].map((index) => storeOf(index).purge(at(1000))));
  });
});
