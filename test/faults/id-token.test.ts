import { expect, test } from '@jest/globals';
import type { Transport } from '../../src/domain/host.ts';
import * as faults from '../support/faults.ts';
import type { Behaviour } from '../support/faulty-server.ts';
import { idTokenText, mintIdToken, type IdTokenChanges } from '../support/lender.ts';
import { startJob, type JobOptions } from '../support/runner.ts';
import { mainDoor, startScene } from '../support/scene.ts';

/** Stands in bodies that nobody may repeat. */
const canary = 'canary-in-the-body';

const fork = {
  pull_request: {
    head: { repo: { full_name: 'stranger/octo-repo' } },
    base: { repo: { full_name: 'octo-org/octo-repo' } },
  },
};

test.each<[string, JobOptions['github'], string, string]>([
  ['without the permission', {}, 'id-token-permission-missing', 'permissions: { id-token: write }'],
  ['of a fork', { eventName: 'pull_request', event: fork }, 'id-token-untrusted-event', 'from a fork'],
  ['of Dependabot', { actor: 'dependabot[bot]' }, 'id-token-untrusted-event', 'by Dependabot'],
])('C01: a run %s gets no ID token, is told why, and ends with 64', async (_, github, code, words) => {
  await using scene = await startScene();
  await using job = startJob(github === undefined ? {} : { github });
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  expect(main.exitCode).toBe(64);
  expect(main.annotations[0]?.message).toContain(`[${code}]`);
  expect(main.annotations[0]?.message).toContain(words);
  expect(scene.server.requests).toHaveLength(0);
});

test.each([401, 403, 404])('C02: %i from the ID-token endpoint is final and ends with 65', async (code) => {
  await using scene = await startScene({ idToken: faults.status(code) });
  const main = await scene.main();
  expect(main.exitCode).toBe(65);
  expect(main.log).toContain('[id-token-refused]');
  expect(scene.server.requests).toHaveLength(1);
});

test.each([408, 425, 429, 500, 502, 503, 504, 522])(
  'C03: %i from the ID-token endpoint is tried again',
  async (code) => {
    await using scene = await startScene({ idToken: [faults.status(code), mintIdToken()] });
    expect(await scene.main()).toMatchObject({ exitCode: 0 });
  },
);

test('C03: an endpoint that stays busy is asked six times and not once more', async () => {
  await using scene = await startScene({ idToken: faults.status(503) });
  const main = await scene.main();
  expect(main.exitCode).toBe(75);
  expect(scene.arrived('/id-token')).toHaveLength(6);
});

test('C03: Retry-After is waited for', async () => {
  await using scene = await startScene({ idToken: [faults.status(429, 7), mintIdToken()] });
  const main = await scene.main();
  expect(main.exitCode).toBe(0);
  expect(main.passedMs).toBe(7000);
  expect(main.log).toContain('Trying again in 7 s');
});

test('C03: a Retry-After that is a date counts from the time of the server, whatever ours is', async () => {
  const serverTime = new Date(Date.now() - 3_600_000);
  const busy = faults.answer({
    status: 503,
    headers: {
      date: serverTime.toUTCString(),
      'retry-after': new Date(serverTime.getTime() + 5000).toUTCString(),
    },
  });
  await using scene = await startScene({ idToken: [busy, mintIdToken()] });
  const main = await scene.main();
  expect(main.exitCode).toBe(0);
  expect(main.passedMs).toBeGreaterThan(4000);
  expect(main.passedMs).toBeLessThanOrEqual(5000);
});

test('C03: a Retry-After beyond the budget ends the run at once', async () => {
  await using scene = await startScene({ idToken: faults.status(503, 3600) });
  const main = await scene.main();
  expect(main.exitCode).toBe(75);
  expect(main.passedMs).toBe(0);
  expect(scene.arrived('/id-token')).toHaveLength(1);
});

test('C05: an ID-token endpoint that never answers ends with 75 within its 60 seconds', async () => {
  await using scene = await startScene(({ silence }) => ({ idToken: silence }));
  const main = await scene.main();
  expect(main.exitCode).toBe(75);
  expect(main.passedMs).toBeLessThanOrEqual(60_000);
});

