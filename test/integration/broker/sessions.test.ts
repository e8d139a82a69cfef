import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { breakingEngine } from '../../support/broker/breaking-engine.ts';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { borrowMore, tokenOf } from '../../support/broker/session-calls.ts';
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

describe('the same request again, because its answer was lost', () => {
  test('gives new leases in the same session, and takes the earlier ones back', async () => {
    const running = await start();
    const job = new Borrower(running);
    const lost = await job.borrow();
    const again = await job.borrow();
    expect(again.status).toBe(200);
    expect(again.body['session_id']).toBe(lost.body['session_id']);
    expect(again.body['access_token']).not.toBe(lost.body['access_token']);
    const states = (await job.giveBack()).body['leases'];
    expect(states).toMatchObject([{ state: 'revoked' }, { state: 'revoked' }]);
    const messages = running.world.auditLines().map(({ message }) => message);
    expect(messages.filter((message) => message === 'lease revoked')).toHaveLength(2);
  });

  test('can be repeated more often than a job may open sessions', async () => {
    const job = new Borrower(await start());
    for (let round = 0; round < 8; round++) expect((await job.borrow()).status).toBe(200);
  });

  test('while the first mint is still under way: one is alive, and the first waiter is told', async () => {
    const engine = breakingEngine();
    engine.issueFails = 'hangs';
    const job = new Borrower(
      await start({
        engines: [engine],
        yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: breaking }'),
        policies: { 'github.yaml': githubPolicy },
      }),
    );
    const first = job.borrow();
    await engine.waiting;
    engine.issueFails = 'never';
    const second = await job.borrow();
    expect(second.status).toBe(200);
    engine.release();
    expect(await first).toMatchObject({ status: 409, body: { error: 'conflict', reason: 'superseded' } });
    expect([...engine.objects]).toEqual([`ec_${leasesOf(second)[0]?.lease_id ?? ''}`]);
  });

  test('with other roles or another lifetime is a conflict: nothing minted, nothing taken back', async () => {
    const running = await start();
    const job = new Borrower(running);
    await job.borrow();
    for (const roles of [['app-ro'], [{ type: 'ephemeral_credential', role: 'deploy-prod', ttl: 60 }]]) {
      const other = await job.borrow({ roles });
      expect(other).toMatchObject({
        status: 409,
        body: { error: 'conflict', reason: 'idempotency-conflict' },
      });
    }
    expect((await job.giveBack()).body['leases']).toHaveLength(1);
  });

  test('by another key is refused with an alarm', async () => {
    const running = await start();
    const job = new Borrower(running);
    await job.borrow();
    const thief = new Borrower(running);
    const answer = await thief.borrow({ handle: job.handle });
    expect(answer).toMatchObject({ status: 403, body: { error: 'access_denied' } });
    expect(running.world.auditLines().at(-1)).toMatchObject({ severity_id: 4 });
    expect((await job.giveBack()).body['leases']).toHaveLength(1);
  });
});

describe('one job', () => {
  test('has one live session per role; a second key is refused and the first stays', async () => {
    const running = await start();
    const job = new Borrower(running);
    await job.borrow();
    const second = new Borrower(running);
    expect(await second.borrow()).toMatchObject({ status: 403, body: { reason: 'role-in-use' } });
    expect(running.world.auditLines().at(-1)).toMatchObject({
      message: 'session refused: role-in-use',
      severity_id: 4,
    });
    expect((await second.borrow({ roles: ['app-ro'] })).status).toBe(200);
    expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
  });

  test('may borrow again with a new key once it gave back, or once the lease is over', async () => {
    const running = await start();
    const first = new Borrower(running);
    await first.borrow();
    await first.giveBack();
    expect((await new Borrower(running).borrow()).status).toBe(200);
    running.world.clock.advance(901);
    expect((await new Borrower(running).borrow()).status).toBe(200);
  });

  test('opens five sessions and no more', async () => {
    const running = await start();
    for (let session = 0; session < 5; session++) {
      const job = new Borrower(running);
      expect((await job.borrow()).status).toBe(200);
      await job.giveBack();
    }
    expect(await new Borrower(running).borrow()).toMatchObject({
      status: 403,
      body: { reason: 'denied' },
    });
    // Why, the audit log alone tells.
    expect(running.world.auditLines().map((line) => line.message)).toContain('session refused: budget-spent');
  });

  test('opens as many as its policy says', async () => {
    const limits = 'limits: { parallel_sessions: 2, issues_per_job: 2 }\n';
    const running = await start({ policies: { 'github.yaml': githubPolicy + limits } });
    expect((await new Borrower(running).borrow()).status).toBe(200);
    expect((await new Borrower(running).borrow()).status).toBe(200);
    expect((await new Borrower(running).borrow()).status).toBe(403);
  });

  test('does not stand in another job’s way', async () => {
    const running = await start();
    await new Borrower(running).borrow();
    const other = new Borrower(running);
    expect((await other.borrow({ token: { claims: { check_run_id: '1' } } })).status).toBe(200);
    const nextAttempt = new Borrower(running);
    expect((await nextAttempt.borrow({ token: { claims: { run_attempt: '2' } } })).status).toBe(200);
  });

  test('whose platform only knows the run has no rules per job', async () => {
    const running = await start();
    const claims = { check_run_id: undefined };
    for (let job = 0; job < 7; job++)
      expect((await new Borrower(running).borrow({ token: { claims } })).status).toBe(200);
  });
});

