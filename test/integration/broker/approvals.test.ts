import { mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { compactDecrypt, exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import {
  borrowMore,
  detail,
  proofFor,
  send,
  tokenOf,
  type Call,
} from '../../support/broker/session-calls.ts';
import {
  brokerYaml,
  githubPolicy,
  publicUrl,
  startTestBroker,
  type TestBroker,
} from '../../support/broker/test-broker.ts';
import { testWorld } from '../../support/broker/world.ts';
import { makeIssuer, type FakeIssuer } from '../../support/issuer.ts';

let broker: TestBroker | undefined;
let github: FakeIssuer;
let alice: { readonly key: CryptoKey; readonly pem: string };
let bob: typeof alice;

beforeAll(async () => {
  github = await makeIssuer();
  [alice, bob] = await Promise.all([operator(), operator()]);
});

async function operator(): Promise<typeof alice> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  return { key: privateKey, pem: await exportSPKI(publicKey) };
}

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

const approval = 'approval: { source: operator, within: 15m }\n';

async function start(
  policy = githubPolicy + approval,
  storePath?: string,
  others: Readonly<Record<string, string>> = {},
  change: string | ((yaml: string) => string) = '',
): Promise<TestBroker> {
  const world = testWorld({ issuers: [github], env: { LEGACY_TOKEN: 'x' } });
  world.disk.set('/etc/broker/alice.pem', alice.pem);
  world.disk.set('/etc/broker/bob.pem', bob.pem);
  const started = await startTestBroker({
    world,
    yaml: () => {
      const yaml = `${brokerYaml}operators: [ { id: alice, public_key: alice.pem } ]\n`;
      return typeof change === 'string' ? yaml + change : change(yaml);
    },
    policies: { 'github.yaml': policy, ...others },
    ...(storePath === undefined ? {} : { storePath }),
  });
  broker = { ...started, github };
  return broker;
}

test('two operators with one key do not load: whoever has it could agree twice', async () => {
  const twins = (yaml: string): string =>
    `${yaml}  - { id: bob, public_key: bob.pem }\n  - { id: carol, public_key: alice.pem }\n`.replace(
      'operators: [ { id: alice, public_key: alice.pem } ]\n',
      'operators:\n  - { id: alice, public_key: alice.pem }\n',
    );
  await expect(start(githubPolicy, undefined, {}, twins)).rejects.toThrow(
    /operators\[2\]: a key of alice is this operator’s, too/,
  );
});

interface Said {
  readonly decision?: string;
  readonly key?: CryptoKey;
  readonly id?: string;
  readonly aud?: string;
}

/** The operator speaks; `decision` absent: only looks. */
async function say(job: Borrower, transaction: string, said: Said = {}): Promise<Answer> {
  const { id = 'alice', key = alice.key, decision } = said;
  const now = Math.floor(job.broker.world.clock.now().getTime() / 1000);
  const aud = said.aud ?? `${publicUrl}/approvals`;
  const assertion = await new SignJWT({ iss: id, sub: id, aud, jti: randomUUID(), exp: now + 60 })
    .setProtectedHeader({ alg: 'EdDSA' })
    .sign(key);
  return job.post(`/approvals/${transaction}`, {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    decision,
  });
}

function poll(job: Borrower, transaction: string): Promise<Answer> {
  const body = JSON.stringify({ transaction_id: transaction });
  return send(job, { path: '/credentials/deferred', contentType: 'application/json', body });
}

const idOf = (answer: Answer): string => String(answer.body['transaction_id']);

async function ask(job: Borrower, options?: Parameters<Borrower['borrow']>[0]): Promise<string> {
  const answer = await job.borrow(options);
  expect(answer).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
  return idOf(answer);
}

test('a dry run says that it waits for an approval, and for how long; not by whom or by how many', async () => {
  const policy = `${githubPolicy}approval: { source: operator, within: 15m, approvers: 2 }\n`;
  const free = githubPolicy
    .replace('id: deploy-prod', 'id: free')
    .replace(/^grants:[^]*$/m, 'grants: [ { role: app-ro, access: read } ]\n');
  const bobToo = (yaml: string): string =>
    `${yaml}operators: [ { id: alice, public_key: alice.pem }, { id: bob, public_key: bob.pem } ]\n`;
  const job = new Borrower(await start(policy, undefined, { 'free.yaml': free }, () => bobToo(brokerYaml)));
  const answer = await job.borrow({
    roles: ['deploy-prod', 'app-ro', 'owned'],
    form: { dry_run: 'true' },
  });
  expect(answer).toMatchObject({ status: 200 });
  const { authorization_details: details } = answer.body as { authorization_details: object[] };
  const said = { type: 'ephemeral_credential', request_id: expect.stringMatching(/^req_/) as unknown };
  expect(details).toEqual([
    { ...said, role: 'deploy-prod', decision: 'allow', approval: { expires_in: 900 } },
    { ...said, role: 'app-ro', decision: 'allow' },
    { ...said, role: 'owned', decision: 'deny' },
  ]);
  const lines = job.broker.world.auditLines().filter(({ unmapped }) => unmapped?.['dry_run'] === true);
  expect(lines.map(({ unmapped }) => [unmapped?.['role'], unmapped?.['approval']])).toEqual([
    ['deploy-prod', 'needed'],
    ['app-ro', undefined],
    ['owned', undefined],
  ]);
  expect(await job.borrow()).toMatchObject({
    status: 400,
    body: { error: 'authorization_pending', expires_in: 900 },
  });
});

describe('a policy that wants two of them', () => {
  const two = 'approval: { source: operator, within: 15m, approvers: 2 }\n';
  const both = (yaml: string): string =>
    yaml.replace('[ { id: alice', '[ { id: bob, public_key: bob.pem }, { id: alice');

  test('lends a static secret when a second operator has agreed, and the first alone is not enough', async () => {
    const job = new Borrower(await start(githubPolicy + two, undefined, {}, both));
    const transaction = await ask(job, { roles: ['legacy'] });
    const first = await say(job, transaction, { decision: 'approve' });
    expect(first.body).toMatchObject({ state: 'pending', approvals: ['alice'] });
    expect(await poll(job, transaction)).toMatchObject({ body: { error: 'authorization_pending' } });
    expect(await say(job, transaction, { decision: 'approve' })).toMatchObject({ status: 409 });
    expect(await poll(job, transaction)).toMatchObject({ body: { error: 'authorization_pending' } });
    const second = await say(job, transaction, { decision: 'approve', id: 'bob', key: bob.key });
    expect(second.body).toMatchObject({ state: 'approved', approvals: ['alice', 'bob'] });
    const answer = await poll(job, transaction);
    expect(leasesOf(answer)).toMatchObject([{ role: 'legacy', revocability: 'expiry-only' }]);
  });

  test('is refused where there are not so many operators', async () => {
    await expect(start(githubPolicy + two)).rejects.toThrow(/2 must approve, and broker\.yaml has 1/);
  });

  test('lends nothing that one had approved before it wanted two', async () => {
    const job = new Borrower(await start(githubPolicy + approval, undefined, {}, both));
    const transaction = await ask(job);
    await say(job, transaction, { decision: 'approve' });
    job.broker.world.disk.set('/etc/broker/policies/github.yaml', githubPolicy + two);
    await job.broker.reload();
    expect(await poll(job, transaction)).toMatchObject({ status: 403, body: { reason: 'denied' } });
  });
});

describe('a policy that wants an approval', () => {
  test('lets the request wait, and mints nothing', async () => {
    const job = new Borrower(await start());
    const answer = await job.borrow();
    expect(answer).toMatchObject({
      status: 400,
      body: { error: 'authorization_pending', interval: 5, expires_in: 900 },
    });
    expect(idOf(answer)).toMatch(/^txn_[0-9a-f]{24}$/);
    expect(answer.body['request_id']).toBe(answer.headers.get('x-request-id'));
    expect(await poll(job, idOf(answer))).toMatchObject({
      status: 400,
      body: { error: 'authorization_pending', transaction_id: idOf(answer) },
    });
    const messages = job.broker.world.auditLines().map(({ message }) => message);
    expect(messages).toContain('request waits for approval');
    expect(messages.filter((message) => message.startsWith('lease'))).toEqual([]);
  });

  test('lends once it is approved, long after the ID token’s end, and the session goes on as any other', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job, { roles: [detail('deploy-prod', { ttl: 77 })] });
    job.broker.world.clock.advance(800);
    expect((await say(job, transaction, { decision: 'approve' })).body['state']).toBe('approved');
    const answer = await poll(job, transaction);
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'DPoP', expires_in: 900 } });
    expect(leasesOf(answer)).toMatchObject([{ role: 'deploy-prod', expires_in: 77 }]);
    const renewed = { authorization_detail: detail('deploy-prod'), replaces: leasesOf(answer)[0]?.lease_id };
    expect((await borrowMore(job, tokenOf(answer), renewed)).status).toBe(201);
    expect((await job.giveBack()).body['leases']).toHaveLength(2);
  });

  test('does not lend a further role without one, also in a session that was approved', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    await say(job, transaction, { decision: 'approve' });
    const token = tokenOf(await poll(job, transaction));
    expect(await borrowMore(job, token)).toMatchObject({ status: 403, body: { reason: 'denied' } });
  });

  test('does not renew what was lent before it wanted one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ec-approval-'));
    const storePath = join(folder, 'broker.db');
    const first = await start(githubPolicy, storePath);
    const job = new Borrower(first);
    const lent = await job.borrow();
    await first.stop();
    const same = new Borrower(await start(githubPolicy + approval, storePath), { key: job.key });
    const renewal = { authorization_detail: detail('deploy-prod'), replaces: leasesOf(lent)[0]?.lease_id };
    expect(await borrowMore(same, tokenOf(lent), renewal)).toMatchObject({
      status: 403,
      body: { reason: 'denied' },
    });
    await same.broker.stop();
    broker = undefined;
    rmSync(folder, { recursive: true });
  });

  test('encrypts to the key that the request named', async () => {
    const job = new Borrower(await start());
    const { privateKey, publicKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });
    const transaction = await ask(job, { form: { encrypt_to: JSON.stringify(await exportJWK(publicKey)) } });
    await say(job, transaction, { decision: 'approve' });
    const [lease] = leasesOf(await poll(job, transaction));
    const { plaintext } = await compactDecrypt(lease?.credentials_jwe ?? '', privateKey);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject([{ kind: 'bearer-token' }]);
  });

  test('counts the request once, when it comes', async () => {
    const job = new Borrower(await start(`${githubPolicy}${approval}limits: { issues_per_job: 1 }\n`));
    const transaction = await ask(job);
    const second = new Borrower(job.broker);
    expect(await second.borrow()).toMatchObject({ status: 403, body: { reason: 'denied' } });
    await say(job, transaction, { decision: 'approve' });
    expect((await poll(job, transaction)).status).toBe(200);
  });

  test('keeps allow-listed claims and hashes: no token, no e-mail, nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ec-approval-'));
    const storePath = join(folder, 'broker.db');
    const job = new Borrower(await start(githubPolicy + approval, storePath));
    const idToken = await job.idToken({ claims: { secret_claim: 'nobody-asked-for-this' } });
    const transaction = await ask(job, { idToken });
    await say(job, transaction, { decision: 'approve' });
    const answer = await poll(job, transaction);
    await job.broker.stop();
    broker = undefined;
    const database = new DatabaseSync(storePath);
    const rows = ['deferred', 'sessions', 'leases'].flatMap((name) =>
      database.prepare(`SELECT * FROM ${name}`).all(),
    );
    database.close();
    rmSync(folder, { recursive: true });
    const text = JSON.stringify(rows);
    expect(rows).toHaveLength(3);
    expect(text).toContain('refs/heads/main');
    for (const secret of [idToken, idToken.split('.')[2] ?? '', tokenOf(answer), job.handle, 'nobody-asked'])
      expect(text).not.toContain(secret);
  });
});