const value = idTokenText('https://elsewhere.example');
test.each<[string, Behaviour, string]>([
  ['malformed JSON', faults.rawJson(`{"value":"${canary}`), 'answer-invalid'],
  ['a page of HTML', faults.signInPage, 'answer-invalid'],
  [
    'another content type',
    faults.answer({ headers: { 'content-type': 'text/plain' }, body: canary }),
    'answer-invalid',
  ],
  ['a byte order mark', faults.markedJson({ value }), 'answer-invalid'],
  ['a member twice', faults.rawJson(`{"value":"${canary}","v\\u0061lue":"x"}`), 'answer-invalid'],
  ['a __proto__', faults.rawJson(`{"__proto__":{"value":"${canary}"}}`), 'answer-invalid'],
  ['an array', faults.json([canary]), 'answer-invalid'],
  ['a value that is no text', faults.json({ value: [canary] }), 'answer-invalid'],
  [
    'octets that are not UTF-8',
    faults.rawJson(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])),
    'answer-invalid',
  ],
  ['nothing', faults.rawJson(''), 'answer-invalid'],
  ['a value that is no token', faults.json({ value: canary }), 'id-token-mismatch'],
  ['a token of broken parts', faults.json({ value: `${canary}.${canary}.x` }), 'id-token-mismatch'],
])('C09: %s in place of an ID token is a typed error that repeats nothing', async (_, idToken, code) => {
  await using scene = await startScene({ idToken });
  const main = await scene.main();
  expect(main.log).toContain(`[${code}]`);
  expect(main.rawLog + main.summary).not.toContain(canary);
  expect(scene.server.requests).toHaveLength(1);
});

const anHourAgo = new Date(Date.now() - 3_600_000);
test.each<[string, IdTokenChanges]>([
  ['for another audience', { claims: { aud: 'https://other.example' } }],
  ['for several audiences', { claims: { aud: ['https://broker.example.com'] } }],
  ['of no issuer', { claims: { iss: undefined } }],
  ['of an issuer that is no URL', { claims: { iss: 'me' } }],
  ['without an end', { claims: { exp: undefined } }],
  ['whose end is no number', { claims: { exp: '9999999999' } }],
  ['that ended an hour ago', { at: anHourAgo }],
  ['of 20 KiB', { claims: { padding: 'x'.repeat(20 * 1024) } }],
])('C10: an ID token %s is sent nowhere and ends with 65', async (_, changes) => {
  await using scene = await startScene({ idToken: mintIdToken(changes) });
  const main = await scene.main();
  expect(main.exitCode).toBe(65);
  expect(main.log).toContain('[id-token-mismatch]');
  expect(scene.arrived('/token')).toHaveLength(0);
});

test('C10: GitHub’s endpoint is believed for no issuer but GitHub’s own', async () => {
  const answering =
    (iss: string) =>
    (): Transport =>
    ({ url }) => {
      const token = idTokenText(url.searchParams.get('audience') ?? '', { claims: { iss } });
      const body = Buffer.from(JSON.stringify({ value: token }));
      return Promise.resolve({ status: 200, headers: { 'content-type': 'application/json' }, body });
    };
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://run.actions.githubusercontent.com/token' };
  await using scene = await startScene();
  const main = await scene.main({
    env,
    send: answering('https://token.actions.githubusercontent.com.evil.example'),
  });
  expect(main.exitCode).toBe(65);
  expect(main.log).toContain('names another issuer');
});

test('C11: an audience with &, #, + and % arrives as it is', async () => {
  const audience = 'https://a.example/x?b=c&audience=d#e+f%0d%0a ü';
  await using scene = await startScene();
  expect(await scene.main({ inputs: { audience, binding: 'none' } })).toMatchObject({ exitCode: 0 });
  const asked = new URL(scene.arrived('/id-token')[0]?.path ?? '', scene.server.url).searchParams;
  expect([...asked]).toEqual([
    ['api-version', '2.0'],
    ['audience', audience],
  ]);
});

test.each([
  ['audience', 'https://a.example\r\nX-Evil: 1'],
  ['broker-url', 'https://a.example\r\n/x'],
  ['role', 'deploy\r\n&role=admin'],
  ['ttl', '15m\n1h'],
])('C11: line breaks in the input %s are refused before anything is sent', async (name, text) => {
  await using scene = await startScene();
  const main = await scene.main({ inputs: { [name]: text } });
  expect(main.exitCode).toBe(64);
  expect(main.log).toContain(`The input \`${name}\``);
  expect(scene.server.requests).toHaveLength(0);
});

test('C11: roles one a line may end in CRLF', async () => {
  await using scene = await startScene();
  expect(await scene.main({ inputs: { role: 'A=one\r\nB=two\r\n' } })).toMatchObject({ exitCode: 0 });
  expect(scene.lender.lent.map(({ role }) => role)).toEqual(['one', 'two']);
});

test('C03: the whole budget holds although requests and backoff share it', async () => {
  await using scene = await startScene(({ silence }) => ({ idToken: silence }));
  const main = await scene.main({ inputs: { timeout: '25s' } });
  expect(main.exitCode).toBe(75);
  expect(main.passedMs).toBeLessThanOrEqual(25_000);
});
