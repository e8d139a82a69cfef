import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test as plainly } from '@jest/globals';
import { backendOf } from '../../src/broker/store/lease-rows.ts';
import { migrations } from '../../src/broker/store/schema.ts';
import { openSqlStore } from '../../src/broker/store/sql-store.ts';
import { openSqlite } from '../../src/broker/store/sqlite.ts';
import type {
  Addition,
  Deferral,
  NewLease,
  Opening,
  OpeningByToken,
  OpenOutcome,
  SessionEntry,
} from '../../src/broker/store/session-requests.ts';
import {
  databaseKinds,
  statementsRun,
  type DatabaseServer,
  type TestDatabase,
} from '../support/broker/databases.ts';
import { has, testWith } from '../support/peers.ts';
import { StoreError, type RevocationTarget, type Store } from '../../src/broker/store/store.ts';

const start = Date.parse('2026-11-20T12:00:00Z');
const at = (seconds: number): Date => new Date(start + seconds * 1000);
let counter = 0;

function lease(changes: Partial<NewLease> = {}): NewLease {
  counter += 1;
  return {
    id: `lse_${String(counter)}`,
    role: 'deploy',
    engine: 'jwt',
    revocability: 'immediate',
    policyId: 'p',
    policyVersion: 'sha256:0',
    expiresAt: at(900),
    heartbeatSeconds: 0,
    credentialExpiresAt: at(900),
    revokeData: {},
    ...changes,
  };
}

const limits: Opening['limits'] = {
  sessionMaxSeconds: 3600,
  issuesPerJob: 5,
  parallelSessions: 1,
  maxKeysPerJob: Infinity,
  onExcess: 'deny',
};

/** A request of the job `job-1` with a fresh proof and token. */
function opening(changes: Partial<OpeningByToken> = {}): OpeningByToken {
  counter += 1;
  const id = String(counter);
  return {
    proof: { key: `proof-${id}`, expiresAt: at(300) },
    token: { issuedAt: at(0), key: `token-${id}`, expiresAt: at(300), singleUse: true, onReplay: 'alarm' },
    thumbprint: 'key-1',
    issuer: 'https://issuer.example.com',
    job: { key: 'job-1', level: 'job' },
    handleHash: `handle-${id}`,
    detailsHash: 'details',
    session: {
      id: `ses_${id}`,
      accessTokenHash: `access-${id}`,
      accessUntil: at(900),
      expiresAt: at(3600),
      claims: '{}',
      origin: {
        repository: 'octo-org/octo-repo',
        repositoryId: '456789',
        actor: 'octocat',
        commit: 'c0ffee',
      },
      tokenKey: `token-${id}`,
      tokenExpiresAt: at(300),
    },
    leases: [lease()],
    limits,
    caps: new Map(),
    now: at(0),
    ...changes,
  };
}

const minted = (
  each: NewLease,
): { id: string; credentialExpiresAt: Date; revokeData: Record<string, string> } => ({
  id: each.id,
  credentialExpiresAt: each.credentialExpiresAt,
  revokeData: { object: each.id },
});