describe('the same request again', () => {
  test('while it waits is the same transaction, and counts once', async () => {
    const job = new Borrower(await start(`${githubPolicy}${approval}limits: { issues_per_job: 1 }\n`));
    const transaction = await ask(job);
    expect(await ask(job)).toBe(transaction);
    await say(job, transaction, { decision: 'approve' });
    expect(await ask(job)).toBe(transaction);
  });

  test('for other roles, or by another key, is refused', async () => {
    const job = new Borrower(await start());
    await ask(job);
    expect(await job.borrow({ roles: ['app-ro'] })).toMatchObject({
      status: 409,
      body: { reason: 'idempotency-conflict' },
    });
    const thief = new Borrower(job.broker);
    expect(await thief.borrow({ handle: job.handle })).toMatchObject({ status: 403 });
  });

  test('as a poll after success is a repetition: one lease is alive', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    await say(job, transaction, { decision: 'approve' });
    const lost = await poll(job, transaction);
    const again = await poll(job, transaction);
    expect(again.body['session_id']).toBe(lost.body['session_id']);
    expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }, { state: 'revoked' }]);
    expect(await poll(job, transaction)).toMatchObject({ status: 409, body: { reason: 'superseded' } });
  });

  test('works for clients without a handle, too', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job, { form: { revocation_handle_hash: undefined } });
    await say(job, transaction, { decision: 'approve' });
    const lost = await poll(job, transaction);
    expect((await poll(job, transaction)).body['session_id']).toBe(lost.body['session_id']);
  });
});

