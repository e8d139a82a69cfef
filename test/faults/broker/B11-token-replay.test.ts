import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { Borrower, type Answer } from '../../support/broker/borrower.ts';
import { borrowMore, extend, tokenOf } from '../../support/broker/session-calls.ts';
import {
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

const ofOtherKey = { status: 400, body: { error: 'invalid_grant', reason: 'token-bound-to-other-key' } };
const onReplay = (answer: string): TestBrokerOptions => ({
  yaml: (yaml) =>
    yaml.replace(
      'url: https://gitlab.example.com }',
      `url: https://gitlab.example.com, on_replay: ${answer} }`,
    ),
});

/** A GitLab job, and a thief with its token and a key of his own. */
async function robbed(options?: TestBrokerOptions): Promise<{
  job: Borrower;
  thief: Borrower;
  idToken: string;
  opened: Answer;
}> {
  const running = await start(options);
  const job = new Borrower(running, { issuer: running.gitlab });
  const idToken = await job.idToken();
  const opened = await job.borrow({ idToken });
  return { job, idToken, opened, thief: new Borrower(running, { issuer: running.gitlab }) };
}

test('B11 the first key that presents a token keeps it; another key is refused with an alarm', async () => {
  const { job, thief, idToken, opened } = await robbed();
  expect(await thief.borrow({ idToken })).toMatchObject(ofOtherKey);
  expect(job.broker.world.auditLines().at(-2)).toMatchObject({
    message: 'session refused: token-of-other-key',
    severity_id: 4,
  });
  expect(await extend(thief, opened.body['session_id'], { subject_token: idToken })).toMatchObject(
    ofOtherKey,
  );
  expect((await borrowMore(job, tokenOf(opened))).status).toBe(201);
  expect((await job.borrow({ idToken })).status).toBe(200);
});

test('B11 with on_replay: revoke what was lent on the first use is taken back as well', async () => {
  const { job, thief, idToken, opened } = await robbed(onReplay('revoke'));
  const unrelated = new Borrower(job.broker, { issuer: job.issuer });
  await unrelated.borrow({ token: { claims: { job_id: '303' } } });
  expect(await thief.borrow({ idToken })).toMatchObject(ofOtherKey);
  const messages = job.broker.world.auditLines().map(({ message }) => message);
  expect(messages.slice(-3, -1)).toEqual(['lease revoking', 'lease revoked']);
  expect((await borrowMore(job, tokenOf(opened))).status).toBe(401);
  expect((await unrelated.giveBack()).body['leases']).toHaveLength(1);
});

test('B11 with on_replay: revoke an attempt to extend by another key takes back, too', async () => {
  const { job, thief, idToken, opened } = await robbed(onReplay('revoke'));
  await extend(thief, opened.body['session_id'], { subject_token: idToken });
  expect((await borrowMore(job, tokenOf(opened))).status).toBe(401);
});

test('B11 a token is remembered across a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-b11-'));
  const storePath = join(folder, 'broker.db');
  const first = await start({ storePath });
  const job = new Borrower(first, { issuer: first.gitlab });
  const idToken = await job.idToken();
  expect((await job.borrow({ idToken })).status).toBe(200);
  await first.stop();
  const second = await start({ storePath, world: first.world });
  const thief = new Borrower(second, { issuer: first.gitlab });
  expect(await thief.borrow({ idToken })).toMatchObject(ofOtherKey);
  const same = new Borrower(second, { issuer: first.gitlab, key: job.key });
  expect((await same.borrow({ idToken, handle: job.handle })).status).toBe(200);
  await second.stop();
  broker = undefined;
  rmSync(folder, { recursive: true });
});

test('B11 where the platform mints many, one is good for one use, also by the same key', async () => {
  const job = new Borrower(await start());
  const idToken = await job.idToken();
  expect((await job.borrow({ idToken })).status).toBe(200);
  expect(await job.borrow({ idToken })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('B11 of twenty keys with one token at once one gets it', async () => {
  const running = await start();
  const idToken = await new Borrower(running, { issuer: running.gitlab }).idToken();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => new Borrower(running, { issuer: running.gitlab }).borrow({ idToken })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ body }) => body['reason'] === 'token-bound-to-other-key')).toHaveLength(19);
});

test.each([undefined, '', 7, 'x'.repeat(257)])('B11 a token whose jti is %p is refused', async (jti) => {
  const job = new Borrower(await start());
  expect(await job.borrow({ token: { claims: { jti } } })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
});