describe('a later attempt of the run', () => {
  const attempt = (number: number): { token: { claims: Record<string, string> } } => ({
    token: { claims: { run_attempt: String(number), check_run_id: String(number) } },
  });

  test('ends the sessions of the earlier ones and takes back what they lent', async () => {
    const running = await start();
    const first = new Borrower(running);
    const opened = await first.borrow(attempt(1));
    const otherRun = new Borrower(running);
    await otherRun.borrow({ token: { claims: { run_id: '7' } } });
    expect((await new Borrower(running).borrow(attempt(2))).status).toBe(200);
    expect((await borrowMore(first, tokenOf(opened))).status).toBe(401);
    expect((await first.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
    const messages = running.world.auditLines().map(({ message }) => message);
    expect(messages.filter((message) => message === 'lease revoked')).toHaveLength(1);
    expect((await otherRun.giveBack()).body['leases']).toHaveLength(1);
  });

  test('closes the earlier ones: a token that is left over borrows nothing, nor does a repetition', async () => {
    const running = await start();
    const first = new Borrower(running);
    await first.borrow(attempt(1));
    await new Borrower(running).borrow(attempt(2));
    const closed = { status: 403, body: { error: 'access_denied', reason: 'job-closed' } };
    expect(await first.borrow(attempt(1))).toMatchObject(closed);
    expect(await new Borrower(running).borrow(attempt(1))).toMatchObject(closed);
  });

  test('leaves the other jobs of its own attempt alone', async () => {
    const running = await start();
    const build = new Borrower(running);
    const opened = await build.borrow(attempt(2));
    const other = { token: { claims: { run_attempt: '2', check_run_id: '9' } } };
    expect((await new Borrower(running).borrow(other)).status).toBe(200);
    expect((await borrowMore(build, tokenOf(opened))).status).toBe(201);
  });

  test('is told by number: the tenth comes after the ninth', async () => {
    const running = await start();
    const ninth = new Borrower(running);
    const opened = await ninth.borrow(attempt(9));
    expect((await new Borrower(running).borrow(attempt(10))).status).toBe(200);
    expect((await borrowMore(ninth, tokenOf(opened))).status).toBe(401);
  });
});

describe('the lifetime', () => {
  const ttl = (seconds: unknown): Record<string, unknown> => ({
    type: 'ephemeral_credential',
    role: 'deploy-prod',
    ttl: seconds,
  });

  test('that is asked for is the one that is given', async () => {
    const answer = await new Borrower(await start()).borrow({ roles: [ttl(60)] });
    expect(leasesOf(answer)).toMatchObject([{ expires_in: 60 }]);
  });

  test('is the role’s own where none is asked for, cut to what the policy grants', async () => {
    const policy = githubPolicy.replace('max: 15m', 'max: 2m');
    const answer = await new Borrower(await start({ policies: { 'github.yaml': policy } })).borrow();
    expect(leasesOf(answer)).toMatchObject([{ expires_in: 120 }]);
  });

  test('above what the policy grants is denied, not cut', async () => {
    const answer = await new Borrower(await start()).borrow({ roles: [ttl(901)] });
    expect(answer).toMatchObject({ status: 403, body: { reason: 'denied' } });
  });

  test('below what the engine can is refused with the minimum', async () => {
    const answer = await new Borrower(await start()).borrow({ roles: [ttl(4)] });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: 'invalid_authorization_details', reason: 'ttl-below-minimum', minimum: 5 },
    });
  });

  test.each([0, -1, 1.5, '900', null, 1e309, 1e300, true])('of %p is no lifetime', async (seconds) => {
    const answer = await new Borrower(await start()).borrow({
      roles: [],
      form: {
        authorization_details: JSON.stringify([ttl(seconds)]).replace(
          'null',
          seconds === 1e309 ? '1e309' : 'null',
        ),
      },
    });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_authorization_details' } });
  });
});

describe('what is refused in a session is found in the audit log', () => {
  test('an access token that another key presents', async () => {
    const job = new Borrower(await start());
    const token = tokenOf(await job.borrow());
    const answer = await borrowMore(new Borrower(job.broker), token);
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(job.broker.world.auditLines().at(-1)).toMatchObject({
      message: 'the access token is not, or no longer, good',
      metadata: { event_code: 'identity', correlation_uid: answer.body['request_id'] },
    });
  });

  test.each<[string, (yaml: string) => string]>([
    ['is gone', (yaml) => yaml.replace('  - github\n', '')],
    [
      'names its jobs otherwise',
      (yaml) =>
        yaml.replace(
          '  - github\n',
          '  - { platform: oidc, url: https://token.actions.githubusercontent.com, algorithms: [RS256], binding: first-use, ' +
            'jwks_uri: https://token.actions.githubusercontent.com/keys, claims: { job: [jobid], index: repository_id, ids: [repository_id], match: [repository_id] } }\n',
        ),
    ],
  ])('a session whose issuer %s', async (_, yaml) => {
    const folder = mkdtempSync(join(tmpdir(), 'ec-sessions-'));
    const storePath = join(folder, 'broker.db');
    const first = await start({ storePath });
    const job = new Borrower(first);
    const token = tokenOf(await job.borrow());
    await first.stop();
    first.world.disk.delete('/etc/broker/policies/github.yaml');
    const second = await start({ storePath, yaml, policies: {}, world: first.world });
    const answer = await borrowMore(new Borrower(second, { key: job.key }), token);
    expect(answer).toMatchObject({ status: 403, body: { error: 'access_denied', reason: 'denied' } });
    expect(second.world.auditLines().at(-1)).toMatchObject({
      message: 'session refused: its issuer is not believed any more, or names its jobs otherwise',
      metadata: { correlation_uid: answer.body['request_id'] },
    });
    await second.stop();
    broker = undefined;
    rmSync(folder, { recursive: true });
  });
});