describe('what comes to nothing', () => {
  test('a request that was rejected', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    expect((await say(job, transaction, { decision: 'reject' })).body).toMatchObject({
      state: 'rejected',
      decided_by: 'alice',
    });
    const rejected = { status: 403, body: { error: 'access_denied', reason: 'approval-rejected' } };
    expect(await poll(job, transaction)).toMatchObject(rejected);
    expect(await job.borrow()).toMatchObject(rejected);
  });

  test('a request that nobody approved in time; the approval afterwards is a conflict', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    job.broker.world.clock.advance(900);
    expect(await poll(job, transaction)).toMatchObject({
      status: 403,
      body: { error: 'access_denied', reason: 'approval-expired' },
    });
    expect(await say(job, transaction, { decision: 'approve' })).toMatchObject({ status: 409 });
    expect((await poll(job, transaction)).body['reason']).toBe('approval-expired');
  });

  test('an approval that nobody fetched in time; one of the last second can still be fetched', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    job.broker.world.clock.advance(899);
    await say(job, transaction, { decision: 'approve' });
    job.broker.world.clock.advance(59);
    expect((await poll(job, transaction)).status).toBe(200);
    const second = new Borrower(job.broker);
    const other = await ask(second, { token: { claims: { check_run_id: '1' } } });
    await say(second, other, { decision: 'approve' });
    job.broker.world.clock.advance(900);
    expect((await poll(second, other)).body['reason']).toBe('approval-expired');
  });

  test('a request whose handle was given back while it waited', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    expect((await job.giveBack()).body).toEqual({ leases: [] });
    expect(await say(job, transaction, { decision: 'approve' })).toMatchObject({ status: 409 });
    expect(await poll(job, transaction)).toMatchObject({ status: 409, body: { reason: 'superseded' } });
    expect(await job.borrow()).toMatchObject({ status: 409, body: { reason: 'superseded' } });
  });

  test('a request whose handle was given back before it came', async () => {
    const job = new Borrower(await start());
    await job.giveBack();
    expect(await job.borrow()).toMatchObject({ status: 409, body: { reason: 'superseded' } });
  });

  test('an approved one whose handle was given back before it was fetched', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    await say(job, transaction, { decision: 'approve' });
    await job.giveBack();
    expect(await poll(job, transaction)).toMatchObject({ status: 409, body: { reason: 'superseded' } });
  });

  test('a request of an earlier attempt of the run', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    const next = new Borrower(job.broker);
    await ask(next, { token: { claims: { run_attempt: '2' } } });
    expect(await say(job, transaction, { decision: 'approve' })).toMatchObject({ status: 409 });
    expect(await job.borrow()).toMatchObject({ status: 403, body: { reason: 'job-closed' } });
  });

  test('an approval by an operator who was taken out of broker.yaml before it was fetched', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ec-approval-'));
    const storePath = join(folder, 'broker.db');
    const first = await start(githubPolicy + approval, storePath);
    const job = new Borrower(first);
    const [mine, other] = [await ask(job), new Borrower(first)];
    const theirs = await ask(other);
    await say(job, mine, { decision: 'approve' });
    await first.stop();
    const instead = (yaml: string): string =>
      yaml.replace('{ id: alice, public_key: alice.pem }', '{ id: bob, public_key: bob.pem }');
    const second = await start(githubPolicy + approval, storePath, {}, instead);
    expect(await poll(new Borrower(second, { key: job.key }), mine)).toMatchObject({
      status: 403,
      body: { reason: 'denied' },
    });
    const later = new Borrower(second, { key: other.key });
    await say(later, theirs, { decision: 'approve', id: 'bob', key: bob.key });
    expect((await poll(later, theirs)).status).toBe(200);
    await second.stop();
    broker = undefined;
    rmSync(folder, { recursive: true });
  });

  test('an approval of what the policy does not grant any more', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ec-approval-'));
    const storePath = join(folder, 'broker.db');
    const first = await start(githubPolicy + approval, storePath);
    const job = new Borrower(first);
    const transaction = await ask(job);
    await say(job, transaction, { decision: 'approve' });
    await first.stop();
    const narrower = githubPolicy.replaceAll('refs/heads/main', 'refs/heads/release') + approval;
    const second = await start(narrower, storePath);
    const same = new Borrower(second, { key: job.key });
    expect(await poll(same, transaction)).toMatchObject({ status: 403, body: { reason: 'denied' } });
    await second.stop();
    broker = undefined;
    rmSync(folder, { recursive: true });
  });
});

