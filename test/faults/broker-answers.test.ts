import { afterEach, expect, test } from '@jest/globals';
import { TransportError, type HttpAnswer, type HttpRequest, type Transport } from '../../src/domain/host.ts';
import { publicUrl } from '../support/broker/test-broker.ts';
import * as faults from '../support/faults.ts';
import { times } from '../support/faulty-server.ts';
import { idTokenText, refuse, type Loan } from '../support/lender.ts';
import { StoredBroker } from '../support/stored-broker.ts';
import { startScene } from '../support/scene.ts';
import { World } from '../support/world.ts';

const canary = 'canary-in-the-body';

test.each([429, 502, 503])(
  'C13: %i from the broker is tried again: same handle, fresh ID token',
  async (code) => {
    await using scene = await startScene(({ lender }) => ({ token: [faults.status(code, 2), lender.lend] }));
    const main = await scene.main();
    expect(main.exitCode).toBe(0);
    expect(main.passedMs).toBe(2000);
    const forms = scene.forms('/token');
    expect(new Set(forms.map((form) => form.get('revocation_handle_hash'))).size).toBe(1);
    expect(new Set(forms.map((form) => form.get('authorization_details'))).size).toBe(1);
    expect(new Set(forms.map((form) => form.get('subject_token'))).size).toBe(2);
  },
);

test('C13: where the platform mints no second ID token the same one goes out with the same key', async () => {
  await using scene = await startScene(({ lender }) => ({ token: [faults.status(503), lender.lend] }));
  const env = { MY_TOKEN: idTokenText(scene.server.url) };
  expect(await scene.main({ env, inputs: { 'id-token': 'env:MY_TOKEN' } })).toMatchObject({ exitCode: 0 });
  const requests = scene.arrived('/token');
  expect(new Set(scene.forms('/token').map((form) => form.get('subject_token')))).toEqual(
    new Set([env.MY_TOKEN]),
  );
  const keys = requests.map(({ headers }) =>
    Buffer.from(String(headers['dpop']).split('.')[0] ?? '', 'base64url'),
  );
  expect(new Set(keys.map(String)).size).toBe(1);
  expect(scene.arrived('/id-token')).toHaveLength(0);
});

test('C13: a broker that stays busy is asked six times, then it is made sure that nothing is lent', async () => {
  await using scene = await startScene({ token: faults.status(503) });
  const main = await scene.main();
  expect(main.exitCode).toBe(75);
  expect(scene.arrived('/token')).toHaveLength(6);
  expect(scene.arrived('/revoke')).toHaveLength(1);
});

test.each([
  [400, 'invalid_grant', 'signature', 65],
  [400, 'invalid_grant', 'audience-mismatch', 65],
  [400, 'invalid_request', 'ttl-below-minimum', 70],
  [401, 'invalid_token', undefined, 70],
  [403, 'access_denied', 'denied', 66],
  [403, 'access_denied', 'role-in-use', 66],
  [409, 'conflict', 'idempotency-conflict', 70],
])('C15: %i %s (%s) is final; its name and the request id are told', async (status, error, reason, exit) => {
  const body = { error_description: `${canary} in words`, title: canary, detail: canary };
  await using scene = await startScene({ token: refuse(status, error, reason, body) });
  const main = await scene.main();
  expect(main.exitCode).toBe(exit);
  expect(main.log).toContain(reason ?? error);
  expect(main.log).toContain('Request id: req_refused');
  expect(main.rawLog + main.summary).not.toContain(canary);
  expect(scene.arrived('/token')).toHaveLength(1);
});

test.each([400, 403, 418])('C15: %i with a page of HTML is final and not repeated', async (status) => {
  const page = faults.answer({
    status,
    headers: { 'content-type': 'text/html' },
    body: `<h1>${canary}</h1>`,
  });
  await using scene = await startScene({ token: page });
  const main = await scene.main();
  expect(main.exitCode).toBe(69);
  expect(main.rawLog).not.toContain(canary);
  expect(scene.arrived('/token')).toHaveLength(1);
});

