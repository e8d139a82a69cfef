import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeProofKey } from '../../../src/protocol/dpop.ts';
import { detailType, idTokenType, tokenExchange } from '../../../src/protocol/token-exchange.ts';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import {
  beat,
  borrowMore,
  credentialsCall,
  detail,
  proofFor,
  send,
  tokenOf,
  type Call,
} from '../../support/broker/session-calls.ts';
import { publicUrl, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let broker: TestBroker;
let jobs = 0;

/** One broker for the tests around; each has a job of its own. */
function withBroker(): void {
  beforeAll(async () => {
    broker = await startTestBroker();
  });
  afterAll(() => broker.stop());
}

interface Claimed {
  readonly claims: { readonly check_run_id: string };
}

function nextJob(): Claimed {
  jobs += 1;
  return { claims: { check_run_id: String(jobs) } };
}

interface Session {
  readonly of: Claimed;
  readonly job: Borrower;
  readonly token: string;
  readonly sessionId: string;
  readonly leaseId: string;
}

async function openSession(): Promise<Session> {
  const of = nextJob();
  const job = new Borrower(broker);
  const opened = await job.borrow({ token: of });
  const sessionId = String(opened.body['session_id']);
  return { of, job, token: tokenOf(opened), sessionId, leaseId: leasesOf(opened)[0]?.lease_id ?? '' };
}

async function atToken({ job, of }: Session, asked: Record<string, string>): Promise<Call> {
  const form = {
    grant_type: tokenExchange,
    subject_token: await job.idToken(of),
    subject_token_type: idTokenType,
    ...asked,
  };
  return {
    path: '/token',
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(form).toString(),
  };
}

interface Endpoint {
  readonly name: string;
  readonly good: number;
  /** The status of a proof that does not hold. */
  readonly bad: 400 | 401;
  readonly call: (session: Session) => Promise<Call>;
}

const endpoints: readonly Endpoint[] = [
  {
    name: 'issue at /token',
    good: 200,
    bad: 400,
    call: (session) =>
      atToken(session, { authorization_details: JSON.stringify([{ type: detailType, role: 'app-ro' }]) }),
  },
  {
    name: 'extend at /token',
    good: 200,
    bad: 400,
    call: (session) => atToken(session, { session_id: session.sessionId }),
  },
  {
    name: 'issue at /credentials',
    good: 201,
    bad: 401,
    call: ({ token }) => Promise.resolve(credentialsCall(token)),
  },
  {
    name: 'renew at /credentials',
    good: 201,
    bad: 401,
    call: ({ token, leaseId }) =>
      Promise.resolve(
        credentialsCall(token, { authorization_detail: detail('deploy-prod'), replaces: leaseId }),
      ),
  },
  {
    name: 'GET /credentials/{lease_id}',
    good: 200,
    bad: 401,
    call: ({ token, leaseId }) =>
      Promise.resolve({ method: 'GET', path: `/credentials/${leaseId}`, accessToken: token }),
  },
  {
    name: '/sessions/heartbeat',
    good: 204,
    bad: 401,
    call: ({ token }) => Promise.resolve({ path: '/sessions/heartbeat', accessToken: token }),
  },
];

/** How a proof can be wrong, and the reason that is told of it. */
const faults: readonly (readonly [string, (call: Call) => Partial<Call>, string | undefined])[] = [
  [
    'for another method',
    ({ method }) => ({ proof: { method: method === 'GET' ? 'POST' : 'GET' } }),
    'proof-target',
  ],
  ['for another path', () => ({ proof: { url: `${publicUrl}/other` } }), 'proof-target'],
  ['for another host', ({ path }) => ({ proof: { url: `https://evil.example.com${path}` } }), 'proof-target'],
  ['for a query that is not there', () => ({ proof: { query: 'a=b' } }), 'proof-target'],
  ['for another body', () => ({ proof: { body: 'other' } }), 'proof-body'],
  ['of two minutes ago', () => ({ proof: { at: new Date('2026-11-20T11:58:00Z') } }), 'proof-time'],
  ['that is not there', () => ({ ready: '' }), undefined],
  ['that is no proof', () => ({ ready: 'a.b.c' }), undefined],
];

describe.each(endpoints)('B15 sender constraint: $name', ({ good, bad, call }) => {
  withBroker();

  const expectRefused = (answer: Answer, error: string): void => {
    expect(answer).toMatchObject({ status: bad, body: { error } });
    const challenge = answer.headers.get('www-authenticate');
    if (bad === 401) expect(challenge).toBe(`DPoP error="${error}", algs="Ed25519 EdDSA ES256"`);
    else expect(challenge).toBeNull();
  };

  test('takes a proof that holds, once', async () => {
    const session = await openSession();
    const request = await call(session);
    const ready = proofFor(session.job, request);
    expect((await send(session.job, { ...request, ready })).status).toBe(good);
    const replayed = await send(session.job, { ...request, ready });
    expectRefused(replayed, 'invalid_dpop_proof');
    expect(replayed.body['reason']).toBe('proof-replayed');
  });

  test.each(faults)('refuses a proof %s, and changes nothing', async (_, change, reason) => {
    const session = await openSession();
    const request = await call(session);
    const answer = await send(session.job, { ...request, ...change(request) });
    expectRefused(answer, 'invalid_dpop_proof');
    expect(answer.body['reason']).toBe(reason);
    expect((await send(session.job, request)).status).toBe(good);
  });

  test('refuses another key', async () => {
    const session = await openSession();
    const request = await call(session);
    const answer = await send(session.job, { ...request, key: makeProofKey() });
    expectRefused(answer, bad === 401 ? 'invalid_token' : 'invalid_grant');
    expect((await send(session.job, request)).status).toBe(good);
  });

  test('covers each octet of the content', async () => {
    const session = await openSession();
    const request = await call(session);
    // RFC 9110 §9.3.1: a GET has none.
    if (request.method === 'GET') return;
    const ready = proofFor(session.job, request);
    const body = (request.body ?? '') + (request.contentType === 'application/json' ? ' ' : '&x=');
    expectRefused(await send(session.job, { ...request, body, ready }), 'invalid_dpop_proof');
  });
});

describe.each(endpoints.filter(({ bad }) => bad === 401))('B15 access token: $name', ({ call }) => {
  withBroker();

  test('a proof without ath, or for another token, is refused', async () => {
    const session = await openSession();
    const request = await call(session);
    for (const accessToken of ['ecs_other', undefined]) {
      const ready = proofFor(session.job, { ...request, accessToken } as Call);
      expect(await send(session.job, { ...request, ready })).toMatchObject({
        status: 401,
        body: { error: 'invalid_dpop_proof' },
      });
    }
  });

  test.each([
    ['none at all', undefined, 'DPoP algs="Ed25519 EdDSA ES256"'],
    ['a bearer token', 'Bearer TOKEN', 'DPoP error="invalid_token", algs="Ed25519 EdDSA ES256"'],
    ['Basic', 'Basic YTpi', 'DPoP error="invalid_token", algs="Ed25519 EdDSA ES256"'],
  ])('with %s in Authorization is 401 with a challenge', async (_, header, challenge) => {
    const session = await openSession();
    const { accessToken, ...request } = await call(session);
    const headers = header === undefined ? {} : { authorization: header.replace('TOKEN', accessToken ?? '') };
    const answer = await send(session.job, {
      ...request,
      headers,
      proof: { accessToken: accessToken ?? '' },
    });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(answer.headers.get('www-authenticate')).toBe(challenge);
  });

  test('unknown, expired, of an ended session, of before an extension: all look alike', async () => {
    const session = await openSession();
    const { job, token } = session;
    const request = await call(session);
    const answers = [await send(job, { ...request, accessToken: 'ecs_unknown' })];
    await send(job, await atToken(session, { session_id: session.sessionId }));
    answers.push(await send(job, request));
    const other = new Borrower(job.broker);
    const lent = await other.borrow({ token: nextJob() });
    await other.giveBack();
    answers.push(await send(other, { ...request, accessToken: tokenOf(lent) }));
    job.broker.world.clock.skip(900);
    answers.push(await send(job, { ...request, accessToken: token }));
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect({ ...answer.body, request_id: 0 }).toEqual({ ...answers[0]?.body, request_id: 0 });
    }
  });
});

describe('B15 a session is bound to its key', () => {
  withBroker();

  test('another session’s key does not enter with the token', async () => {
    const { job, token } = await openSession();
    const other = new Borrower(job.broker);
    await other.borrow({ token: nextJob() });
    expect((await borrowMore(other, token)).status).toBe(401);
    expect((await beat(other, token)).status).toBe(401);
  });
});
