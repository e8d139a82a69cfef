import { afterEach, describe, expect, test } from '@jest/globals';
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import { breakingEngine, type BreakingEngine } from '../../support/broker/breaking-engine.ts';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import {
  borrowMore,
  detail,
  leaseIdOf,
  leaseState,
  send,
  tokenOf,
} from '../../support/broker/session-calls.ts';
import {
  githubPolicy,
  startTestBroker,
  type TestBroker,
  type TestBrokerOptions,
} from '../../support/broker/test-broker.ts';

let broker: TestBroker | undefined;

async function start(options?: TestBrokerOptions): Promise<TestBroker> {
  broker = await startTestBroker(options);
  return broker;
}

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

interface Running {
  readonly job: Borrower;
  readonly token: string;
  readonly opened: Answer;
  readonly first: string;
}

async function open(options?: TestBrokerOptions): Promise<Running> {
  const job = new Borrower(await start(options));
  const opened = await job.borrow();
  expect(opened.status).toBe(200);
  return { job, opened, token: tokenOf(opened), first: leasesOf(opened)[0]?.lease_id ?? '' };
}

const withBreaking = (engine: BreakingEngine, limits = ''): TestBrokerOptions => ({
  engines: [engine],
  yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: breaking }'),
  policies: { 'github.yaml': githubPolicy + limits },
});

const renew = { authorization_detail: detail('deploy-prod') };

describe('POST /credentials', () => {
  test('lends one thing more in the session, shaped as at /token', async () => {
    const { job, token } = await open();
    const answer = await borrowMore(job, token);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      type: 'ephemeral_credential',
      role: 'app-ro',
      expires_in: 600,
      revocability: 'immediate',
      policy: { id: 'deploy-prod' },
      credentials: [{ name: 'app-ro', kind: 'bearer-token' }],
    });
    expect((await job.giveBack()).body['leases']).toHaveLength(2);
  });

  test('encrypts to the key that the request names', async () => {
    const { job, token } = await open();
    const { privateKey, publicKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });
    const answer = await borrowMore(job, token, { encrypt_to: await exportJWK(publicKey) });
    expect(answer.body).not.toHaveProperty('credentials');
    const { plaintext } = await compactDecrypt(String(answer.body['credentials_jwe']), privateKey);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject([{ kind: 'bearer-token' }]);
  });

  test('decides anew, by the policy as it is now, and tells nothing of it', async () => {
    const { job, token } = await open();
    const refused = await borrowMore(job, token, { authorization_detail: detail('owned') });
    const unknown = await borrowMore(job, token, { authorization_detail: detail('nope1') });
    expect(refused).toMatchObject({ status: 403, body: { error: 'access_denied', reason: 'denied' } });
    expect({ ...unknown.body, request_id: 0 }).toEqual({ ...refused.body, request_id: 0 });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['without request_id', { request_id: undefined }, 'invalid_request'],
    ['with a request_id that is none', { request_id: 'a b' }, 'invalid_request'],
    ['with a request_id of 129 characters', { request_id: 'a'.repeat(129) }, 'invalid_request'],
    ['with a member that nobody knows', { ttl: 60 }, 'invalid_request'],
    ['with a key that is none', { encrypt_to: 'key' }, 'invalid_request'],
    ['with a list in place of a detail', { authorization_detail: [] }, 'invalid_authorization_details'],
    ['without a detail', { authorization_detail: undefined }, 'invalid_authorization_details'],
    ['with a replaces that is no id', { ...renew, replaces: 7 }, 'invalid_request'],
    ['that replaces what there is not', { ...renew, replaces: 'lse_0' }, 'invalid_request'],
  ])('%s is refused', async (_, members, error) => {
    const { job, token } = await open();
    expect(await borrowMore(job, token, members)).toMatchObject({ status: 400, body: { error } });
  });

  test('takes nothing but clean JSON', async () => {
    const { job, token: accessToken } = await open();
    const path = '/credentials';
    const call = { path, accessToken, contentType: 'application/json' };
    for (const body of ['', '[]', '{', '{"request_id":"a","request_id":"b"}'])
      expect(await send(job, { ...call, body })).toMatchObject({
        status: 400,
        body: { error: 'invalid_request' },
      });
    expect((await send(job, { path, accessToken, contentType: 'text/plain', body: '{}' })).status).toBe(400);
  });

  test('counts against the budget of the job; renewals and repetitions do not', async () => {
    const { job, token, first } = await open({
      policies: { 'github.yaml': `${githubPolicy}limits: { issues_per_job: 2 }\n` },
    });
    expect((await borrowMore(job, token, { request_id: 'second' })).status).toBe(201);
    const spent = await borrowMore(job, token, { request_id: 'third' });
    expect(spent).toMatchObject({ status: 403, body: { reason: 'denied' } });
    expect((await borrowMore(job, token, { request_id: 'second' })).status).toBe(201);
    const renewed = await borrowMore(job, token, { ...renew, replaces: first });
    expect(renewed.status).toBe(201);
    expect((await borrowMore(job, token, { ...renew, replaces: leaseIdOf(renewed) })).status).toBe(201);
  });

  test('is refused for a role that another key of the job holds', async () => {
    const { job, token } = await open();
    expect((await new Borrower(job.broker).borrow({ roles: ['app-ro'] })).status).toBe(200);
    expect(await borrowMore(job, token)).toMatchObject({ status: 403, body: { reason: 'role-in-use' } });
  });
});