describe('a poll', () => {
  test('by another key, of an unknown id, of no id: refused, and the transaction stays', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    await say(job, transaction, { decision: 'approve' });
    const thief = await poll(new Borrower(job.broker), transaction);
    const unknown = await poll(job, 'txn_000000000000000000000000');
    for (const answer of [thief, unknown])
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect({ ...thief.body, request_id: 0 }).toEqual({ ...unknown.body, request_id: 0 });
    expect(String(thief.body['error_description'])).toContain('transaction_id');
    expect((await poll(job, 'txn_1')).status).toBe(400);
    expect((await poll(job, transaction)).status).toBe(200);
  });
});

test.each<[string, Partial<Call>]>([
  ['for another path', { proof: { url: `${publicUrl}/token` } }],
  ['for another method', { proof: { method: 'GET' } }],
  ['for another body', { proof: { body: '{}' } }],
  ['that is not there', { ready: '' }],
])('a poll with a proof %s is refused, and so is one with a used proof', async (_, change) => {
  const job = new Borrower(await start());
  const body = JSON.stringify({ transaction_id: await ask(job) });
  const call = { path: '/credentials/deferred', contentType: 'application/json', body };
  const wrong = { status: 400, body: { error: 'invalid_dpop_proof' } };
  expect(await send(job, { ...call, ...change })).toMatchObject(wrong);
  const ready = proofFor(job, call);
  expect((await send(job, { ...call, ready })).body['error']).toBe('authorization_pending');
  expect(await send(job, { ...call, ready })).toMatchObject(wrong);
});

