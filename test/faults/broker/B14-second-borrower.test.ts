import { afterEach, expect, test } from '@jest/globals';
import { Borrower } from '../../support/broker/borrower.ts';
import { borrowMore, tokenOf } from '../../support/broker/session-calls.ts';
import { githubPolicy, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let broker: TestBroker | undefined;

async function start(limits: string): Promise<TestBroker> {
  broker = await startTestBroker({ policies: { 'github.yaml': `${githubPolicy}limits: { ${limits} }\n` } });
  return broker;
}

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

const stateOf = async (job: Borrower): Promise<unknown> =>
  ((await job.giveBack()).body['leases'] as { state: string }[]).map(({ state }) => state);

function lastMessages(running: TestBroker): string[] {
  return running.world.auditLines().map(({ message }) => message);
}

test('B14 another step’s mint is refused with an alarm, and the first borrower keeps what it has', async () => {
  const running = await start('on_excess: deny');
  const job = new Borrower(running);
  const opened = await job.borrow();
  expect(await new Borrower(running).borrow()).toMatchObject({
    status: 403,
    body: { reason: 'role-in-use' },
  });
  expect(running.world.auditLines().at(-1)).toMatchObject({ severity_id: 4 });
  expect((await borrowMore(job, tokenOf(opened))).status).toBe(201);
});

test('B14 with on_excess: revoke an excess takes back all that the job has, of that job only', async () => {
  const running = await start('on_excess: revoke');
  const job = new Borrower(running);
  const opened = await job.borrow();
  const other = new Borrower(running);
  await other.borrow({ token: { claims: { check_run_id: '1' } } });
  expect(await new Borrower(running).borrow()).toMatchObject({
    status: 403,
    body: { reason: 'role-in-use' },
  });
  expect(lastMessages(running).slice(-3)).toEqual([
    'session refused: role-in-use',
    'lease revoking',
    'lease revoked',
  ]);
  expect((await borrowMore(job, tokenOf(opened))).status).toBe(401);
  expect((await job.borrow()).status).toBe(409);
  expect(await stateOf(job)).toEqual(['revoked']);
  expect(await stateOf(other)).toEqual(['revoked']);
});

test('B14 the budget of a job counts every session and every further role', async () => {
  const running = await start('issues_per_job: 3, on_excess: revoke');
  const job = new Borrower(running);
  const token = tokenOf(await job.borrow());
  expect((await borrowMore(job, token)).status).toBe(201);
  expect((await new Borrower(running).borrow({ roles: ['legacy'] })).status).toBe(200);
  expect(await borrowMore(job, token)).toMatchObject({ status: 403, body: { reason: 'denied' } });
  expect((await borrowMore(job, token)).status).toBe(401);
});

test('B14 with max_keys_per_job: 1 a second key is refused whatever it asks for', async () => {
  const running = await start('max_keys_per_job: 1');
  const job = new Borrower(running);
  await job.borrow();
  const second = new Borrower(running);
  expect(await second.borrow({ roles: ['app-ro'] })).toMatchObject({
    status: 403,
    body: { reason: 'denied' },
  });
  await job.giveBack();
  expect((await second.borrow({ roles: ['app-ro'] })).status).toBe(403);
  const again = new Borrower(running, { key: job.key });
  expect((await again.borrow({ roles: ['app-ro'] })).status).toBe(200);
});