describe('what fails half-way', () => {
  test('without an audit row there is no credential; the same request_id then gets one', async () => {
    const { job, token } = await open();
    job.broker.world.auditFails = true;
    const failed = await borrowMore(job, token, { request_id: 'r' });
    expect(failed).toMatchObject({ status: 503, body: { reason: 'audit' } });
    job.broker.world.auditFails = false;
    expect((await borrowMore(job, token, { request_id: 'r' })).status).toBe(201);
    expect((await job.giveBack()).body['leases']).toHaveLength(2);
  });

  test.each(['before', 'after'] as const)(
    'a renewal whose mint fails %s the object exists leaves the old lease as it was',
    async (when) => {
      const engine = breakingEngine();
      const { job, token, first } = await open(withBreaking(engine));
      engine.issueFails = when;
      const failed = await borrowMore(job, token, { ...renew, replaces: first, request_id: 'r' });
      expect(failed).toMatchObject({ status: 503, body: { reason: 'backend' } });
      expect([...engine.objects]).toEqual([`ec_${first}`]);
      engine.issueFails = 'never';
      expect((await leaseState(job, token, first)).body).toMatchObject({ state: 'active', expires_in: 900 });
      const again = await borrowMore(job, token, { ...renew, replaces: first, request_id: 'r' });
      expect(again.status).toBe(201);
    },
  );
});

test('requests in a session count in the bucket of their job, repeated or renewing', async () => {
  const { job, token } = await open({
    yaml: (yaml) => `${yaml}limits: { job_requests_per_minute: 2 }\n`,
  });
  expect((await borrowMore(job, token, { request_id: 'r' })).status).toBe(201);
  expect(await borrowMore(job, token, { request_id: 'r' })).toMatchObject({
    status: 429,
    body: { error: 'rate_limited' },
  });
});