const changed = (change: (detail: Record<string, unknown>) => unknown) => (loan: Loan) => ({
  ...loan,
  authorization_details: loan.authorization_details.map(change),
});
test.each<[string, (loan: Loan) => unknown]>([
  ['a page of HTML', () => `<h1>${canary}</h1>`],
  ['a list', (loan) => [loan]],
  ['no token type', ({ authorization_details }) => ({ authorization_details })],
  ['a role more', (loan) => ({ ...loan, authorization_details: [...loan.authorization_details, {}] })],
  ['another role', changed((detail) => ({ ...detail, role: 'admin' }))],
  ['no lease id', changed((detail) => ({ ...detail, lease_id: undefined }))],
  ['a lease id with a line break', changed((detail) => ({ ...detail, lease_id: 'lse_1\n::add-path::x' }))],
  ['no end', changed((detail) => ({ ...detail, expires_in: undefined }))],
  ['an end beyond time', changed((detail) => ({ ...detail, expires_in: Number.MAX_SAFE_INTEGER }))],
  ['an unknown revocability', changed((detail) => ({ ...detail, revocability: 'never' }))],
  ['no credentials', changed((detail) => ({ ...detail, credentials: [] }))],
  [
    'a sealed credential for someone else',
    changed((detail) => ({ ...detail, credentials_jwe: 'a.b.c.d.e' })),
  ],
  ['an unknown kind', changed((detail) => ({ ...detail, credentials: [{ name: 'x', kind: 'future' }] }))],
])('C09: a loan with %s is an error, and what was lent is given back', async (_, change) => {
  await using scene = await startScene(({ lender }) => ({ token: lender.lendChanged(change) }));
  const main = await scene.main();
  expect([69, 70]).toContain(main.exitCode);
  expect(main.rawLog).not.toContain(canary);
  expect(main.env).toEqual({});
  expect(scene.lender.lent).toHaveLength(1);
  expect(scene.lender.alive).toEqual([]);
});

test.each([
  [{ 'min-ttl': '20m' }, 'shorter'],
  [{ 'max-ttl': '5m' }, 'longer'],
])('C17: a lease that does not suit %j is given back and the step fails', async (inputs, words) => {
  await using scene = await startScene();
  const main = await scene.main({ inputs });
  expect(main.exitCode).toBe(66);
  expect(main.log).toContain(words);
  expect(main.env).toEqual({});
  expect(scene.lender.alive).toEqual([]);
});

test.each([0, -60])('C17: a lease that ends in %i s has ended: given back, failed', async (seconds) => {
  const over = changed((detail) => ({ ...detail, expires_in: seconds }));
  await using scene = await startScene(({ lender }) => ({ token: lender.lendChanged(over) }));
  const main = await scene.main();
  expect(main.exitCode).toBe(66);
  expect(main.env).toEqual({});
  expect(scene.lender.alive).toEqual([]);
});

const bound = refuse(400, 'invalid_grant', 'token-bound-to-other-key');
test('C18: a replayed ID token is replaced by a fresh one, once', async () => {
  await using scene = await startScene(({ lender }) => ({ token: [bound, lender.lend] }));
  expect(await scene.main()).toMatchObject({ exitCode: 0 });
  expect(new Set(scene.forms('/token').map((form) => form.get('subject_token'))).size).toBe(2);
  await using stubborn = await startScene({ token: bound });
  expect(await stubborn.main()).toMatchObject({ exitCode: 65 });
  expect(stubborn.arrived('/token')).toHaveLength(2);
});

test('C18: where the platform mints no second ID token a replay is final', async () => {
  await using scene = await startScene({ token: bound });
  const env = { MY_TOKEN: idTokenText(scene.server.url) };
  expect(await scene.main({ env, inputs: { 'id-token': 'env:MY_TOKEN' } })).toMatchObject({ exitCode: 65 });
  expect(scene.arrived('/token')).toHaveLength(1);
});