describe('POST /approvals/{id}', () => {
  test('shows an operator what is asked, by whom, and by which policy', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job, { roles: [detail('deploy-prod', { ttl: 60 })] });
    const answer = await say(job, transaction);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        transaction_id: transaction,
        state: 'pending',
        expires_at: '2026-11-20T12:15:00.000Z',
        authorization_details: [{ type: 'ephemeral_credential', role: 'deploy-prod', ttl: 60 }],
        policies: [{ id: 'deploy-prod' }],
        requested_by: { claims: { repository: 'octo-org/octo-repo', actor: 'octocat' } },
      },
    });
    expect(answer.body).not.toHaveProperty('decided_by');
  });

  test('the first decision stands, and the audit log says whose it was', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    await say(job, transaction, { decision: 'reject' });
    expect(job.broker.world.auditLines().at(-1)).toMatchObject({
      message: 'approver decides: rejected',
      unmapped: { approver: 'alice', transaction_id: transaction },
    });
    expect(await say(job, transaction, { decision: 'approve' })).toMatchObject({
      status: 409,
      body: { error: 'conflict' },
    });
    expect((await poll(job, transaction)).body['reason']).toBe('approval-rejected');
  });

  test('where the audit log takes no line nothing is decided', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    job.broker.world.auditFails = true;
    expect(await say(job, transaction, { decision: 'approve' })).toMatchObject({ status: 503 });
    job.broker.world.auditFails = false;
    expect((await poll(job, transaction)).body['error']).toBe('authorization_pending');
  });

  test('whoever is no operator learns nothing, not even whether the id is one', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    const { privateKey } = await generateKeyPair('EdDSA');
    for (const id of [transaction, 'txn_000000000000000000000000'])
      for (const said of [{ key: privateKey }, { id: 'mallory' }, { aud: 'https://other.example.com' }])
        expect(await say(job, id, { ...said, decision: 'approve' })).toMatchObject({
          status: 401,
          body: { error: 'invalid_client' },
        });
    expect((await say(job, 'txn_000000000000000000000000')).status).toBe(404);
    expect((await say(job, transaction, { decision: 'perhaps' })).status).toBe(400);
    expect((await poll(job, transaction)).body['error']).toBe('authorization_pending');
  });
});