describe.each(Object.entries(databaseKinds))('the store on %s', (_, kind) => {
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

  const kindOf = async (request: Opening): Promise<OpenOutcome['kind']> =>
    (await store.openSession(request)).kind;
  const stateOf = async (id: string): Promise<string | undefined> => (await store.lease(id))?.state;

  async function lend(request = opening()): Promise<OpeningByToken> {
    expect(await kindOf(request)).toBe('opened');
    expect(await store.activate(request.leases.map(minted), at(1))).toBe('active');
    return request;
  }

  test('writes the intent before, and the lease as it was given', async () => {
    const request = opening();
    await store.openSession(request);
    const [asked] = request.leases;
    expect(await store.lease(asked?.id ?? '')).toEqual({
      ...asked,
      sessionId: request.session.id,
      issuer: request.issuer,
      job: 'job-1',
      state: 'intent',
      createdAt: at(0),
      endsAt: at(900),
      minting: true,
      revokeData: {},
      sealed: false,
      attempts: 0,
      backend: backendOf(asked ?? lease()),
    });
    await store.activate(request.leases.map(minted), at(1));
    expect(await store.lease(asked?.id ?? '')).toMatchObject({
      state: 'active',
      minting: false,
      revokeData: { object: asked?.id },
    });
  });

  test('what is lent at once is active when it is written; if nobody received it, it is void', async () => {
    const request = opening({ atOnce: true, leases: [lease(), lease({ heartbeatSeconds: 60 })] });
    expect(await kindOf(request)).toBe('opened');
    const [plain = '', beating = ''] = request.leases.map(({ id }) => id);
    expect(await store.lease(plain)).toMatchObject({ state: 'active', minting: false, endsAt: at(900) });
    expect(await store.lease(beating)).toMatchObject({ state: 'active', minting: false, endsAt: at(60) });
    expect(await store.reconcile(at(40), at(40))).toEqual([]);
    await store.abandon({ toRevoke: [], unminted: [plain] }, at(41));
    expect([await stateOf(plain), await stateOf(beating)]).toEqual(['void', 'active']);
  });

  test('takes a proof once', async () => {
    const request = opening();
    await store.openSession(request);
    expect(await kindOf(opening({ proof: request.proof }))).toBe('proof-replayed');
    expect(await store.useProof({ key: 'other', expiresAt: at(300) })).toBe('new');
    expect(await store.useProof({ key: 'other', expiresAt: at(300) })).toBe('proof-replayed');
    expect(await store.useProof(request.proof)).toBe('proof-replayed');
  });

  test('takes a nonce once, whoever shows it; the token that came with a used one is not used up', async () => {
    const nonce = { key: 'nonce-1', expiresAt: at(300) };
    expect(await kindOf(opening({ proof: { key: 'a', expiresAt: at(300), nonce } }))).toBe('opened');
    const { token } = opening();
    expect(await kindOf(opening({ token, proof: { key: 'b', expiresAt: at(300), nonce } }))).toBe(
      'nonce-used',
    );
    expect(await kindOf(opening({ token, job: { key: 'job-2', level: 'job' } }))).toBe('opened');
    const request = await lend(opening({ job: { key: 'job-3', level: 'job' } }));
    const { accessTokenHash } = request.session;
    const giveBack = { accessTokenHash, thumbprint: 'key-1', proof: { key: 'c', expiresAt: at(300), nonce } };
    expect(await store.beginRevocation(giveBack, at(2))).toBe('nonce-used');
  });

  test('gives a token to the first key; again only to that key, and only where it may be used again', async () => {
    const { token } = await lend();
    expect(await kindOf(opening({ token }))).toBe('token-used');
    expect(await kindOf(opening({ token: { ...token, singleUse: false } }))).toBe('opened');
    expect(await kindOf(opening({ token: { ...token, singleUse: false }, thumbprint: 'key-2' }))).toBe(
      'token-of-other-key',
    );
  });

  test('of a hundred requests with one token at once, one gets it', async () => {
    const { token } = opening();
    const kinds = await Promise.all(
      Array.from({ length: 100 }, (_unused, index) =>
        kindOf(opening({ token, thumbprint: `key-${String(index)}` })),
      ),
    );
    expect(kinds.filter((kind) => kind === 'opened')).toHaveLength(1);
  });

  test('a refusal leaves the proof used and writes neither session nor lease', async () => {
    const { token } = await lend();
    const refused = opening({ token });
    expect(await kindOf(refused)).toBe('token-used');
    expect(await kindOf(opening({ proof: refused.proof }))).toBe('proof-replayed');
    expect(await stateOf(refused.leases[0]?.id ?? '')).toBeUndefined();
  });

  test('a repetition supersedes intents and queues what was active', async () => {
    const first = await lend();
    const { handleHash } = first;
    const second = opening({ handleHash });
    expect(await store.openSession(second)).toMatchObject({
      kind: 'opened',
      sessionId: first.session.id,
      superseded: [{ id: first.leases[0]?.id, state: 'revoking' }],
    });
    const third = opening({ handleHash });
    await store.openSession(third);
    expect(await stateOf(second.leases[0]?.id ?? '')).toBe('superseded');
    expect(await store.activate(second.leases.map(minted), at(2))).toBe('superseded');
    expect(await stateOf(second.leases[0]?.id ?? '')).toBe('revoking');
    expect(await store.activate(third.leases.map(minted), at(2))).toBe('active');
  });

  test('a repetition with other details or another key changes nothing', async () => {
    const first = await lend();
    const { handleHash } = first;
    expect(await kindOf(opening({ handleHash, detailsHash: 'other' }))).toBe('idempotency-conflict');
    expect(await kindOf(opening({ handleHash, thumbprint: 'key-2' }))).toBe('handle-of-other-key');
    expect(await stateOf(first.leases[0]?.id ?? '')).toBe('active');
  });

  test('the same handle in another job is another session', async () => {
    const { handleHash } = await lend();
    expect(
      await kindOf(opening({ handleHash, thumbprint: 'key-2', job: { key: 'job-2', level: 'job' } })),
    ).toBe('opened');
  });

  test('a request without a handle is never a repetition', async () => {
    await lend(opening({ handleHash: undefined }));
    const second = await store.openSession(opening({ handleHash: undefined }));
    expect(second).toMatchObject({ kind: 'opened', superseded: [] });
  });

  test('one live session per job and role, counted until the lease is over', async () => {
    const first = await lend();
    const other = (changes: Partial<OpeningByToken> = {}): Opening =>
      opening({ thumbprint: 'key-2', ...changes });
    expect(await kindOf(other())).toBe('role-in-use');
    expect(await kindOf(other({ leases: [lease({ role: 'read' })] }))).toBe('opened');
    expect(await kindOf(other({ job: { key: 'job-2', level: 'job' } }))).toBe('opened');
    expect(await kindOf(other({ job: { key: 'job-1', level: 'run' } }))).toBe('opened');
    expect(
      await kindOf(opening({ thumbprint: 'key-3', limits: { ...first.limits, parallelSessions: 3 } })),
    ).toBe('opened');
    expect(await kindOf(other({ now: at(900), limits: { ...first.limits, issuesPerJob: 99 } }))).toBe(
      'opened',
    );
  });

  test('a job opens as many sessions as it may', async () => {
    const two = { ...limits, issuesPerJob: 2 };
    expect(await kindOf(opening({ limits: two }))).toBe('opened');
    const last = opening({ limits: two });
    expect(await kindOf(last)).toBe('opened');
    expect(await kindOf(opening({ limits: two }))).toBe('budget-spent');
    expect(await kindOf(opening({ limits: two, handleHash: last.handleHash }))).toBe('opened');
  });

  test('revocation by handle ends the session and returns its leases', async () => {
    const { handleHash = '', leases } = await lend();
    const target = { handleHash, tombstoneUntil: at(300) };
    expect(await store.beginRevocation(target, at(2))).toMatchObject([
      { id: leases[0]?.id, state: 'revoking' },
    ]);
    expect(await store.beginRevocation(target, at(3))).toMatchObject([{ state: 'revoking' }]);
    expect(await kindOf(opening({ handleHash }))).toBe('given-back');
  });

  test('a narrowed revocation leaves the rest and the session alone', async () => {
    const request = await lend(opening({ leases: [lease(), lease({ role: 'read' })] }));
    const [first, second] = request.leases;
    const { handleHash = '' } = request;
    await store.beginRevocation({ handleHash, tombstoneUntil: at(300), leaseIds: [first?.id ?? ''] }, at(2));
    expect([await stateOf(first?.id ?? ''), await stateOf(second?.id ?? '')]).toEqual(['revoking', 'active']);
    expect(await kindOf(opening({ handleHash }))).toBe('opened');
  });

  test('revocation by access token needs its key, by job its issuer', async () => {
    const { session, leases, issuer } = await lend();
    const { accessTokenHash } = session;
    const id = leases[0]?.id ?? '';
    const proof = { key: 'proof-of-revocation', expiresAt: at(300) };
    const byToken = (thumbprint: string): RevocationTarget => ({ accessTokenHash, thumbprint, proof });
    const byJob = (job: string, from: string): RevocationTarget => ({ issuer: from, job, proof });
    expect(await store.beginRevocation(byToken('key-2'), at(2))).toEqual([]);
    expect(await store.beginRevocation(byJob('job-1', 'https://other.example.com'), at(2))).toEqual([]);
    expect(await stateOf(id)).toBe('active');
    expect(await store.beginRevocation(byToken('key-1'), at(2))).toHaveLength(1);
    expect(await store.beginRevocation(byJob('job-1', issuer), at(2))).toBe('proof-replayed');
    const fresh = { ...proof, key: 'another' };
    expect(await store.beginRevocation({ ...byJob('job-1', issuer), proof: fresh }, at(2))).toHaveLength(1);
    expect(await stateOf(id)).toBe('revoking');
  });

  test('an unknown handle is remembered for as long as it was said', async () => {
    const handleHash = 'unknown';
    expect(await store.beginRevocation({ handleHash, tombstoneUntil: at(300) }, at(0))).toEqual([]);
    expect(await kindOf(opening({ handleHash, now: at(299) }))).toBe('given-back');
    expect(await kindOf(opening({ handleHash, now: at(300) }))).toBe('opened');
  });

  test('what was given back in the middle of a mint is revoked when the mint is done, whatever happened between', async () => {
    const request = opening();
    await store.openSession(request);
    const id = request.leases[0]?.id ?? '';
    await store.beginRevocation({ handleHash: request.handleHash ?? '', tombstoneUntil: at(300) }, at(1));
    expect(await store.claimDue(at(2), 10)).toEqual([]);
    expect(await store.activate(request.leases.map(minted), at(3))).toBe('superseded');
    expect((await store.claimDue(at(3), 10)).map((each) => each.id)).toEqual([id]);
  });

  test('a due revocation is claimed by one worker at a time, and comes back when that one is silent', async () => {
    const { handleHash = '' } = await lend();
    await store.beginRevocation({ handleHash, tombstoneUntil: at(300) }, at(2));
    expect(await store.claimDue(at(2), 10)).toHaveLength(1);
    expect(await store.claimDue(at(2), 10)).toHaveLength(0);
    expect(await store.claimDue(at(33), 10)).toHaveLength(1);
  });

  test('a failed attempt is counted and waits; a success is final', async () => {
    const { handleHash = '', leases } = await lend();
    const id = leases[0]?.id ?? '';
    await store.beginRevocation({ handleHash, tombstoneUntil: at(300) }, at(2));
    await store.settle(id, { state: 'revoking', nextAt: at(10) });
    expect(await store.claimDue(at(9), 10)).toHaveLength(0);
    expect(await store.claimDue(at(10), 10)).toMatchObject([{ attempts: 1 }]);
    await store.settle(id, { state: 'revoked' });
    await store.settle(id, { state: 'revoking', nextAt: at(11) });
    expect(await store.lease(id)).toMatchObject({ state: 'revoked', attempts: 1 });
    expect(await store.expire(at(1000))).toEqual([]);
  });

  test('what is abandoned is void where nothing was minted, and queued where something may have been', async () => {
    const request = opening({ leases: [lease(), lease({ role: 'read' })] });
    await store.openSession(request);
    const [first, second] = request.leases.map(({ id }) => id);
    await store.abandon({ toRevoke: [first ?? ''], unminted: [second ?? ''] }, at(1));
    expect([await stateOf(first ?? ''), await stateOf(second ?? '')]).toEqual(['revoking', 'void']);
    expect(await store.reconcile(at(2), at(2))).toEqual([]);
  });

  test('mints that nobody finished are found by their age, in whatever state they are', async () => {
    const left = opening();
    const superseded = opening();
    await store.openSession(left);
    await store.openSession(superseded);
    await store.openSession(opening({ handleHash: superseded.handleHash, now: at(50) }));
    const found = await store.reconcile(at(40), at(60));
    expect(found.map(({ id, state }) => [id, state])).toEqual([
      [left.leases[0]?.id, 'revoking'],
      [superseded.leases[0]?.id, 'revoking'],
    ]);
  });

  test('a lease ends on time; one whose credential lives on is queued instead', async () => {
    const request = await lend(
      opening({
        leases: [
          lease(),
          lease({ role: 'read', credentialExpiresAt: at(3600) }),
          lease({ role: 'static', revocability: 'expiry-only' }),
        ],
      }),
    );
    const states = async (): Promise<unknown[]> =>
      (await store.leases(request.leases.map(({ id }) => id))).map(({ role, state }) => [role, state]);
    expect(await store.expire(at(899))).toEqual([]);
    expect(await store.expire(at(900))).toHaveLength(3);
    expect(await states()).toEqual([
      ['deploy', 'expired'],
      ['read', 'revoking'],
      ['static', 'expired'],
    ]);
  });

  test('what lingers is queued at its end, and never over before it is revoked', async () => {
    const request = await lend(opening({ leases: [lease({ lingers: true })] }));
    const id = request.leases[0]?.id ?? '';
    expect(await store.expire(at(900))).toMatchObject([{ id, state: 'revoking' }]);
    expect(await store.expire(at(90_000))).toEqual([]);
    expect(await store.claimDue(at(90_000), 10)).toMatchObject([{ id }]);
    await store.settle(id, { state: 'revoked' });
    expect(await stateOf(id)).toBe('revoked');
    await store.purge(at(900 + 7 * 86_400));
    expect(await stateOf(id)).toBeUndefined();
  });

  test('what cannot be revoked is never claimed, and is over when it expires', async () => {
    const request = await lend(opening({ leases: [lease({ revocability: 'expiry-only' })] }));
    const { handleHash = '' } = request;
    await store.beginRevocation({ handleHash, tombstoneUntil: at(300) }, at(2));
    expect(await store.claimDue(at(100), 10)).toEqual([]);
    expect(await store.expire(at(900))).toMatchObject([{ state: 'expired' }]);
  });

  test('B26: a clock that is set back by an hour finds used proofs and tokens used', async () => {
    const { proof, token } = await lend();
    const stolen = async (): Promise<string> => {
      const job = { key: 'job-2', level: 'job' } as const;
      return (await store.openSession(opening({ token, thumbprint: 'key-2', job }))).kind;
    };
    await store.purge(at(300 + 3599));
    expect(await store.useProof(proof)).toBe('proof-replayed');
    expect(await stolen()).toBe('token-of-other-key');
    await store.purge(at(300 + 3600));
    expect(await stolen()).toBe('opened');
  });

  test('forgets used proofs an hour after their end, and old leases after a week', async () => {
    const request = await lend();
    await store.purge(at(300 + 3600));
    expect(await store.useProof(request.proof)).toBe('new');
    await store.expire(at(900));
    await store.purge(at(3600 + 6 * 86_400));
    expect(await stateOf(request.leases[0]?.id ?? '')).toBe('expired');
    await store.purge(at(3600 + 7 * 86_400));
    expect(await stateOf(request.leases[0]?.id ?? '')).toBeUndefined();
  });

  test('forgets in bites, and says when there is more', async () => {
    for (let index = 0; index < 51; index++)
      await store.useProof({ key: `old-${String(index)}`, expiresAt: at(300) });
    expect(await store.purge(at(3900))).toBe(true);
    expect(await store.purge(at(3900))).toBe(false);
    expect(await store.useProof({ key: 'old-50', expiresAt: at(900) })).toBe('new');
  });

  test('a living lease is never forgotten', async () => {
    const request = await lend();
    await store.purge(at(365 * 86_400));
    expect(await stateOf(request.leases[0]?.id ?? '')).toBe('active');
  });

  describe('a running session', () => {
    const entry = (of: OpeningByToken, changes: Partial<SessionEntry> = {}): SessionEntry => {
      counter += 1;
      return {
        proof: { key: `entry-${String(counter)}`, expiresAt: at(300) },
        accessTokenHash: of.session.accessTokenHash,
        thumbprint: of.thumbprint,
        now: at(10),
        ...changes,
      };
    };
    const addition = (of: OpeningByToken, changes: Partial<Addition> = {}): Addition => ({
      ...entry(of),
      issuer: of.issuer,
      job: of.job,
      requestId: `request-${String(counter)}`,
      detailsHash: 'more',
      replaces: undefined,
      lease: lease({ role: 'read', expiresAt: at(910) }),
      limits,
      caps: undefined,
      ...changes,
    });
    const kindOfMore = async (request: Addition): Promise<string> => (await store.addLease(request)).kind;

    test('is found by its access token and key, until the token or the session ends', async () => {
      const of = await lend();
      const find = async (changes: Partial<SessionEntry> = {}): Promise<string | undefined> =>
        (await store.findSession(entry(of, changes)))?.id;
      expect(await find()).toBe(of.session.id);
      expect(await find({ now: at(899) })).toBe(of.session.id);
      expect(await find({ now: at(900) })).toBeUndefined();
      expect(await find({ thumbprint: 'key-2' })).toBeUndefined();
      expect(await find({ accessTokenHash: 'other' })).toBeUndefined();
      await store.beginRevocation({ handleHash: of.handleHash ?? '', tombstoneUntil: at(300) }, at(2));
      expect(await find()).toBeUndefined();
    });

    test('keeps what opened it: claims, token, end', async () => {
      const of = await lend(
        opening({ session: { ...opening().session, claims: '{"claims":{"ref":"main"}}' } }),
      );
      expect(await store.findSession(entry(of))).toEqual({
        id: of.session.id,
        issuer: of.issuer,
        job: 'job-1',
        thumbprint: 'key-1',
        claims: { claims: { ref: 'main' } },
        tokenKey: of.session.tokenKey,
        tokenExpiresAt: at(300),
        approved: false,
        openedAt: at(0),
        expiresAt: at(3600),
      });
    });

    test('uses up a proof only where it lets in', async () => {
      const of = await lend();
      const stranger = addition(of, { accessTokenHash: 'none' });
      expect(await kindOfMore(stranger)).toBe('no-access');
      expect(await store.useProof(stranger.proof)).toBe('new');
      const used = addition(of);
      expect(await kindOfMore(used)).toBe('added');
      expect(await kindOfMore(addition(of, { proof: used.proof }))).toBe('proof-replayed');
      expect((await store.heartbeat(entry(of, { proof: used.proof }))).kind).toBe('proof-replayed');
      expect((await store.readLease({ ...entry(of, { proof: used.proof }), leaseId: '' })).kind).toBe(
        'proof-replayed',
      );
    });

    test('refuses a nonce that was used, everywhere', async () => {
      const of = await lend();
      const nonce = { key: 'nonce', expiresAt: at(300) };
      const withNonce = (): SessionEntry => {
        const one = entry(of);
        return { ...one, proof: { ...one.proof, nonce } };
      };
      expect((await store.heartbeat(withNonce())).kind).toBe('alive');
      expect((await store.heartbeat(withNonce())).kind).toBe('nonce-used');
      expect(await kindOfMore(addition(of, withNonce()))).toBe('nonce-used');
      expect(await kindOf(opening({ proof: withNonce().proof }))).toBe('nonce-used');
    });

    test('of twenty renewals of one lease at once, one takes its place', async () => {
      const of = await lend();
      const [first] = of.leases;
      const renewals = Array.from({ length: 20 }, () =>
        addition(of, { lease: lease(), replaces: first?.id }),
      );
      await Promise.all(renewals.map((each) => store.addLease(each)));
      const outcomes = await Promise.all(
        renewals.map((each) => store.activate([minted(each.lease)], at(11))),
      );
      expect(outcomes.filter((outcome) => outcome === 'active')).toHaveLength(1);
      const states = await Promise.all(renewals.map((each) => stateOf(each.lease.id)));
      expect(states.filter((state) => state === 'revoking')).toHaveLength(19);
      expect((await store.lease(first?.id ?? ''))?.endsAt).toEqual(at(71));
    });

    test('of twenty requests at once no more are granted than the budget has', async () => {
      const of = await lend();
      const kinds = await Promise.all(Array.from({ length: 20 }, () => kindOfMore(addition(of))));
      expect(kinds.filter((kind) => kind === 'added')).toHaveLength(limits.issuesPerJob - 1);
    });

    test('of which only the run is known has no budget', async () => {
      const of = await lend(opening({ job: { key: 'job-1', level: 'run' } }));
      for (let round = 0; round < 8; round++) expect(await kindOfMore(addition(of))).toBe('added');
    });

    test('a replaced lease whose credential lives on is queued when its minute is over', async () => {
      const of = await lend();
      const more = addition(of, { lease: lease(), replaces: of.leases[0]?.id });
      await store.addLease(more);
      await store.activate([minted(more.lease)], at(11));
      expect(await store.expire(at(70))).toEqual([]);
      expect(await store.expire(at(71))).toMatchObject([{ id: of.leases[0]?.id, state: 'revoking' }]);
    });

    test('budgets and closed jobs are forgotten a week after their end', async () => {
      await lend(opening({ limits: { ...limits, issuesPerJob: 1 } }));
      const again = (): OpeningByToken => opening({ limits: { ...limits, issuesPerJob: 1 } });
      await store.purge(at(3600 + 7 * 86_400 - 1));
      expect(await kindOf(again())).toBe('budget-spent');
      await store.purge(at(3600 + 7 * 86_400));
      expect(await kindOf(again())).toBe('opened');
    });

    test('a job is closed as long as a token that it presented lives', async () => {
      const of = opening({ session: { ...opening().session, tokenExpiresAt: at(7000) } });
      await lend(of);
      const closing = { issuer: of.issuer, job: 'job-1', until: at(600), now: at(1) };
      expect(await store.closeJob(closing)).toMatchObject([{ id: of.leases[0]?.id, state: 'revoking' }]);
      expect(await kindOf(opening({ now: at(7059) }))).toBe('job-closed');
      await store.closeJob({ ...closing, until: at(300) });
      expect(await kindOf(opening({ now: at(7059) }))).toBe('job-closed');
      expect(await kindOf(opening({ now: at(7060) }))).toBe('opened');
    });
  });

  describe('a request that waits for approval', () => {
    const deferral = (changes: Partial<Deferral> = {}): Deferral => {
      const { session, leases, ...shared } = opening();
      const { claims, origin, tokenKey, tokenExpiresAt } = session;
      const id = `txn_${String(counter)}`;
      const waiting = {
        id,
        asked: '{"details":[]}',
        claims,
        origin,
        tokenKey,
        tokenExpiresAt,
        expiresAt: at(900),
      };
      return { ...shared, roles: leases.map(({ role }) => role), waiting, ...changes };
    };
    const approved = async (request: Deferral): Promise<void> => {
      expect(await store.defer(request)).toMatchObject({ kind: 'deferred', id: request.waiting.id });
      const { id } = request.waiting;
      expect(await store.decideDeferred({ id, state: 'approved', by: 'alice', now: at(1) })).toBe('decided');
    };
    const openFor = async ({ waiting, handleHash }: Deferral): Promise<string> => {
      return (await store.openSession({ ...opening({ handleHash }), deferredId: waiting.id })).kind;
    };

    test('keeps what was asked, and opens one session once it is approved', async () => {
      const request = deferral();
      await approved(request);
      expect(await store.findDeferred(request.waiting.id)).toEqual({
        id: request.waiting.id,
        issuer: request.issuer,
        job: 'job-1',
        thumbprint: 'key-1',
        handleHash: request.handleHash,
        asked: { details: [] },
        claims: {},
        tokenKey: request.waiting.tokenKey,
        tokenExpiresAt: at(300),
        state: 'approved',
        decidedBy: 'alice',
        approvals: ['alice'],
        expiresAt: at(900),
      });
      expect(await openFor(request)).toBe('opened');
      expect(await openFor(request)).toBe('opened');
    });

    test('that is not approved, or was given back between poll and session, opens none', async () => {
      const waiting = deferral();
      await store.defer(waiting);
      expect(await openFor(waiting)).toBe('given-back');
      const request = deferral();
      await approved(request);
      const { handleHash = '' } = request;
      expect(await store.beginRevocation({ handleHash, tombstoneUntil: at(300) }, at(2))).toEqual([]);
      expect(await openFor(request)).toBe('given-back');
    });

    test('is one decision of many at once', async () => {
      const request = deferral();
      await store.defer(request);
      const { id } = request.waiting;
      const said = await Promise.all(
        Array.from({ length: 10 }, (_unused, index) =>
          store.decideDeferred({
            id,
            state: index % 2 === 0 ? 'approved' : 'rejected',
            by: `operator-${String(index)}`,
            now: at(1),
          }),
        ),
      );
      expect(said.filter((each) => each === 'decided')).toHaveLength(1);
    });

    test('waits until as many have agreed as must, each once, and not after somebody said no', async () => {
      const decide = (request: Deferral, by: string, state: 'approved' | 'rejected' = 'approved') =>
        store.decideDeferred({ id: request.waiting.id, state, by, approvers: 2, now: at(1) });
      const request = deferral();
      await store.defer(request);
      expect(await decide(request, 'alice')).toBe('noted');
      expect(await openFor(request)).toBe('given-back');
      expect(await decide(request, 'alice')).toBe('again');
      expect(await decide(request, 'bob')).toBe('decided');
      expect(await decide(request, 'carol')).toBe('late');
      expect(await store.findDeferred(request.waiting.id)).toMatchObject({
        state: 'approved',
        decidedBy: 'alice, bob',
        approvals: ['alice', 'bob'],
      });
      const other = deferral();
      await store.defer(other);
      await decide(other, 'alice');
      expect(await decide(other, 'bob', 'rejected')).toBe('decided');
      expect(await decide(other, 'carol')).toBe('late');
      const third = deferral();
      await store.defer(third);
      const all = await Promise.all(['a', 'b', 'c', 'd'].map((by) => decide(third, by)));
      expect(all.toSorted()).toEqual(['decided', 'late', 'late', 'noted']);
    });

    test('is cancelled when its job is given back by ID token, and when the job ends', async () => {
      const states = async (request: Deferral): Promise<string | undefined> =>
        (await store.findDeferred(request.waiting.id))?.state;
      const first = deferral();
      await store.defer(first);
      const proof = { key: 'by-job', expiresAt: at(300) };
      await store.beginRevocation({ issuer: first.issuer, job: 'job-1', proof }, at(2));
      expect(await states(first)).toBe('cancelled');
      const second = deferral();
      await store.defer(second);
      await store.closeJob({ issuer: second.issuer, job: 'job-1', until: at(600), now: at(3) });
      expect(await states(second)).toBe('cancelled');
    });

    test('is forgotten a week after its end', async () => {
      const request = deferral();
      await store.defer(request);
      await store.purge(at(900 + 7 * 86_400 - 1));
      expect(await store.findDeferred(request.waiting.id)).toBeDefined();
      await store.purge(at(900 + 7 * 86_400));
      expect(await store.findDeferred(request.waiting.id)).toBeUndefined();
    });
  });

  test('text is text: quotes and semicolons in a value do no harm', async () => {
    const request = opening({ handleHash: "'; DROP TABLE leases; --" });
    expect(await kindOf(request)).toBe('opened');
    expect(await stateOf(request.leases[0]?.id ?? '')).toBe('intent');
  });

  test('says when it cannot write', async () => {
    await store.check();
    const other = await server.fresh();
    const closed = await openSqlStore(await other.open());
    await closed.close();
    await expect(closed.check()).rejects.toThrow(StoreError);
    await expect(closed.openSession(opening())).rejects.toThrow(StoreError);
    await other[Symbol.asyncDispose]();
  });
});

