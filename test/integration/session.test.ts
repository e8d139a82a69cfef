// The client's side of a session, against the real broker in this process.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Secret } from '../../src/domain/secret.ts';
import { keyBoundAudience, sha256 } from '../../src/protocol/dpop.ts';
import { askDryRun } from '../../src/protocol/dry-run.ts';
import { makeEncryptionKey } from '../../src/protocol/encryption.ts';
import {
  borrowFurther,
  extendSession,
  leaseState,
  readSession,
  sendHeartbeat,
  type Session,
} from '../../src/protocol/session.ts';
import { makeSigner, sendSigned } from '../../src/protocol/signed-request.ts';
import { exchangeForm } from '../../src/protocol/token-exchange.ts';
import {
  publicUrl,
  startTestBroker,
  type TestBroker,
  type TestBrokerOptions,
} from '../support/broker/test-broker.ts';
import { brokerCall, type BrokerCall } from '../support/client/broker-call.ts';
import { jsonAnswer } from '../support/client/world.ts';
import { secretsOf } from '../support/credentials.ts';
import { everythingIn, failureOf } from '../support/scan.ts';

const handle = 'h'.repeat(43);
let broker: TestBroker;
let to: BrokerCall;

async function start(options: TestBrokerOptions = {}): Promise<void> {
  broker = await startTestBroker(options);
  to = brokerCall(broker);
}
beforeEach(() => start());
afterEach(async () => {
  to[Symbol.dispose]();
  await broker.stop();
});

async function idTokenFor({ signer }: Pick<Session, 'signer'>): Promise<Secret> {
  const audience = keyBoundAudience(publicUrl, signer.key.thumbprint);
  return new Secret(await broker.github.mint({ audience, at: broker.world.clock.now() }));
}

async function open(): Promise<Session> {
  const peer = { base: publicUrl, signer: makeSigner() };
  const body = exchangeForm({
    idToken: (await idTokenFor(peer)).reveal(),
    roles: [{ role: 'deploy-prod' }],
    handleHash: sha256(handle),
    encryptTo: makeEncryptionKey().publicJwk,
  });
  const request = { url: new URL(`${publicUrl}/token`), signer: peer.signer, body };
  return readSession(await sendSigned(request, to.call), peer, to.call.host.clock.now());
}

const appRo = { request: { role: 'app-ro', prefix: 'DB' }, requestId: 'step-1' };

describe('a further credential', () => {
  test('comes for another role of the same session, encrypted to a key of that request', async () => {
    const session = await open();
    const lease = await borrowFurther(session, { ...appRo, ttlSeconds: 300 }, to.call);
    expect(lease).toMatchObject({
      role: 'app-ro',
      prefix: 'DB',
      revocability: 'immediate',
      expiresAt: new Date(broker.world.clock.now().getTime() + 300_000),
      credentials: [{ kind: 'bearer-token' }],
    });
    expect(to.sent.at(-1)?.body).toContain('encrypt_to');
    expect(lease.credentials.flatMap(secretsOf)).toEqual([expect.stringMatching(/^eyJ/)]);
  });

  test('whose answer was lost comes again under the same id, and only one is alive', async () => {
    const session = await open();
    to.fate = 'lose';
    const lost = await failureOf(() => borrowFurther(session, appRo, to.call));
    expect(lost).toMatchObject({ code: 'unreachable', retryAfterSeconds: 0 });
    const lease = await borrowFurther(session, appRo, to.call);
    await broker.tick();
    expect(await leaseState(session, lease.id, to.call)).toMatchObject({ state: 'active' });
    const revoked = broker.world.auditLines().filter(({ message }) => message === 'lease revoked');
    expect(revoked).toHaveLength(1);
  });

  test('under an id that was used for another is refused', async () => {
    const session = await open();
    await borrowFurther(session, appRo, to.call);
    const error = await failureOf(() => borrowFurther(session, { ...appRo, ttlSeconds: 60 }, to.call));
    expect(error).toMatchObject({ code: 'request-refused' });
    expect(String(error)).toContain('idempotency-conflict');
  });

  test('that policy does not grant is denied', async () => {
    const further = { request: { role: 'owned' }, requestId: 'step-2' };
    const session = await open();
    expect(await failureOf(() => borrowFurther(session, further, to.call))).toMatchObject({
      code: 'policy-denied',
      requestId: expect.stringMatching(/^req_/),
    });
  });

  test('renews a lease, which then lives for a minute more', async () => {
    const session = await open();
    const first = await borrowFurther(session, { ...appRo, ttlSeconds: 600 }, to.call);
    broker.world.clock.advance(300);
    const renewal = { ...appRo, requestId: 'renew-1', replaces: first.id };
    const second = await borrowFurther(session, renewal, to.call);
    expect(second.id).not.toBe(first.id);
    broker.world.clock.advance(61);
    await broker.tick();
    expect(await leaseState(session, first.id, to.call)).toMatchObject({
      state: expect.not.stringMatching('active'),
    });
    expect(await leaseState(session, second.id, to.call)).toMatchObject({ state: 'active', role: 'app-ro' });
  });
});

