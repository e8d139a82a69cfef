// B24 and B25: giving back tells nothing and takes nothing of others, and what is lent at that moment is revoked.
import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { breakingEngine, type BreakingEngine } from '../../support/broker/breaking-engine.ts';
import { borrowMore, tokenOf } from '../../support/broker/session-calls.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let engine: BreakingEngine;
let broker: TestBroker;

beforeEach(async () => {
  engine = breakingEngine('first');
  broker = await startTestBroker({
    engines: [engine],
    yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: first }'),
  });
});

afterEach(() => broker.stop());

test('B24: twice, the answer is the same', async () => {
  const job = new Borrower(broker);
  await job.borrow();
  const first = await job.giveBack();
  expect(first).toMatchObject({ status: 200, body: { leases: [{ state: 'revoked' }] } });
  expect(await job.giveBack()).toMatchObject({ status: 200, body: first.body });
});

test('B24: an unknown handle, and the id of another job’s lease, are answered alike and take nothing', async () => {
  const victim = new Borrower(broker);
  const [lease] = leasesOf(await victim.borrow());
  const other = new Borrower(broker);
  await other.borrow({ roles: ['app-ro'], token: { claims: { check_run_id: '8' } } });
  const unknown = await other.giveBack(randomBytes(32).toString('base64url'));
  const foreign = await other.giveBack(other.handle, { lease_id: lease?.lease_id ?? '' });
  expect([unknown.status, unknown.body]).toEqual([200, { leases: [] }]);
  expect([foreign.status, foreign.body]).toEqual([200, { leases: [] }]);
  expect(engine.objects.size).toBe(1);
});

test('B24: the id of a lease alone is no right to it', async () => {
  const job = new Borrower(broker);
  const [lease] = leasesOf(await job.borrow());
  await new Borrower(broker).giveBack(lease?.lease_id);
  expect(engine.objects.size).toBe(1);
});

test('B25: given back while it is issued, it is revoked and not lent', async () => {
  engine.issueFails = 'hangs';
  const job = new Borrower(broker);
  const lending = job.borrow();
  await engine.waiting;
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoking' }]);
  engine.release();
  expect((await lending).status).toBe(409);
  expect(engine.objects.size).toBe(0);
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
});

test('B25: given back while it is renewed, neither the old nor the new one lives', async () => {
  const job = new Borrower(broker);
  const answer = await job.borrow();
  const [lease] = leasesOf(answer);
  engine.issueFails = 'hangs';
  const renewing = borrowMore(job, tokenOf(answer), {
    authorization_detail: { type: 'ephemeral_credential', role: 'deploy-prod' },
    request_id: randomUUID(),
    replaces: lease?.lease_id,
  });
  await engine.waiting;
  await job.giveBack();
  engine.release();
  expect((await renewing).status).toBeGreaterThanOrEqual(400);
  await broker.tick();
  expect(engine.objects.size).toBe(0);
});