plainly('the SQLite file is private, and what was committed is there after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-store-'));
  const path = join(folder, 'broker.db');
  const first = await openSqlStore(openSqlite(path));
  const request = opening();
  await first.openSession(request);
  for (const suffix of ['', '-wal']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
  expect(() => openSqlite(path)).toThrow(/Another process has the store/);
  await first.close();
  const second = await openSqlStore(openSqlite(path));
  expect((await second.lease(request.leases[0]?.id ?? ''))?.state).toBe('intent');
  await second.close();
  rmSync(folder, { recursive: true });
});

plainly('a SQLite file in a folder that is not there is named', () => {
  expect(() => openSqlite('/nowhere/broker.db')).toThrow('The store /nowhere/broker.db cannot be opened.');
});

plainly('no statement of all these reads a table from one end to the other', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(migrations.flat().join(';'));
  const plans = [...statementsRun].filter(mayBeLong).map((text) => {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${text.replaceAll(/\$\d+/g, '?')}`).all();
    return { text, steps: plan.map(({ detail }) => String(detail)) };
  });
  expect(plans.length).toBeGreaterThan(60);
  const read = (step: string): boolean =>
    step.startsWith('SCAN ') && !bites.includes(step) && !countedTables.some((index) => step.endsWith(index));
  expect(plans.filter(({ steps }) => steps.some(read))).toEqual([]);
  const ending = plans.filter(({ text }) => text.includes("ELSE 'expired' END"));
  expect(ending.map(({ steps }) => steps)).toEqual([
    expect.arrayContaining(['SEARCH leases USING INDEX leases_lapsing (credential_expires_at<?)']),
  ]);
  database.close();
});

/** What is counted so that there are never more than 100,000 of them. */
const countedTables = ['tombstones_by_expiry', 'deliveries_by_expiry', 'jobs_only_ended'];
/** What a statement has chosen first, a bite at most. */
const bites = ['SCAN due', 'SCAN past'];

/** These tables have a row or two; what makes tables reads none. */
function mayBeLong(text: string): boolean {
  return (
    /^(WITH|SELECT|INSERT|UPDATE|DELETE)/.test(text) && !/schema_version|freezing|lease_clock/.test(text)
  );
}