describe('a session', () => {
  test('is extended by a fresh ID token of the same job and key; the access token before it is dead', async () => {
    const session = await open();
    broker.world.clock.advance(60);
    const extended = await extendSession(session, await idTokenFor(session), to.call);
    expect(extended.id).toBe(session.id);
    expect(extended.accessExpiresAt.getTime()).toBeGreaterThan(session.accessExpiresAt.getTime());
    expect(await borrowFurther(extended, appRo, to.call)).toMatchObject({ role: 'app-ro' });
    const error = await failureOf(() => borrowFurther(session, { ...appRo, requestId: 'x' }, to.call));
    expect(error).toMatchObject({ code: 'request-refused', freshIdToken: true });
    expect(String(error)).toContain('invalid_token');
  });

  test('is nobody else’s: another key gets nothing by its access token', async () => {
    const session = await open();
    const thief = { ...session, signer: makeSigner() };
    expect(String(await failureOf(() => borrowFurther(thief, appRo, to.call)))).toContain('invalid_token');
    expect(String(await failureOf(() => leaseState(thief, 'lse_1', to.call)))).toContain('invalid_token');
    expect(String(await failureOf(() => sendHeartbeat(thief, to.call)))).toContain('invalid_token');
  });

  test('keeps its leases alive by a heartbeat, and loses them without', async () => {
    const session = await open();
    const lease = await borrowFurther(session, { ...appRo, heartbeatSeconds: 60 }, to.call);
    const state = async (): Promise<string | undefined> => {
      await broker.tick();
      return (await leaseState(session, lease.id, to.call))?.state;
    };
    for (let beats = 0; beats < 3; beats++) {
      broker.world.clock.advance(45);
      await sendHeartbeat(session, to.call);
    }
    expect(await state()).toBe('active');
    broker.world.clock.advance(61);
    expect(await state()).not.toBe('active');
  });

  test('tells the state of its own leases and of no other', async () => {
    const session = await open();
    const lease = await borrowFurther(session, appRo, to.call);
    expect(await leaseState(session, lease.id, to.call)).toEqual({
      id: lease.id,
      role: 'app-ro',
      state: 'active',
      revocability: 'immediate',
      expiresAt: lease.expiresAt,
    });
    expect(to.sent.at(-1)).toMatchObject({
      method: 'GET',
      headers: expect.not.objectContaining({ 'content-type': '' }),
    });
    for (const id of ['lse_000000000000000000000000', '../token', '%', ''])
      expect(await leaseState(session, id, to.call)).toBeUndefined();
  });
});

describe('a dry run', () => {
  test('says what would be granted; nothing is lent, and the ID token is still good', async () => {
    const peer = { base: publicUrl, signer: makeSigner() };
    const idToken = await idTokenFor(peer);
    const question = {
      idToken,
      roles: [{ role: 'deploy-prod' }, { role: 'owned' }, { role: 'no-such-role' }],
    };
    const ask = () => askDryRun(peer, question, to.call);
    const decisions = await ask();
    expect(decisions.map(({ role, allowed }) => [role, allowed])).toEqual([
      ['deploy-prod', true],
      ['owned', false],
      ['no-such-role', false],
    ]);
    expect(decisions[0]?.requestId).toMatch(/^req_/);
    broker.world.clock.advance(1);
    expect(await ask()).toHaveLength(3);
    expect(broker.world.auditLines().filter(({ message }) => message.startsWith('lease'))).toEqual([]);
  });

  test('says which role has to be approved first, and how long the broker would wait', async () => {
    const peer = { base: publicUrl, signer: makeSigner() };
    const answer = (approval: unknown): typeof to.call => ({
      ...to.call,
      host: {
        ...to.call.host,
        send: () =>
          Promise.resolve(
            jsonAnswer({
              authorization_details: [{ role: 'r', decision: 'allow', request_id: 'req_1', approval }],
            }),
          ),
      },
    });
    const question = { idToken: new Secret('x'), roles: [{ role: 'r' }] };
    const ask = (approval: unknown) => askDryRun(peer, question, answer(approval));
    const lent = { role: 'r', allowed: true, requestId: 'req_1' };
    expect(await ask({ expires_in: 900 })).toEqual([{ ...lent, approvalSeconds: 900 }]);
    expect(await ask({ expires_in: 60, more: [] })).toEqual([{ ...lent, approvalSeconds: 60 }]);
    expect(await ask(undefined)).toEqual([lent]);
    for (const approval of [true, null, {}, { expires_in: '900' }, { expires_in: -1 }])
      expect(await failureOf(() => ask(approval))).toMatchObject({ code: 'answer-invalid' });
  });

  test('with a ttl that the role cannot give is not allowed', async () => {
    const peer = { base: publicUrl, signer: makeSigner() };
    const question = {
      idToken: await idTokenFor(peer),
      roles: [{ role: 'deploy-prod' }],
      ttlSeconds: 86_400,
    };
    expect(await askDryRun(peer, question, to.call)).toMatchObject([{ allowed: false }]);
  });

  test('by an ID token that does not hold is an error', async () => {
    const peer = { base: publicUrl, signer: makeSigner() };
    const question = {
      idToken: await idTokenFor({ signer: makeSigner() }),
      roles: [{ role: 'deploy-prod' }],
    };
    expect(await failureOf(() => askDryRun(peer, question, to.call))).toMatchObject({ exit: 65 });
  });
});