describe('the same request_id again', () => {
  test('gives a new lease and takes the earlier one back', async () => {
    const { job, token } = await open();
    const lost = await borrowMore(job, token, { request_id: 'r' });
    const again = await borrowMore(job, token, { request_id: 'r' });
    expect(again.status).toBe(201);
    expect(leaseIdOf(again)).not.toBe(leaseIdOf(lost));
    expect((await leaseState(job, token, leaseIdOf(lost))).body['state']).toBe('revoked');
    expect((await leaseState(job, token, leaseIdOf(again))).body['state']).toBe('active');
  });

  test('for something else is a conflict, and nothing changes', async () => {
    const { job, token, first } = await open();
    const lent = await borrowMore(job, token, { request_id: 'r' });
    for (const members of [
      { authorization_detail: detail('app-ro', { ttl: 60 }) },
      { authorization_detail: detail('app-ro', { heartbeat: 60 }) },
      renew,
      { replaces: first },
    ])
      expect(await borrowMore(job, token, { request_id: 'r', ...members })).toMatchObject({
        status: 409,
        body: { error: 'conflict', reason: 'idempotency-conflict' },
      });
    expect((await leaseState(job, token, leaseIdOf(lent))).body['state']).toBe('active');
  });

  test('while the first mint is still under way: one is alive, and the first waiter is told', async () => {
    const engine = breakingEngine();
    const { job, token, first } = await open(withBreaking(engine));
    engine.issueFails = 'hangs';
    const slow = borrowMore(job, token, { ...renew, request_id: 'r' });
    await engine.waiting;
    engine.issueFails = 'never';
    const quick = await borrowMore(job, token, { ...renew, request_id: 'r' });
    expect(quick.status).toBe(201);
    engine.release();
    expect(await slow).toMatchObject({ status: 409, body: { reason: 'superseded' } });
    expect([...engine.objects].toSorted()).toEqual([`ec_${first}`, `ec_${leaseIdOf(quick)}`].toSorted());
  });

  test('renews still, though the earlier answer was lost and the old lease is over', async () => {
    const { job, token, first } = await open();
    const lost = await borrowMore(job, token, { ...renew, replaces: first, request_id: 'r' });
    job.broker.world.clock.advance(61);
    await job.broker.tick();
    expect((await leaseState(job, token, first)).body['state']).toBe('revoked');
    const again = await borrowMore(job, token, { ...renew, replaces: first, request_id: 'r' });
    expect(again.status).toBe(201);
    expect((await leaseState(job, token, leaseIdOf(lost))).body['state']).toBe('revoked');
  });
});