// The real broker, in this process.
let broker: StoredBroker | undefined;
afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

const inputs = { 'broker-url': publicUrl, role: 'deploy-prod' };
const platform = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.actions.githubusercontent.com/token',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
};
type Passing = (request: HttpRequest, pass: () => Promise<HttpAnswer>) => Promise<HttpAnswer>;

/** A job against the real broker, with something between them. */
async function runThrough(between: Passing, options: { skewSeconds?: number } = {}) {
  broker = await StoredBroker.start();
  const { send } = broker;
  const network = (): Transport => (request) =>
    request.url.href.startsWith(publicUrl) ? between(request, () => send(request)) : send(request);
  const clock = new Date(broker.now().getTime() + (options.skewSeconds ?? 0) * 1000);
  using world = new World({ env: platform, send: network, clock });
  const main = await world.main(inputs);
  const whileBorrowed = broker.leases();
  const post = await world.post(main);
  return { main, post, whileBorrowed, afterwards: broker.leases() };
}

test.each([1, 2, 3])('C14: of %i lost answers and the one that came, one lease lives', async (lost) => {
  let left = lost;
  const { main, whileBorrowed, afterwards } = await runThrough(async (_, pass) => {
    const answer = await pass();
    if (left-- > 0) throw new TransportError('reset');
    return answer;
  });
  expect(main.exitCode).toBe(0);
  expect(whileBorrowed).toHaveLength(lost + 1);
  expect(whileBorrowed.filter(({ state }) => state === 'active')).toHaveLength(1);
  expect(afterwards.filter(({ state }) => state === 'active')).toEqual([]);
});

test('C14: when every answer is lost nothing lives on', async () => {
  const { main, whileBorrowed } = await runThrough(async (request, pass) => {
    const answer = await pass();
    if (request.url.pathname === '/token') throw new TransportError('truncated');
    return answer;
  });
  expect(main.exitCode).toBe(69);
  expect(whileBorrowed.length).toBeGreaterThan(0);
  expect(whileBorrowed.filter(({ state }) => state === 'active' || state === 'intent')).toEqual([]);
});

test('C18: a request that someone sends twice on the way is cured by a fresh ID token; one lease lives', async () => {
  let doubled = false;
  const { main, whileBorrowed } = await runThrough(async (_, pass) => {
    if (!doubled) {
      doubled = true;
      await pass();
    }
    return pass();
  });
  expect(main.exitCode).toBe(0);
  expect(whileBorrowed.filter(({ state }) => state === 'active')).toHaveLength(1);
});

test.each([
  [300, '300 s ahead of'],
  [-300, '300 s behind'],
])('C16: a clock that is off by %i s is told of and worked around', async (skewSeconds, words) => {
  const { main, post, whileBorrowed, afterwards } = await runThrough((_, pass) => pass(), { skewSeconds });
  expect(main.exitCode).toBe(0);
  expect(main.annotations).toEqual([expect.objectContaining({ level: 'warning' })]);
  expect(main.annotations[0]?.message).toContain(words);
  // The end is counted from the arrival of the answer, on our clock.
  const ends = new Date(main.outputs['expires-at'] ?? '').getTime();
  const [lease] = whileBorrowed;
  expect(ends - (lease?.expiresAt.getTime() ?? 0)).toBe(skewSeconds * 1000);
  expect(post.log).toContain('given back');
  expect(afterwards.filter(({ state }) => state === 'active')).toEqual([]);
});

test('C16: a broker that finds every time wrong is asked twice', async () => {
  const wrong = faults.answer({
    status: 400,
    headers: { 'content-type': 'application/json', date: new Date().toUTCString() },
    body: '{"error":"invalid_dpop_proof","reason":"proof-time"}',
  });
  await using scene = await startScene({ token: times(9, wrong) });
  const main = await scene.main();
  expect(main.exitCode).toBe(65);
  expect(main.log).toContain('[clock-skew]');
  expect(scene.arrived('/token')).toHaveLength(2);
});