test('fetching what was approved counts as a request of the job: again and again it is limited', async () => {
  const job = new Borrower(await start(undefined, undefined, {}, 'limits: { job_requests_per_minute: 2 }\n'));
  const transaction = await ask(job);
  await say(job, transaction, { decision: 'approve' });
  expect((await poll(job, transaction)).status).toBe(200);
  expect(await poll(job, transaction)).toMatchObject({ status: 429, body: { error: 'rate_limited' } });
});

test('a policy that wants an approval does not load where nobody may approve', async () => {
  await expect(startTestBroker({ policies: { 'github.yaml': githubPolicy + approval } })).rejects.toThrow(
    /approval: nobody may approve/,
  );
});

/** deploy-prod needs an approval, app-ro none. */
const mixed = githubPolicy.replace('  - { role: app-ro, access: read }\n', '') + approval;
const plain = githubPolicy
  .replace('id: deploy-prod', 'id: app-ro')
  .replace('  - { role: deploy-prod, ttl: { max: 15m }, access: write }\n', '');

describe('one approval, one session', () => {
  test('an approved request that was refused is good for no longer than the approval', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    const second = new Borrower(job.broker);
    const other = await ask(second);
    await say(job, transaction, { decision: 'approve' });
    await say(job, other, { decision: 'approve' });
    expect((await poll(second, other)).status).toBe(200);
    expect(await poll(job, transaction)).toMatchObject({ status: 403, body: { reason: 'role-in-use' } });
    await second.giveBack();
    job.broker.world.clock.advance(900);
    expect(await poll(job, transaction)).toMatchObject({ status: 403, body: { reason: 'approval-expired' } });
  });

  test('an approved request that was refused can be fetched when nothing is in its way any more', async () => {
    const job = new Borrower(await start());
    const transaction = await ask(job);
    const second = new Borrower(job.broker);
    const other = await ask(second);
    await say(job, transaction, { decision: 'approve' });
    await say(job, other, { decision: 'approve' });
    await poll(second, other);
    await poll(job, transaction);
    await second.giveBack();
    expect((await poll(job, transaction)).status).toBe(200);
  });

  test('does not open another when its session is forgotten', async () => {
    const job = new Borrower(await start(githubPolicy + approval.replace('15m', '7d')));
    const transaction = await ask(job);
    await say(job, transaction, { decision: 'approve' });
    expect((await poll(job, transaction)).status).toBe(200);
    job.broker.world.clock.advance(3 * 86_400);
    await job.broker.tick();
    job.broker.world.clock.advance(5 * 86_400);
    await job.broker.tick();
    expect(await poll(job, transaction)).toMatchObject({ status: 409, body: { reason: 'superseded' } });
  });
});

describe('the handle of a request that waits', () => {
  test('is that of no other request, whether that needs an approval or not', async () => {
    const job = new Borrower(await start(mixed, undefined, { 'plain.yaml': plain }));
    await ask(job);
    expect(await job.borrow({ roles: ['app-ro'] })).toMatchObject({
      status: 409,
      body: { reason: 'idempotency-conflict' },
    });
    const thief = new Borrower(job.broker);
    expect(await thief.borrow({ handle: job.handle, roles: ['app-ro'] })).toMatchObject({
      status: 403,
      body: { reason: 'denied' },
    });
  });

  test('is good for nothing once it was given back', async () => {
    const job = new Borrower(await start(mixed, undefined, { 'plain.yaml': plain }));
    await ask(job);
    await job.giveBack();
    expect((await job.borrow({ roles: ['app-ro'] })).status).toBe(409);
  });

  test('may not be that of a session', async () => {
    const job = new Borrower(await start(mixed, undefined, { 'plain.yaml': plain }));
    expect((await job.borrow({ roles: ['app-ro'] })).status).toBe(200);
    expect(await job.borrow()).toMatchObject({ status: 409, body: { reason: 'idempotency-conflict' } });
    const thief = new Borrower(job.broker);
    expect(await thief.borrow({ handle: job.handle })).toMatchObject({
      status: 403,
      body: { reason: 'denied' },
    });
  });
});