describe('a repetition is no way to more', () => {
  test('than one lease: what was renewed is not repeated', async () => {
    const engine = breakingEngine();
    const { job, token, first } = await open(withBreaking(engine));
    const lent = await borrowMore(job, token, { ...renew, request_id: 'r' });
    const renewed = await borrowMore(job, token, { ...renew, replaces: leaseIdOf(lent), request_id: 's' });
    expect(await borrowMore(job, token, { ...renew, request_id: 'r' })).toMatchObject({
      status: 409,
      body: { reason: 'superseded' },
    });
    job.broker.world.clock.advance(60);
    await job.broker.tick();
    expect([...engine.objects].toSorted()).toEqual([`ec_${first}`, `ec_${leaseIdOf(renewed)}`].toSorted());
  });

  test('than one lease: a renewal under way of what is repeated ends', async () => {
    const engine = breakingEngine();
    const { job, token, first } = await open(withBreaking(engine));
    const lent = await borrowMore(job, token, { ...renew, request_id: 'r' });
    engine.issueFails = 'hangs';
    const slow = borrowMore(job, token, { ...renew, replaces: leaseIdOf(lent) });
    await engine.waiting;
    engine.issueFails = 'never';
    const again = await borrowMore(job, token, { ...renew, request_id: 'r' });
    expect(again.status).toBe(201);
    engine.release();
    expect(await slow).toMatchObject({ status: 409, body: { reason: 'superseded' } });
    expect([...engine.objects].toSorted()).toEqual([`ec_${first}`, `ec_${leaseIdOf(again)}`].toSorted());
  });

  test('than a renewal that failed: what was given back since is not renewed', async () => {
    const engine = breakingEngine();
    const { job, token, first } = await open(withBreaking(engine));
    const members = { ...renew, replaces: first, request_id: 'r' };
    engine.issueFails = 'before';
    expect((await borrowMore(job, token, members)).status).toBe(503);
    engine.issueFails = 'never';
    expect((await leaseState(job, token, first)).body).toMatchObject({ state: 'active', expires_in: 900 });
    await job.giveBack(job.handle, { lease_id: first });
    expect(await borrowMore(job, token, members)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect([...engine.objects]).toEqual([]);
  });

  test('than was there before: a role that another key took meanwhile stays its own', async () => {
    const { job, token, first } = await open();
    const lent = await borrowMore(job, token, { request_id: 'r' });
    await job.giveBack(job.handle, { lease_id: leaseIdOf(lent) });
    await job.giveBack(job.handle, { lease_id: first });
    expect((await new Borrower(job.broker).borrow({ roles: ['deploy-prod', 'app-ro'] })).status).toBe(200);
    const inUse = { status: 403, body: { reason: 'role-in-use' } };
    expect(await borrowMore(job, token, { request_id: 'r' })).toMatchObject(inUse);
    expect(await job.borrow()).toMatchObject(inUse);
  });
});

test('a further role of a policy with shorter sessions is not lent in a longer one of another’s', async () => {
  const further = githubPolicy
    .replace('id: deploy-prod', 'id: app-ro')
    .replace(/.*role: deploy-prod.*\n/, '');
  const { job, token } = await open({
    policies: {
      'github.yaml': githubPolicy.replace(/.*role: app-ro.*\n/, ''),
      'further.yaml': `${further}limits: { session_max: 10m }\n`,
    },
  });
  job.broker.world.clock.advance(599);
  expect((await borrowMore(job, token)).status).toBe(201);
  job.broker.world.clock.advance(1);
  const refused = await borrowMore(job, token);
  expect(refused).toMatchObject({ status: 403, body: { error: 'access_denied', reason: 'denied' } });
  const unknown = await borrowMore(job, token, { authorization_detail: detail('nope1') });
  expect({ ...refused.body, request_id: 0 }).toEqual({ ...unknown.body, request_id: 0 });
  expect((await borrowMore(job, token, renew)).status).toBe(201);
});

describe('a renewal', () => {
  test('leaves the replaced lease a minute, then it is revoked', async () => {
    const { job, token, first } = await open();
    const renewed = await borrowMore(job, token, { ...renew, replaces: first });
    expect(renewed.status).toBe(201);
    expect((await leaseState(job, token, first)).body).toMatchObject({ state: 'active', expires_in: 60 });
    job.broker.world.clock.advance(60);
    await job.broker.tick();
    expect((await leaseState(job, token, first)).body['state']).toBe('revoked');
    expect((await leaseState(job, token, leaseIdOf(renewed))).body['state']).toBe('active');
  });

  test('never puts off the end of what it replaces', async () => {
    const { job, token, first } = await open();
    job.broker.world.clock.advance(890);
    await borrowMore(job, token, { ...renew, replaces: first });
    expect((await leaseState(job, token, first)).body).toMatchObject({ expires_in: 10 });
  });

  test('of what was replaced already is a conflict, and nothing is minted for it', async () => {
    const { job, token, first } = await open();
    await borrowMore(job, token, { ...renew, replaces: first });
    expect(await borrowMore(job, token, { ...renew, replaces: first })).toMatchObject({
      status: 409,
      body: { error: 'conflict', reason: 'superseded' },
    });
    expect((await job.giveBack()).body['leases']).toHaveLength(2);
  });

  test('twice at once has one winner; what the other minted is revoked', async () => {
    const engine = breakingEngine();
    const { job, token, first } = await open(withBreaking(engine));
    engine.issueFails = 'hangs';
    const slow = borrowMore(job, token, { ...renew, replaces: first });
    await engine.waiting;
    engine.issueFails = 'never';
    const quick = await borrowMore(job, token, { ...renew, replaces: first });
    engine.release();
    expect(await slow).toMatchObject({ status: 409, body: { reason: 'superseded' } });
    expect([...engine.objects].toSorted()).toEqual([`ec_${first}`, `ec_${leaseIdOf(quick)}`].toSorted());
  });

  test('of another session’s lease looks like that of a lease which is not there', async () => {
    const { job, token } = await open();
    const other = new Borrower(job.broker);
    const theirs = await other.borrow({ roles: ['app-ro'], token: { claims: { check_run_id: '1' } } });
    const stolen = await borrowMore(job, token, { replaces: leasesOf(theirs)[0]?.lease_id });
    const nothing = await borrowMore(job, token, { replaces: 'lse_000000000000000000000000' });
    expect(stolen.status).toBe(400);
    expect({ ...stolen.body, request_id: 0 }).toEqual({ ...nothing.body, request_id: 0 });
    expect((await other.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
  });

  test('into another role is refused, and so is one of what was given back', async () => {
    const { job, token, first } = await open();
    expect((await borrowMore(job, token, { replaces: first })).status).toBe(400);
    await job.giveBack(job.handle, { lease_id: first });
    expect((await borrowMore(job, token, { ...renew, replaces: first })).status).toBe(400);
  });

  test('that is under way ends with the lease, when that is given back', async () => {
    const engine = breakingEngine();
    const { job, token, first } = await open(withBreaking(engine));
    engine.issueFails = 'hangs';
    const slow = borrowMore(job, token, { ...renew, replaces: first });
    await engine.waiting;
    await job.giveBack(job.handle, { lease_id: first });
    engine.release();
    expect(await slow).toMatchObject({ status: 409, body: { reason: 'superseded' } });
    expect([...engine.objects]).toEqual([]);
  });
});

describe('a session that ends', () => {
  test('while a mint is under way takes what it brings with it', async () => {
    const engine = breakingEngine();
    const { job, token } = await open(withBreaking(engine));
    engine.issueFails = 'hangs';
    const slow = borrowMore(job, token, renew);
    await engine.waiting;
    await job.giveBack();
    engine.release();
    expect(await slow).toMatchObject({ status: 409, body: { reason: 'superseded' } });
    expect([...engine.objects]).toEqual([]);
  });

  test('lends nothing more, by its old access token or by an expired one', async () => {
    const { job, token } = await open();
    job.broker.world.clock.advance(899);
    expect((await borrowMore(job, token)).status).toBe(201);
    job.broker.world.clock.advance(1);
    expect(await borrowMore(job, token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    const other = new Borrower(job.broker);
    const lent = await other.borrow({ token: { claims: { check_run_id: '1' } } });
    await other.giveBack();
    expect(await borrowMore(other, tokenOf(lent))).toMatchObject({ status: 401 });
  });

  test('has an access token that ends with it', async () => {
    const { opened, job, token } = await open({
      policies: { 'github.yaml': `${githubPolicy}limits: { session_max: 5m }\n` },
    });
    expect(opened.body['expires_in']).toBe(300);
    job.broker.world.clock.advance(300);
    expect((await borrowMore(job, token)).status).toBe(401);
  });

  test('keeps its end however often its request is repeated', async () => {
    const { job } = await open({
      policies: { 'github.yaml': `${githubPolicy}limits: { session_max: 20m }\n` },
    });
    job.broker.world.clock.advance(600);
    expect((await job.borrow()).body['expires_in']).toBe(600);
    job.broker.world.clock.advance(600);
    expect(await job.borrow()).toMatchObject({ status: 409, body: { reason: 'superseded' } });
  });
});

describe('GET /credentials/{lease_id}', () => {
  test('says how a lease stands, and never what was lent', async () => {
    const { job, token, first } = await open();
    const answer = await leaseState(job, token, first);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      lease_id: first,
      role: 'deploy-prod',
      state: 'active',
      revocability: 'immediate',
      expires_at: '2026-11-20T12:15:00.000Z',
      expires_in: 900,
      credential_expires_at: '2026-11-20T12:15:00.000Z',
    });
  });

  test('knows nothing of another session’s lease', async () => {
    const { job, token } = await open();
    const other = new Borrower(job.broker);
    const theirs = await other.borrow({ token: { claims: { check_run_id: '1' } } });
    for (const id of [leasesOf(theirs)[0]?.lease_id ?? '', 'lse_000000000000000000000000'])
      expect(await leaseState(job, token, id)).toMatchObject({ status: 404, body: { error: 'not_found' } });
  });
});
