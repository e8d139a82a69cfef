import { afterEach, expect, test } from '@jest/globals';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { borrowMore, extend, leaseState, tokenOf } from '../../support/broker/session-calls.ts';
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

test('gives a new access token, and the earlier one is good for nothing any more', async () => {
  const job = new Borrower(await start());
  const opened = await job.borrow();
  const answer = await extend(job, opened.body['session_id']);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    token_type: 'DPoP',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    expires_in: 900,
    session_id: opened.body['session_id'],
    authorization_details: [],
  });
  expect((await borrowMore(job, tokenOf(opened))).status).toBe(401);
  expect((await borrowMore(job, tokenOf(answer))).status).toBe(201);
});

test('leaves leases, handle and the session’s end as they were', async () => {
  const limits = 'limits: { session_max: 20m }\n';
  const job = new Borrower(await start({ policies: { 'github.yaml': githubPolicy + limits } }));
  const opened = await job.borrow();
  job.broker.world.clock.advance(840);
  const answer = await extend(job, opened.body['session_id']);
  expect(answer.body['expires_in']).toBe(360);
  const id = leasesOf(opened)[0]?.lease_id ?? '';
  expect((await leaseState(job, tokenOf(answer), id)).body).toMatchObject({
    state: 'active',
    expires_in: 60,
  });
  job.broker.world.clock.advance(360);
  expect((await borrowMore(job, tokenOf(answer))).status).toBe(401);
  expect(await extend(job, opened.body['session_id'])).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
});

test('counts against no budget', async () => {
  const limits = 'limits: { issues_per_job: 2 }\n';
  const job = new Borrower(await start({ policies: { 'github.yaml': githubPolicy + limits } }));
  const opened = await job.borrow();
  let token = tokenOf(opened);
  for (let round = 0; round < 5; round++) token = tokenOf(await extend(job, opened.body['session_id']));
  expect((await borrowMore(job, token)).status).toBe(201);
});

test('wants a fresh ID token where the platform mints many, and takes the same one where it mints one', async () => {
  const running = await start();
  const github = new Borrower(running);
  const used = await github.idToken();
  const opened = await github.borrow({ idToken: used });
  expect(await extend(github, opened.body['session_id'], { subject_token: used })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
  const gitlab = new Borrower(running, { issuer: running.gitlab });
  const only = await gitlab.idToken();
  const session = await gitlab.borrow({ idToken: only });
  running.world.clock.advance(3000);
  const answer = await extend(gitlab, session.body['session_id'], { subject_token: only });
  expect(answer).toMatchObject({ status: 200, body: { expires_in: 600 } });
});

test('by another job, another key, of a session that is over or not there: all look alike', async () => {
  const running = await start();
  const job = new Borrower(running);
  const session = (await job.borrow()).body['session_id'];
  const otherJob = new Borrower(running, { key: job.key });
  const idToken = await otherJob.idToken({ claims: { check_run_id: '1' } });
  const answers = [
    await extend(otherJob, session, { subject_token: idToken }),
    await extend(new Borrower(running), session),
    await extend(job, 'ses_000000000000000000000000'),
  ];
  await job.giveBack();
  answers.push(await extend(job, session));
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect({ ...answer.body, request_id: 0 }).toEqual({ ...answers[0]?.body, request_id: 0 });
  }
});

test('takes the session’s handle or none', async () => {
  const job = new Borrower(await start());
  const session = (await job.borrow()).body['session_id'];
  expect((await extend(job, session, { revocation_handle_hash: undefined })).status).toBe(200);
  const other = await extend(job, session, { revocation_handle_hash: 'A'.repeat(43) });
  expect(other).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
});

test.each([
  ['authorization_details besides', { authorization_details: '[]' }],
  ['a dry run besides', { dry_run: 'true' }],
  ['a session_id that is none', { session_id: 'ses_X' }],
])('with %s is refused', async (_, form) => {
  const job = new Borrower(await start());
  const session = (await job.borrow()).body['session_id'];
  expect(await extend(job, session, form)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
});

test('is written down, and refused where the audit log takes no line', async () => {
  const job = new Borrower(await start());
  const session = (await job.borrow()).body['session_id'];
  await extend(job, session);
  expect(job.broker.world.auditLines().at(-1)).toMatchObject({
    message: 'session extended',
    unmapped: { session_id: session },
  });
  job.broker.world.auditFails = true;
  expect(await extend(job, session)).toMatchObject({ status: 503, body: { reason: 'audit' } });
});

test('is nothing for strangers: they leave no trace in the store', async () => {
  const job = new Borrower(await start());
  const stranger = { claims: { repository_id: '1' } };
  const idToken = await job.idToken(stranger);
  const form = { subject_token: idToken };
  expect(await extend(job, 'ses_0', form)).toMatchObject({ status: 403, body: { reason: 'denied' } });
  expect(await extend(job, 'ses_0', form)).toMatchObject({ status: 403, body: { reason: 'denied' } });
});