describe('with `nonce: required`', () => {
  beforeEach(async () => {
    to[Symbol.dispose]();
    await broker.stop();
    await start({ yaml: (yaml) => `${yaml}nonce: required\n` });
  });

  test('the first request is sent twice, and every later one once, with the nonce of the answer before', async () => {
    const session = await open();
    expect(to.sent).toHaveLength(2);
    const lease = await borrowFurther(session, appRo, to.call);
    await sendHeartbeat(session, to.call);
    expect(await leaseState(session, lease.id, to.call)).toMatchObject({ state: 'active' });
    expect(to.sent).toHaveLength(5);
  });

  test('no nonce is sent twice, also when an answer was lost', async () => {
    const session = await open();
    to.fate = 'lose';
    await failureOf(() => sendHeartbeat(session, to.call));
    await sendHeartbeat(session, to.call);
    const nonces = to.sent.map(({ headers }) => decodeJwt(headers['dpop'] ?? '')['nonce']);
    const used = nonces.filter((nonce) => nonce !== undefined);
    expect(used).toHaveLength(3);
    expect(new Set(used).size).toBe(3);
  });

  test('a nonce that has grown old is fetched anew', async () => {
    const session = await open();
    broker.world.clock.advance(200);
    await sendHeartbeat(session, to.call);
    expect(to.sent).toHaveLength(4);
  });
});

describe('an answer that is not the protocol’s is an error, and nothing of it is told', () => {
  const hostile = (body: unknown, status = 200): ReturnType<typeof jsonAnswer> => jsonAnswer(body, status);
  const session = (): Session => ({
    base: publicUrl,
    signer: makeSigner(),
    id: 'ses_1',
    accessToken: new Secret('ecs_x'),
    accessExpiresAt: new Date(0),
  });
  const answered = (answer: ReturnType<typeof jsonAnswer>) => ({
    ...to.call,
    host: { ...to.call.host, send: () => Promise.resolve(answer) },
  });

  test.each([
    {},
    { session_id: 'a b', access_token: 'x', expires_in: 1 },
    { session_id: 'ses_2', access_token: 'a\nb', expires_in: 1 },
    { session_id: 'ses_2', access_token: 'x', expires_in: '1' },
    { session_id: 'ses_other', access_token: 'x', expires_in: 1 },
  ])('a session: %j', async (body) => {
    const error = await failureOf(() => extendSession(session(), new Secret('x'), answered(hostile(body))));
    expect(error).toMatchObject({ code: 'answer-invalid' });
  });

  test.each([
    { lease_id: 'lse_2', role: 'r', state: 'active', revocability: 'immediate', expires_in: 1 },
    { lease_id: 'lse_1', role: 'r', state: 'fine', revocability: 'immediate', expires_in: 1 },
    { lease_id: 'lse_1', role: 'r', state: 'active', revocability: 'maybe', expires_in: 1 },
    { lease_id: 'lse_1', state: 'active', revocability: 'immediate', expires_in: 1 },
    { lease_id: 'lse_1', role: 'r', state: 'active', revocability: 'immediate' },
  ])('a lease’s state: %j', async (body) => {
    const error = await failureOf(() => leaseState(session(), 'lse_1', answered(hostile(body))));
    expect(error).toMatchObject({ code: 'answer-invalid' });
  });

  test.each([
    {},
    { authorization_details: [] },
    { authorization_details: [{ role: 'r', decision: 'maybe', request_id: 'req_1' }] },
    { authorization_details: [{ role: 'r', decision: 'allow', request_id: 'a b' }] },
    {
      authorization_details: [
        { role: 'r', decision: 'allow', request_id: 'req_1' },
        { role: 'r', decision: 'deny', request_id: 'req_1' },
      ],
    },
  ])('a decision: %j', async (body) => {
    const question = { idToken: new Secret('x'), roles: [{ role: 'r' }] };
    const error = await failureOf(() => askDryRun(session(), question, answered(hostile(body))));
    expect(error).toMatchObject({ code: 'answer-invalid' });
  });

  test('a credential for another role', async () => {
    const credentials = [{ name: 'x', kind: 'bearer-token', token: 'secret-of-another-role' }];
    const lease = { lease_id: 'lse_1', expires_in: 1, revocability: 'immediate', credentials };
    const answer = hostile({ role: 'admin', ...lease }, 201);
    const error = await failureOf(() => borrowFurther(session(), appRo, answered(answer)));
    expect(error).toMatchObject({ code: 'answer-invalid', message: expect.stringContaining('another role') });
    expect(everythingIn(error)).not.toContain('secret-of');
  });
});
