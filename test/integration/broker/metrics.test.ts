import { afterEach, expect, test } from '@jest/globals';
import { breakingEngine } from '../../support/broker/breaking-engine.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import {
  startTestBroker,
  type TestBroker,
  type TestBrokerOptions,
} from '../../support/broker/test-broker.ts';

let broker: TestBroker | undefined;

async function start(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const yaml = (text: string): string =>
    (options.yaml?.(text) ?? text).replace(
      'tls: off',
      'tls: off\ntrusted_proxies: [ 198.51.100.1 ]\nmetrics: { networks: [ 203.0.113.0/24 ] }',
    );
  broker = await startTestBroker({ ...options, yaml });
  return broker;
}

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

function ask(running: TestBroker, path: string, peer: string, headers = {}): Promise<Response> {
  return running.handle(new Request(`https://broker.example.com${path}`, { headers }), { peer });
}

/** Samples by name and labels, as Prometheus reads them. */
async function samples(running: TestBroker): Promise<Map<string, number>> {
  const text = await (await ask(running, '/metrics', '203.0.113.5')).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at).replace('ephemeral_creds_', ''), Number(line.slice(at + 1))];
    }),
  );
}

test('the metrics tell what was issued, denied, revoked and refused, and how the parts do', async () => {
  const running = await start();
  const job = new Borrower(running);
  const opened = await job.borrow({ roles: ['deploy-prod', 'app-ro'] });
  expect(opened.status).toBe(200);
  await new Borrower(running).borrow({ roles: ['owned'], token: { claims: { check_run_id: '7' } } });
  await new Borrower(running).borrow({ token: { claims: { repository_id: '1', check_run_id: '8' } } });
  const before = await samples(running);
  expect(before.get('leases{state="active"}')).toBe(2);
  await job.giveBack();
  running.world.clock.advance(6);
  const found = await samples(running);
  for (const [name, value] of Object.entries({
    'lease_states_total{state="active",role="deploy-prod",engine="jwt"}': 1,
    'lease_states_total{state="revoked",role="app-ro",engine="jwt"}': 1,
    'decisions_total{decision="allow",by="policy"}': 2,
    'decisions_total{decision="deny",by="policy"}': 1,
    'decisions_total{decision="deny",by="stranger"}': 1,
    'refusals_total{error="access_denied",reason="denied"}': 2,
    'request_seconds_count{endpoint="/token",status="200"}': 1,
    'request_seconds_count{endpoint="/token",status="403"}': 2,
    'request_seconds_count{endpoint="/revoke",status="200"}': 1,
    'mint_seconds_count{engine="jwt",outcome="success"}': 2,
    'revocation_seconds_count{engine="jwt",outcome="success"}': 2,
    'revocation_lag_seconds_count{engine="jwt"}': 2,
    'store_seconds_count{operation="openSession",outcome="success"}': 1,
    'leases{state="active"}': 0,
    revocations_due: 0,
    audit_sound: 1,
    'issuer_keys_usable{issuer="https://token.actions.githubusercontent.com"}': 1,
    'issuer_keys_usable{issuer="https://gitlab.example.com"}': 0,
    'verifications{queue="strangers",state="waiting"}': 0,
  }))
    expect([name, found.get(name)]).toEqual([name, value]);
  expect([...found.keys()].some((name) => name.startsWith('rules{set="policies",version="sha256:'))).toBe(
    true,
  );
});

