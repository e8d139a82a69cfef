import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { keyBoundAudience, makeProof } from '../../../src/protocol/dpop.ts';
import { handleType } from '../../../src/protocol/revocation.ts';
import { idTokenType } from '../../../src/protocol/token-exchange.ts';
import { breakingEngine } from '../../support/broker/breaking-engine.ts';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import {
  githubPolicy,
  publicUrl,
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

function statesOf(answer: Answer): unknown[] {
  return (answer.body['leases'] as Record<string, unknown>[]).map(({ state }) => state);
}

describe('POST /revoke by handle', () => {
  test('ends every lease of the session, and says so', async () => {
    const job = new Borrower(await start());
    const lent = await job.borrow({ roles: ['app-ro', 'deploy-prod'] });
    const answer = await job.giveBack();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      leases: leasesOf(lent).map(({ lease_id, expires_at }) => ({
        lease_id,
        state: 'revoked',
        revocability: 'immediate',
        expires_at,
      })),
    });
  });

  test('needs no proof', async () => {
    const job = new Borrower(await start());
    await job.borrow();
    const request = new Request(`${publicUrl}/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: job.handle }),
    });
    expect(statesOf(await job.send(request))).toEqual(['revoked']);
  });

  test('twice gives the same answer', async () => {
    const job = new Borrower(await start());
    await job.borrow();
    expect((await job.giveBack()).body).toEqual((await job.giveBack()).body);
  });

  test('can be narrowed to some leases; the others live on', async () => {
    const job = new Borrower(await start());
    const [first, second] = leasesOf(await job.borrow({ roles: ['deploy-prod', 'app-ro'] }));
    const narrowed = await job.giveBack(job.handle, { lease_id: first?.lease_id ?? '' });
    expect(narrowed.body['leases']).toMatchObject([{ lease_id: first?.lease_id, state: 'revoked' }]);
    const rest = await job.giveBack(job.handle, { lease_id: second?.lease_id ?? '' });
    expect(rest.body['leases']).toMatchObject([{ lease_id: second?.lease_id, state: 'revoked' }]);
  });

  test('does nothing to another job’s lease', async () => {
    const running = await start();
    const victim = new Borrower(running);
    const [lease] = leasesOf(await victim.borrow());
    const other = new Borrower(running);
    await other.borrow({ token: { claims: { check_run_id: '8' } } });
    expect((await other.giveBack(other.handle, { lease_id: lease?.lease_id ?? '' })).body).toEqual({
      leases: [],
    });
    expect(statesOf(await victim.giveBack())).toEqual(['revoked']);
  });

  test('that nobody knows is answered alike, and a request under it is then refused', async () => {
    const job = new Borrower(await start());
    expect((await job.giveBack()).body).toEqual({ leases: [] });
    const late = await job.borrow();
    expect(late).toMatchObject({ status: 409, body: { error: 'conflict', reason: 'superseded' } });
  });

  test('that nobody knows is forgotten after five minutes', async () => {
    const running = await start();
    const job = new Borrower(running);
    await job.giveBack();
    running.world.clock.advance(301);
    expect((await job.borrow()).status).toBe(200);
  });

  test('of another length is refused', async () => {
    const job = new Borrower(await start());
    for (const token of ['x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}+`])
      expect(await job.giveBack(token)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('ends its session: the same handle borrows nothing more', async () => {
    const job = new Borrower(await start());
    await job.borrow();
    await job.giveBack();
    expect((await job.borrow()).body['reason']).toBe('superseded');
  });

  test('of a lease that cannot be revoked says that it is queued, until it expires', async () => {
    const running = await start();
    const job = new Borrower(running);
    await job.borrow({ roles: ['legacy'] });
    expect(statesOf(await job.giveBack())).toEqual(['revoking']);
    running.world.clock.advance(901);
    await running.tick();
    expect(statesOf(await job.giveBack())).toEqual(['expired']);
  });

  test('a backend that is away leaves the lease queued; it is tried until it works', async () => {
    const engine = breakingEngine();
    const running = await start(withBreaking(engine));
    const job = new Borrower(running);
    await job.borrow();
    expect(engine.objects.size).toBe(1);
    engine.revokeFails = true;
    expect(statesOf(await job.giveBack())).toEqual(['revoking']);
    for (let round = 0; round < 4; round++) {
      running.world.clock.advance(60);
      await running.tick();
    }
    const alarms = running.world.auditLines().filter(({ severity_id }) => severity_id === 4);
    expect(alarms.map(({ message }) => message)).toContain('revoking failed and will be tried again');
    engine.revokeFails = false;
    running.world.clock.advance(60);
    await running.tick();
    expect(engine.objects.size).toBe(0);
    expect(statesOf(await job.giveBack())).toEqual(['revoked']);
  });

  test('while the mint is still under way wins: what then comes is taken back', async () => {
    const engine = breakingEngine();
    engine.issueFails = 'hangs';
    const job = new Borrower(await start(withBreaking(engine)));
    const lending = job.borrow();
    await engine.waiting;
    expect(statesOf(await job.giveBack())).toEqual(['revoking']);
    engine.release();
    expect(await lending).toMatchObject({ status: 409, body: { reason: 'superseded' } });
    expect(engine.objects.size).toBe(0);
    expect(statesOf(await job.giveBack())).toEqual(['revoked']);
  });
});

describe('POST /revoke by access token', () => {
  test('with a proof over it ends the session', async () => {
    const job = new Borrower(await start());
    const accessToken = String((await job.borrow()).body['access_token']);
    const answer = await job.post('/revoke', { token: accessToken }, { accessToken });
    expect(statesOf(answer)).toEqual(['revoked']);
  });

  test('without a proof, or with one that does not name it, is refused', async () => {
    const job = new Borrower(await start());
    const token = String((await job.borrow()).body['access_token']);
    expect((await job.post('/revoke', { token })).body['error']).toBe('invalid_dpop_proof');
    const bare = new Request(`${publicUrl}/revoke`, { method: 'POST', body: new URLSearchParams({ token }) });
    expect((await job.send(bare)).body['error']).toBe('invalid_dpop_proof');
    expect(statesOf(await job.giveBack())).toEqual(['revoked']);
  });

  test('with another key’s proof does nothing, and does not say why', async () => {
    const running = await start();
    const job = new Borrower(running);
    const accessToken = String((await job.borrow()).body['access_token']);
    const thief = new Borrower(running);
    expect((await thief.post('/revoke', { token: accessToken }, { accessToken })).body).toEqual({
      leases: [],
    });
  });
});

describe('POST /revoke by ID token', () => {
  const form = (token: string): Record<string, string> => ({ token, token_type_hint: idTokenType });

  test('of the same job ends all its leases, with any key and at any age', async () => {
    const running = await start();
    const job = new Borrower(running);
    await job.borrow();
    const post = new Borrower(running);
    const token = await post.idToken({ claims: { iat: 1_795_176_000 - 3000 } });
    expect(statesOf(await post.post('/revoke', form(token)))).toEqual(['revoked']);
    expect(statesOf(await post.post('/revoke', form(token)))).toEqual(['revoked']);
  });

  test('of another job does nothing', async () => {
    const running = await start();
    await new Borrower(running).borrow();
    const other = new Borrower(running);
    const token = await other.idToken({ claims: { check_run_id: '1' } });
    expect((await other.post('/revoke', form(token))).body).toEqual({ leases: [] });
  });

  test('must be bound to the proof’s key and genuine', async () => {
    const running = await start();
    const job = new Borrower(running);
    await job.borrow();
    const thief = new Borrower(running);
    expect((await thief.post('/revoke', form(await job.idToken()))).body['reason']).toBe(
      'token-bound-to-other-key',
    );
    const bare = await job.idToken({
      audience: keyBoundAudience('https://other.example', job.key.thumbprint),
    });
    expect((await job.post('/revoke', form(bare))).body['reason']).toBe('audience-mismatch');
  });

  test('is refused where the platform does not tell the jobs of a run apart', async () => {
    const running = await start();
    const job = new Borrower(running);
    const claims = { check_run_id: undefined };
    expect((await job.borrow({ token: { claims } })).status).toBe(200);
    const answer = await job.post('/revoke', form(await job.idToken({ claims })));
    expect(answer).toMatchObject({ status: 400, body: { error: 'unsupported_token_type' } });
    expect(statesOf(await job.giveBack())).toEqual(['revoked']);
  });

  test('of a GitLab job is the one that the job has', async () => {
    const running = await start();
    const job = new Borrower(running, { issuer: running.gitlab });
    const idToken = await job.idToken();
    await job.borrow({ idToken });
    const after = new Borrower(running, { issuer: running.gitlab });
    expect(statesOf(await after.post('/revoke', form(idToken)))).toEqual(['revoked']);
  });
});

test('a proof that was used gives nothing back a second time', async () => {
  const running = await start();
  const job = new Borrower(running);
  const accessToken = String((await job.borrow()).body['access_token']);
  for (const form of [{ token: accessToken }, { token: await job.idToken(), token_type_hint: idTokenType }]) {
    const body = new URLSearchParams(form).toString();
    const at = running.world.clock.now();
    const proof = makeProof(job.key, {
      method: 'POST',
      url: `${publicUrl}/revoke`,
      body,
      at,
      accessToken,
    });
    expect((await job.post('/revoke', form, { proof })).status).toBe(200);
    expect((await job.post('/revoke', form, { proof })).body).toMatchObject({ reason: 'proof-replayed' });
  }
});

test('who has no session here leaves nothing in the store, whatever he proves', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-revoke-'));
  const running = await start({ storePath: join(folder, 'broker.db') });
  const written = (): number => statSync(join(folder, 'broker.db-wal')).size;
  const stranger = new Borrower(running);
  const before = written();
  const accessToken = 'ecs_made-up';
  const idToken = await stranger.idToken({ claims: { repository_id: '1' } });
  expect((await stranger.post('/revoke', { token: accessToken }, { accessToken })).body).toEqual({
    leases: [],
  });
  expect((await stranger.post('/revoke', { token: idToken, token_type_hint: idTokenType })).body).toEqual({
    leases: [],
  });
  expect(written()).toBe(before);
  rmSync(folder, { recursive: true });
});

test('the hint is only a hint: the token’s own form says what it is', async () => {
  const running = await start();
  const job = new Borrower(running);
  const accessToken = String((await job.borrow()).body['access_token']);
  const hinted = { token: accessToken, token_type_hint: 'access_token' };
  expect(statesOf(await job.post('/revoke', hinted, { accessToken }))).toEqual(['revoked']);
  expect(await job.post('/revoke', { token_type_hint: handleType })).toMatchObject({ status: 400 });
});

function withBreaking(engine: ReturnType<typeof breakingEngine>): TestBrokerOptions {
  return {
    engines: [engine],
    yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: breaking }'),
    policies: { 'github.yaml': githubPolicy },
  };
}
