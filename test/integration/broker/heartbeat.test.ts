import { afterEach, expect, test } from '@jest/globals';
import { breakingEngine } from '../../support/broker/breaking-engine.ts';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import { beat, borrowMore, detail, leaseState, send, tokenOf } from '../../support/broker/session-calls.ts';
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

const withHeart = [detail('deploy-prod', { heartbeat: 60 })];

async function states(job: Borrower, opened: Answer, token = tokenOf(opened)): Promise<unknown[]> {
  const ids = leasesOf(opened).map(({ lease_id: id }) => id);
  return Promise.all(ids.map(async (id) => (await leaseState(job, token, id)).body['state']));
}

test('a lease with a heartbeat dies without it, long before its end; one without lives on', async () => {
  const running = await start();
  const job = new Borrower(running);
  const opened = await job.borrow({ roles: [...withHeart, 'app-ro'] });
  running.world.clock.advance(59);
  await running.tick();
  expect(await states(job, opened)).toEqual(['active', 'active']);
  running.world.clock.advance(1);
  await running.tick();
  expect(await states(job, opened)).toEqual(['revoked', 'active']);
});

test('each heartbeat puts its end off, but never beyond the lease’s own', async () => {
  const running = await start();
  const job = new Borrower(running);
  const opened = await job.borrow({ roles: withHeart });
  for (let passed = 0; passed < 840; passed += 56) {
    running.world.clock.advance(56);
    expect(await beat(job, tokenOf(opened))).toMatchObject({ status: 204, body: {} });
    await running.tick();
    expect(await states(job, opened)).toEqual(['active']);
  }
  running.world.clock.advance(59);
  const id = leasesOf(opened)[0]?.lease_id ?? '';
  expect((await beat(job, tokenOf(opened))).status).toBe(204);
  expect((await leaseState(job, tokenOf(opened), id)).body['expires_in']).toBe(1);
});

test('a heartbeat that comes too late brings nothing back, though the worker was late as well', async () => {
  const running = await start();
  const job = new Borrower(running);
  const opened = await job.borrow({ roles: withHeart });
  running.world.clock.skip(60);
  expect((await beat(job, tokenOf(opened))).status).toBe(204);
  await running.tick();
  expect(await states(job, opened)).toEqual(['revoked']);
});

test('a replaced lease ends after its minute whatever beats', async () => {
  const running = await start();
  const job = new Borrower(running);
  const opened = await job.borrow({ roles: [detail('deploy-prod', { heartbeat: 120 })] });
  const [first] = leasesOf(opened);
  const renewed = await borrowMore(job, tokenOf(opened), {
    authorization_detail: detail('deploy-prod', { heartbeat: 120 }),
    replaces: first?.lease_id,
  });
  expect(renewed.status).toBe(201);
  running.world.clock.advance(50);
  await beat(job, tokenOf(opened));
  running.world.clock.advance(10);
  await running.tick();
  expect(await states(job, opened)).toEqual(['revoked']);
});

test('another session’s heartbeat keeps nothing alive', async () => {
  const running = await start();
  const job = new Borrower(running);
  const opened = await job.borrow({ roles: withHeart });
  const other = new Borrower(running);
  const theirs = await other.borrow({ token: { claims: { check_run_id: '1' } } });
  running.world.clock.advance(30);
  await beat(other, tokenOf(theirs));
  running.world.clock.advance(30);
  await running.tick();
  expect(await states(job, opened)).toEqual(['revoked']);
});

test('heartbeats count from the end of the mint, which may take longer than one', async () => {
  const engine = breakingEngine();
  const running = await start({
    engines: [engine],
    yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: breaking }'),
    policies: { 'github.yaml': githubPolicy },
  });
  const job = new Borrower(running);
  engine.issueFails = 'hangs';
  const slow = job.borrow({ roles: [detail('deploy-prod', { heartbeat: 10 })] });
  await engine.waiting;
  running.world.clock.skip(12);
  expect(await new Borrower(running).borrow()).toMatchObject({
    status: 403,
    body: { reason: 'role-in-use' },
  });
  engine.release();
  const opened = await slow;
  await running.tick();
  expect(await states(job, opened)).toEqual(['active']);
});

test('a lease whose heart stopped holds the role no longer', async () => {
  const running = await start();
  const job = new Borrower(running);
  await job.borrow({ roles: withHeart });
  running.world.clock.skip(60);
  const second = new Borrower(running);
  expect((await second.borrow()).status).toBe(200);
});

test('has no content', async () => {
  const job = new Borrower(await start());
  const accessToken = tokenOf(await job.borrow({ roles: withHeart }));
  const path = '/sessions/heartbeat';
  expect(await send(job, { path, accessToken, body: '{}' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_request' },
  });
});

test.each([9, 3601, 0, -1, 10.5, '60', true, null])('is no lease option as %p', async (heartbeat) => {
  const job = new Borrower(await start());
  const answer = await job.borrow({ roles: [detail('deploy-prod', { heartbeat })] });
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_authorization_details' } });
});