test('a revocation that fails is counted, waits, and its lag counts from the lease’s end', async () => {
  const engine = breakingEngine();
  const running = await start({
    engines: [engine],
    yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: breaking }'),
  });
  const job = new Borrower(running);
  expect((await job.borrow({ roles: ['deploy-prod'] })).status).toBe(200);
  engine.revokeFails = true;
  await job.giveBack();
  for (let tries = 0; tries < 3; tries++) {
    running.world.clock.skip(30);
    await running.tick();
  }
  const failing = await samples(running);
  expect(failing.get('leases{state="revoking"}')).toBe(1);
  expect(failing.get('revocation_seconds_count{engine="breaking",outcome="failure"}')).toBeGreaterThan(2);
  expect(failing.get('alarms_total{event="revocation"}')).toBeGreaterThan(0);
  expect(failing.get('revocations_due')).toBe(0);
  running.world.clock.skip(600);
  const late = await samples(running);
  expect(late.get('revocations_due')).toBe(1);
  expect(late.get('revocations_oldest_due_seconds')).toBeGreaterThan(300);
  engine.revokeFails = false;
  running.world.clock.skip(30);
  await running.tick();
  const found = await samples(running);
  expect(found.get('revocation_lag_seconds_count{engine="breaking"}')).toBe(1);
  expect(found.get('revocation_lag_seconds_sum{engine="breaking"}')).toBeGreaterThanOrEqual(60);
  expect(found.get('leases{state="revoking"}')).toBe(0);
});

test('no label, help text or value holds anything of a job, a repository, a claim or a secret', async () => {
  const running = await start();
  const job = new Borrower(running);
  await job.borrow({ roles: ['deploy-prod', 'legacy'] });
  await new Borrower(running).borrow({
    roles: ['of-my-own-invention'],
    token: { claims: { check_run_id: '7' } },
  });
  await ask(running, '/made/up/path', '192.0.2.1');
  await ask(running, '/credentials/lse_0123', '192.0.2.1');
  const text = await (await ask(running, '/metrics', '203.0.113.5')).text();
  for (const hidden of [
    'octo',
    '456789',
    'legacy-secret',
    'invention',
    'made',
    'lse_',
    'ses_',
    'req_',
    'refs/',
    '192.0.2',
  ])
    expect(text).not.toContain(hidden);
});

test.each([
  ['a stranger', '192.0.2.1', {}, 404],
  ['a stranger who says that he is not', '192.0.2.1', { 'x-forwarded-for': '203.0.113.5' }, 404],
  ['whom the settings name', '203.0.113.5', {}, 200],
  ['whom a trusted proxy saw there', '198.51.100.1', { 'x-forwarded-for': '203.0.113.5' }, 200],
  ['a stranger behind it', '198.51.100.1', { 'x-forwarded-for': '192.0.2.1' }, 404],
  ['the proxy itself', '198.51.100.1', {}, 404],
])('%s gets an answer as from a page that there is, or is not', async (_, peer, headers, status) => {
  const running = await start();
  const answer = await ask(running, '/metrics', peer, headers);
  expect(answer.status).toBe(status);
  if (status === 404) {
    const other = await ask(running, '/nothing', peer, headers);
    const fixed = (body: Record<string, unknown>): unknown => ({ ...body, request_id: '' });
    expect(fixed((await answer.json()) as Record<string, unknown>)).toEqual(
      fixed((await other.json()) as Record<string, unknown>),
    );
  }
});

test('without the setting this machine alone reads them, and not through a proxy', async () => {
  broker = await startTestBroker();
  for (const peer of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    expect((await ask(broker, '/metrics', peer)).status).toBe(200);
  for (const peer of ['203.0.113.5', '10.0.0.1', '::2', ''])
    expect((await ask(broker, '/metrics', peer)).status).toBe(404);
  for (const header of ['Forwarded', 'Via', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP'])
    expect((await ask(broker, '/metrics', '127.0.0.1', { [header]: '127.0.0.1' })).status).toBe(404);
});

test('switched off, there is nothing to be read, by anybody', async () => {
  broker = await startTestBroker({ yaml: (text) => `${text}metrics: off\n` });
  expect((await ask(broker, '/metrics', '127.0.0.1')).status).toBe(404);
});

test('a store that does not answer leaves its numbers out, and the others are told', async () => {
  const running = await start();
  const job = new Borrower(running);
  await job.borrow();
  await running.stop();
  broker = undefined;
  await samples(running);
  const found = await samples(running);
  expect(found.has('leases{state="active"}')).toBe(false);
  expect(found.get('store_seconds_count{operation="census",outcome="failure"}')).toBe(1);
  expect(found.get('audit_sound')).toBe(1);
});
