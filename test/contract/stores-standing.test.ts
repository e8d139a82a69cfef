/** What a request finds: later attempts of its run, the end of its job, other keys, its own handle given back. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { openSqlStore } from '../../src/broker/store/sql-store.ts';
import type { OpeningByToken } from '../../src/broker/store/session-requests.ts';
import type { Store } from '../../src/broker/store/store.ts';
import { databaseKinds, type DatabaseServer, type TestDatabase } from '../support/broker/databases.ts';
import { at, mintsOf, newDeferral, newOpening } from '../support/broker/openings.ts';
import { has, testWith } from '../support/peers.ts';

const week = 7 * 86_400;

describe.each(Object.entries(databaseKinds))('how things stand for a request on %s', (_, kind) => {
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

  const open = (request: OpeningByToken): ReturnType<Store['openSession']> => store.openSession(request);
  const kindOf = async (request: OpeningByToken): Promise<string> => (await open(request)).kind;
  const idOf = ({ leases }: OpeningByToken): string => leases[0]?.id ?? '';
  const stateOf = async (request: OpeningByToken): Promise<string | undefined> =>
    (await store.lease(idOf(request)))?.state;

  async function lend(request: OpeningByToken): Promise<OpeningByToken> {
    expect(await kindOf(request)).toBe('opened');
    expect(await store.activate(mintsOf(request.leases), at(1))).toBe('active');
    return request;
  }

  /** The same job with another proof, token, handle, session and lease. */
  const again = (of: OpeningByToken, changes: Partial<OpeningByToken> = {}): OpeningByToken => ({
    ...newOpening(),
    thumbprint: of.thumbprint,
    issuer: of.issuer,
    job: of.job,
    limits: of.limits,
    ...changes,
  });

  describe('a later attempt of a run', () => {
    const issuer = 'https://issuer.example.com';
    let run: string;
    beforeEach(() => {
      run = randomUUID();
    });
    const inRun = (attempt: number, key = run, from = issuer): OpeningByToken => {
      const request = newOpening({ issuer: from });
      return { ...request, job: { ...request.job, run: { key, attempt } } };
    };

    test('takes back what lives of the earlier ones, and nothing else', async () => {
      const [active, minting] = [await lend(inRun(1)), inRun(1)];
      expect(await kindOf(minting)).toBe('opened');
      const waiting = { ...newDeferral({ issuer }), job: inRun(1).job };
      expect(await store.defer(waiting)).toMatchObject({ kind: 'deferred' });
      const others = [
        await lend(inRun(1, randomUUID())),
        await lend(inRun(1, run, 'https://other.example.com')),
        await lend(newOpening({ issuer })),
      ];
      const second = inRun(2);
      const outcome = await open(second);
      expect(outcome.kind).toBe('opened');
      const superseded = 'superseded' in outcome ? outcome.superseded : [];
      expect(superseded.map(({ id, state }) => `${id} ${state}`).toSorted()).toEqual(
        [active, minting].map((each) => `${idOf(each)} revoking`).toSorted(),
      );
      expect([await stateOf(active), await stateOf(minting)]).toEqual(['revoking', 'revoking']);
      expect(await store.activate(mintsOf(minting.leases), at(2))).toBe('superseded');
      expect(await store.findDeferred(waiting.waiting.id)).toMatchObject({ state: 'cancelled' });
      for (const other of others) expect(await stateOf(other)).toBe('active');
      expect(await store.activate(mintsOf(second.leases), at(2))).toBe('active');
    });

    test('leaves the other jobs of its own attempt alone', async () => {
      await lend(inRun(1));
      const second = await lend(inRun(2));
      expect(await open(inRun(2))).toMatchObject({ kind: 'opened', superseded: [] });
      expect(await stateOf(second)).toBe('active');
      const third = await open(inRun(3));
      expect('superseded' in third && third.superseded).toHaveLength(2);
    });

    test('also one that waits for its approval ends the earlier ones', async () => {
      const first = await lend(inRun(1));
      const deferral = { ...newDeferral({ issuer }), job: inRun(2).job };
      expect(await store.defer(deferral)).toMatchObject({
        kind: 'deferred',
        superseded: [{ id: idOf(first), state: 'revoking' }],
      });
    });

    test('closes the earlier ones to whatever they may ask', async () => {
      const first = await lend(inRun(1));
      await lend(inRun(2));
      expect(await kindOf(inRun(1))).toBe('job-closed');
      expect(await kindOf(again(first))).toBe('job-closed');
      expect(await kindOf(again(first, { handleHash: first.handleHash }))).toBe('job-closed');
      expect(await store.defer({ ...newDeferral({ issuer }), job: inRun(1).job })).toMatchObject({
        kind: 'job-closed',
      });
      const { proof, token, session, thumbprint, job } = again(first);
      const { accessTokenHash, accessUntil } = session;
      const access = { accessTokenHash, accessUntil };
      const extension = { proof, token, ...access, thumbprint, issuer, job, handleHash: undefined };
      expect(
        await store.extendSession({ ...extension, sessionId: first.session.id, now: at(2) }),
      ).toMatchObject({ kind: 'job-closed' });
      const entry = { ...first.session, thumbprint: first.thumbprint, now: at(2) };
      expect(await store.findSession(entry)).toBeUndefined();
      expect(await kindOf(inRun(1, randomUUID()))).toBe('opened');
      expect(await kindOf(inRun(1, run, 'https://other.example.com'))).toBe('opened');
    });

    test('is remembered for as long as the last job of the run may need it, whatever the others need', async () => {
      const until = (attempt: number, seconds: number): OpeningByToken => {
        const request = inRun(attempt);
        return { ...request, session: { ...request.session, expiresAt: at(seconds) } };
      };
      const closed = async (attempt: number): Promise<boolean> =>
        (await kindOf(inRun(attempt))) === 'job-closed';
      await lend(until(2, 3600));
      // Beyond what the first wrote, and less than it.
      await lend(until(2, 20_000));
      await lend(until(3, 100));
      await store.purge(at(week + 20_000));
      expect([await closed(1), await closed(2)]).toEqual([true, true]);
      await store.purge(at(week + 20_000 + 3600));
      expect(await closed(1)).toBe(false);
    });
  });

  describe('a job that has ended', () => {
    const closing = ({ issuer, job }: OpeningByToken, until: number): Parameters<Store['closeJob']>[0] => ({
      issuer,
      job: job.key,
      until: at(until),
      now: at(1),
    });

    test('is closed up to the moment that was said, and not in it', async () => {
      const first = newOpening();
      expect(await store.closeJob(closing(first, 600))).toEqual([]);
      expect(await kindOf({ ...first, now: at(599.999) })).toBe('job-closed');
      expect(await kindOf(again(first, { now: at(600) }))).toBe('opened');
    });

    test('is closed for all that it may ask, and no other issuer’s job of its name is', async () => {
      const first = await lend(newOpening());
      await store.closeJob(closing(first, 600));
      expect(await kindOf(again(first))).toBe('job-closed');
      expect(await kindOf(again(first, { handleHash: first.handleHash }))).toBe('job-closed');
      expect(await store.defer({ ...newDeferral(), issuer: first.issuer, job: first.job })).toMatchObject({
        kind: 'job-closed',
      });
      expect(await kindOf(again(first, { issuer: 'https://other.example.com' }))).toBe('opened');
      expect(await kindOf(newOpening())).toBe('opened');
    });

    test('that is told once more is never closed for less long', async () => {
      const first = newOpening();
      await store.closeJob(closing(first, 600));
      await store.closeJob(closing(first, 300));
      expect(await kindOf({ ...first, now: at(599) })).toBe('job-closed');
      await store.closeJob(closing(first, 900));
      expect(await kindOf(again(first, { now: at(899) }))).toBe('job-closed');
    });
  });

  describe('another key of the job', () => {
    const strict = { ...newOpening().limits, issuesPerJob: 99 };

    test('is one that asked before, not the one that asks', async () => {
      const one = { ...strict, maxKeysPerJob: 1 };
      const first = await lend({ ...newOpening(), limits: one });
      expect(await kindOf(again(first))).toBe('opened');
      const roles = newOpening({ roles: ['read'] }).leases;
      expect(await kindOf(again(first, { thumbprint: 'key-2', leases: roles }))).toBe('too-many-keys');
      expect(await kindOf(again(first, { issuer: 'https://other.example.com', thumbprint: 'key-2' }))).toBe(
        'opened',
      );
    });

    test('counts once, however many sessions it has opened', async () => {
      const two = { ...strict, maxKeysPerJob: 2, parallelSessions: 9 };
      const first = await lend({ ...newOpening(), limits: two });
      await lend(again(first));
      expect(await kindOf(again(first, { thumbprint: 'key-2' }))).toBe('opened');
      expect(await kindOf(again(first, { thumbprint: 'key-3' }))).toBe('too-many-keys');
    });

    test('holds a role against others, and one’s own sessions do not, however many', async () => {
      const first = await lend({ ...newOpening(), limits: strict });
      for (let session = 0; session < 3; session++) await lend(again(first));
      expect(await kindOf(again(first, { thumbprint: 'key-2' }))).toBe('role-in-use');
      expect(await kindOf(again(first))).toBe('opened');
    });
  });

  describe('a handle that was given back before it came', () => {
    const bury = (handleHash: string, until: number): Promise<unknown> =>
      store.beginRevocation({ handleHash, tombstoneUntil: at(until) }, at(0));

    test('is good for nothing up to the moment that was said, and not in it', async () => {
      const first = newOpening();
      await bury(first.handleHash ?? '', 300);
      expect(await kindOf({ ...first, now: at(299.999) })).toBe('given-back');
      expect(await kindOf(again(first, { handleHash: first.handleHash, now: at(300) }))).toBe('opened');
    });

    test('is good for no request that waits for an approval either, and no other handle suffers', async () => {
      const deferral = newDeferral();
      await bury(deferral.handleHash ?? '', 300);
      expect(await store.defer(deferral)).toMatchObject({ kind: 'given-back' });
      expect(await store.defer(newDeferral())).toMatchObject({ kind: 'deferred' });
      expect(await kindOf({ ...newOpening(), handleHash: undefined })).toBe('opened');
    });

    test('stays so for as long as was said first, whatever is said again', async () => {
      const first = newOpening();
      await bury(first.handleHash ?? '', 300);
      await bury(first.handleHash ?? '', 100);
      await bury(first.handleHash ?? '', 900);
      expect(await kindOf({ ...first, now: at(299) })).toBe('given-back');
      expect(await kindOf(again(first, { handleHash: first.handleHash, now: at(300) }))).toBe('opened');
    });
  });
});
