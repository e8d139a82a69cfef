import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { credentialsCall, detail, send, tokenOf, type Call } from '../../support/broker/session-calls.ts';
import { publicUrl, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let broker: TestBroker;
let job: Borrower;
let token: string;
let leaseId: string;

async function freshNonce(): Promise<string> {
  const request = new Request(`${publicUrl}/nonce`, { method: 'POST' });
  return (await broker.handle(request, { peer: '192.0.2.1' })).headers.get('dpop-nonce') ?? '';
}

beforeAll(async () => {
  broker = await startTestBroker({ yaml: (yaml) => `${yaml}nonce: required\n` });
  job = new Borrower(broker);
  const opened = await job.borrow({ request: { nonce: await freshNonce() } });
  token = tokenOf(opened);
  leaseId = leasesOf(opened)[0]?.lease_id ?? '';
});

afterAll(() => broker.stop());

const calls: readonly (readonly [string, number, () => Call])[] = [
  ['issue', 201, () => credentialsCall(token)],
  [
    'renew',
    201,
    () => credentialsCall(token, { authorization_detail: detail('deploy-prod'), replaces: leaseId }),
  ],
  ['state', 200, () => ({ method: 'GET', path: `/credentials/${leaseId}`, accessToken: token })],
  ['heartbeat', 204, () => ({ path: '/sessions/heartbeat', accessToken: token })],
];

test.each(calls)('B15 nonce: %s takes one, once, and is 401 without', async (_, good, call) => {
  const request = call();
  const nonce = await freshNonce();
  const missing = await send(job, request);
  const taken = await send(job, { ...request, proof: { nonce } });
  const again = await send(job, { ...request, proof: { nonce } });
  expect(taken.status).toBe(good);
  for (const answer of [missing, again]) {
    expect(answer).toMatchObject({ status: 401, body: { error: 'use_dpop_nonce' } });
    expect(answer.headers.get('www-authenticate')).toContain('error="use_dpop_nonce"');
    expect(answer.headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]{48}$/);
  }
});

test('B15 nonce: a poll takes one as /token does, and is 400 without', async () => {
  const body = JSON.stringify({ transaction_id: 'txn_000000000000000000000000' });
  const request = { path: '/credentials/deferred', contentType: 'application/json', body };
  expect(await send(job, request)).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
  const taken = await send(job, { ...request, proof: { nonce: await freshNonce() } });
  expect(taken).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
});
