import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from '@jest/globals';
import { Borrower } from '../../support/broker/borrower.ts';
import { detail } from '../../support/broker/session-calls.ts';
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

const dry = { dry_run: 'true' };

test('says for each role whether it would be granted, and by what id the audit log tells why', async () => {
  const job = new Borrower(await start());
  const answer = await job.borrow({ roles: ['deploy-prod', 'owned', 'nope1'], form: dry });
  expect(answer.status).toBe(200);
  const id = answer.headers.get('x-request-id');
  const says = (role: string, decision: string): object => ({
    type: 'ephemeral_credential',
    role,
    decision,
    request_id: id,
  });
  expect(answer.body).toEqual({
    authorization_details: [says('deploy-prod', 'allow'), says('owned', 'deny'), says('nope1', 'deny')],
    request_id: id,
  });
  const lines = job.broker.world.auditLines().filter(({ metadata }) => metadata.correlation_uid === id);
  expect(lines.map(({ message, unmapped }) => [message, unmapped?.['dry_run']])).toEqual([
    ['role granted', true],
    ['role denied', true],
    ['role denied', true],
  ]);
});

test('uses up its proof and nothing else: the same ID token still opens a session', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-dry-'));
  const storePath = join(folder, 'broker.db');
  const running = await start({ storePath });
  const job = new Borrower(running);
  const idToken = await job.idToken();
  await job.borrow({ idToken, form: dry });
  const stranger = await job.idToken({ claims: { repository_id: '1' } });
  expect(await job.borrow({ idToken: stranger, form: dry })).toMatchObject({
    status: 200,
    body: { authorization_details: [{ role: 'deploy-prod', decision: 'deny' }] },
  });
  await running.stop();
  broker = undefined;
  const database = new DatabaseSync(storePath);
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const counts = tables.map(({ name }) => [
    name,
    database.prepare(`SELECT COUNT(*) AS number FROM ${String(name)}`).get()?.['number'],
  ]);
  database.close();
  expect(Object.fromEntries(counts.filter(([, number]) => number !== 0)) as unknown).toEqual({
    schema_version: 2,
    broker_marks: 1,
    lease_clock: 1,
    proofs: 1,
  });
  const again = await start({ storePath, world: running.world });
  expect(
    (await new Borrower(again, { issuer: running.github, key: job.key }).borrow({ idToken })).status,
  ).toBe(200);
  rmSync(folder, { recursive: true });
});

test('with a proof that was used before is refused', async () => {
  const job = new Borrower(await start());
  const idToken = await job.idToken();
  let proof = '';
  const send = job.send.bind(job);
  job.send = (request, peer) => {
    proof = request.headers.get('dpop') ?? '';
    return send(request, peer);
  };
  await job.borrow({ idToken, form: dry });
  expect(await job.borrow({ idToken, form: dry, request: { proof } })).toMatchObject({
    status: 400,
    body: { error: 'invalid_dpop_proof', reason: 'proof-replayed' },
  });
});

test('tells what concerns the request itself, as the real one would', async () => {
  const job = new Borrower(await start());
  const answer = await job.borrow({ roles: [detail('deploy-prod', { ttl: 4 })], form: dry });
  expect(answer).toMatchObject({ status: 400, body: { reason: 'ttl-below-minimum', minimum: 5 } });
  const expired = await job.borrow({ token: { at: new Date(0) }, form: dry });
  expect(expired).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

test('is refused where the audit log takes no line', async () => {
  const job = new Borrower(await start());
  job.broker.world.auditFails = true;
  expect(await job.borrow({ form: dry })).toMatchObject({ status: 503, body: { reason: 'audit' } });
});

test('has a bucket of its own, a tenth of what an address may ask', async () => {
  const job = new Borrower(await start({ yaml: (yaml) => `${yaml}limits: { requests_per_second: 10 }\n` }));
  for (let round = 0; round < 5; round++) expect((await job.borrow({ form: dry })).status).toBe(200);
  expect((await job.borrow({ form: dry })).status).toBe(429);
  expect((await job.borrow()).status).toBe(200);
  expect((await job.borrow({ form: { dry_run: 'false' } })).status).toBe(200);
});
