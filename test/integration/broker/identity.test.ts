import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { base64url, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { keyBoundAudience } from '../../../src/protocol/dpop.ts';
import { Borrower, type Answer } from '../../support/broker/borrower.ts';
import { publicUrl, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import { makeIssuer, type TokenOptions } from '../../support/issuer.ts';

let broker: TestBroker;
let folder: string;
let job: Borrower;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ec-identity-'));
  broker = await startTestBroker({ storePath: join(folder, 'broker.db') });
  job = new Borrower(broker);
  expect((await job.borrow()).status).toBe(200);
});

afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true });
});

/** The write-ahead log grows with every write to the store, and only then. */
function writtenBytes(): number {
  return statSync(join(folder, 'broker.db-wal')).size;
}

async function expectRefused(ask: () => Promise<Answer>, expected: Record<string, unknown>): Promise<void> {
  const before = writtenBytes();
  const answer = await ask();
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant', ...expected } });
  expect(writtenBytes()).toBe(before);
}

const seconds = (claim: number): number => Math.floor(broker.world.clock.now().getTime() / 1000) + claim;

describe('an ID token is refused before anything is written', () => {
  test.each<[string, () => TokenOptions, string | undefined]>([
    [
      'from an issuer that is not ours',
      () => ({ claims: { iss: 'https://evil.example.com' } }),
      'issuer-unknown',
    ],
    ['whose issuer has a slash more', () => ({ claims: { iss: `${broker.github.url}/` } }), 'issuer-unknown'],
    ['whose issuer is a list', () => ({ claims: { iss: [broker.github.url] } }), 'issuer-unknown'],
    ['without an issuer', () => ({ claims: { iss: undefined } }), 'issuer-unknown'],
    ['that names no key', () => ({ header: { kid: undefined } }), 'signature'],
    ['that names an unknown key', () => ({ header: { kid: '../../etc/passwd' } }), 'signature'],
    ['of another type', () => ({ header: { typ: 'at+jwt' } }), 'signature'],
    ['for the bare audience', () => ({ audience: publicUrl }), 'audience-mismatch'],
    [
      'for another broker',
      () => ({ audience: keyBoundAudience('https://other.example', job.key.thumbprint) }),
      'audience-mismatch',
    ],
    [
      'for a list of audiences',
      () => ({ claims: { aud: [keyBoundAudience(publicUrl, job.key.thumbprint)] } }),
      'audience-mismatch',
    ],
    [
      'with something after the audience',
      () => ({ audience: `${keyBoundAudience(publicUrl, job.key.thumbprint)}x` }),
      'token-bound-to-other-key',
    ],
    [
      'bound to another key',
      () => ({ audience: keyBoundAudience(publicUrl, 'a'.repeat(43)) }),
      'token-bound-to-other-key',
    ],
    ['without an audience', () => ({ claims: { aud: undefined } }), 'audience-mismatch'],
    ['that has expired', () => ({ claims: { exp: seconds(-31) } }), 'token-expired'],
    ['without an end', () => ({ claims: { exp: undefined } }), undefined],
    ['whose end is text', () => ({ claims: { exp: '9999999999' } }), undefined],
    ['whose end is beyond all dates', () => ({ claims: { exp: 1e300 } }), undefined],
    ['from the future', () => ({ claims: { iat: seconds(31), nbf: seconds(0) } }), undefined],
    ['that is not valid yet', () => ({ claims: { nbf: seconds(31) } }), undefined],
    ['older than ten minutes', () => ({ claims: { iat: seconds(-631) } }), 'token-too-old'],
    ['without a time of issue', () => ({ claims: { iat: undefined } }), undefined],
    ['without a jti', () => ({ claims: { jti: undefined } }), undefined],
    ['with an endless jti', () => ({ claims: { jti: 'x'.repeat(257) } }), undefined],
    ['without a subject', () => ({ claims: { sub: undefined } }), undefined],
    ['without a run', () => ({ claims: { run_id: undefined } }), undefined],
    ['whose run is no number', () => ({ claims: { run_id: '1/run_attempt=2' } }), undefined],
  ])('%s', async (_, options, reason) => {
    const token = options();
    await expectRefused(() => job.borrow({ token }), reason === undefined ? {} : { reason });
  });

  test('signed by another key of the same name', async () => {
    const impostor = await makeIssuer();
    const own = await job.idToken();
    const [header = ''] = own.split('.');
    const { kid } = JSON.parse(new TextDecoder().decode(base64url.decode(header))) as { kid: string };
    const idToken = await impostor.mint({
      audience: keyBoundAudience(publicUrl, job.key.thumbprint),
      at: broker.world.clock.now(),
      header: { kid },
    });
    await expectRefused(() => job.borrow({ idToken }), { reason: 'signature' });
  });

  test('that brings its own key', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = await exportJWK(publicKey);
    const { payload } = split(await job.idToken());
    const idToken = await new SignJWT(payload)
      .setProtectedHeader({
        alg: 'RS256',
        kid: 'own',
        jwk,
        jku: 'https://evil.example.com/jwks',
        x5u: 'https://evil.example.com',
      })
      .sign(privateKey);
    await expectRefused(() => job.borrow({ idToken }), {});
    expect(broker.world.fetched.every((url) => url.startsWith(broker.github.url))).toBe(true);
  });

  test.each([
    ['alg none', { alg: 'none' }],
    ['HS256 with the public key as secret', { alg: 'HS256' }],
    ['an algorithm that the issuer does not use', { alg: 'ES256' }],
  ])('that claims %s', async (_, change) => {
    const { header, text } = split(await job.idToken());
    const idToken = [encode({ ...header, ...change }), text[1], text[2]].join('.');
    await expectRefused(() => job.borrow({ idToken }), { reason: 'signature' });
  });

  test.each<[string, (token: string) => string]>([
    ['two segments', (token) => token.split('.').slice(0, 2).join('.')],
    ['five segments, like a JWE', (token) => `${token}.e30.e30`],
    ['padding', (token) => `${token}==`],
    ['white space', (token) => token.replace('.', '. ')],
    [
      'stray bits at its end',
      (token) =>
        token.slice(0, -1) +
        (token.endsWith('A') ? 'B' : token.endsWith('Q') ? 'R' : token.endsWith('g') ? 'h' : 'x'),
    ],
    ['an empty signature', (token) => token.replace(/[^.]+$/, '')],
    ['17 kB', (token) => token + 'A'.repeat(17 * 1024)],
    [
      'a header that repeats alg',
      (token) => replaceHeader(token, (json) => json.replace('{', '{"alg":"RS256",')),
    ],
    ['a header with crit', (token) => replaceHeader(token, (json) => json.replace('{', '{"crit":["exp"],'))],
    ['a header with b64', (token) => replaceHeader(token, (json) => json.replace('{', '{"b64":false,'))],
    ['a header with zip', (token) => replaceHeader(token, (json) => json.replace('{', '{"zip":"DEF",'))],
    [
      'claims that stand there twice',
      (token) => replaceClaims(token, (json) => json.replace('{', '{"ref":"refs/heads/main",')),
    ],
    [
      'a changed claim',
      (token) => replaceClaims(token, (json) => json.replace('refs/heads/main', 'refs/heads/evil')),
    ],
  ])('with %s', async (_, change) => {
    const idToken = change(await job.idToken({ claims: { ref: 'refs/heads/main' } }));
    await expectRefused(() => job.borrow({ idToken }), {});
  });

  test('in an algorithm that its issuer does not use, without the issuer being asked for its keys', async () => {
    const fresh = await startTestBroker();
    const borrower = new Borrower(fresh);
    const { header, text } = split(await borrower.idToken());
    const idToken = [encode({ ...header, alg: 'ES256' }), text[1], text[2]].join('.');
    expect((await borrower.borrow({ idToken })).body['reason']).toBe('signature');
    expect(fresh.world.fetched).toEqual([]);
    await fresh.stop();
  });

  test('of a stranger, who learns no more than one who is refused', async () => {
    const before = writtenBytes();
    const answer = await job.borrow({ token: { claims: { repository_id: '999' } } });
    expect(answer).toMatchObject({ status: 403, body: { error: 'access_denied', reason: 'denied' } });
    expect(writtenBytes()).toBe(before);
  });
});

describe('an ID token', () => {
  test('is not taken twice where the platform mints a fresh one', async () => {
    const borrower = new Borrower(broker);
    const claims = { check_run_id: '77' };
    const idToken = await borrower.idToken({ claims });
    expect((await borrower.borrow({ idToken })).status).toBe(200);
    const again = await borrower.borrow({ idToken });
    expect(again.body).toMatchObject({ error: 'invalid_grant' });
    expect(again.body['error_description']).toMatch('used before');
  });

  test('with another key’s proof is useless', async () => {
    const idToken = await job.idToken();
    const thief = new Borrower(broker);
    const answer = await thief.borrow({ idToken });
    expect(answer.body).toMatchObject({ error: 'invalid_grant', reason: 'token-bound-to-other-key' });
  });

  test('30 seconds past its end or ahead of its time is still taken, since clocks differ', async () => {
    const late = new Borrower(broker);
    expect((await late.borrow({ token: { claims: { exp: seconds(-29), check_run_id: '78' } } })).status).toBe(
      200,
    );
    const early = new Borrower(broker);
    const claims = { iat: seconds(29), nbf: seconds(29), check_run_id: '79' };
    expect((await early.borrow({ token: { claims } })).status).toBe(200);
  });
});

function split(token: string): { header: object; payload: Record<string, unknown>; text: string[] } {
  const text = token.split('.');
  const read = (part = ''): Record<string, unknown> =>
    JSON.parse(new TextDecoder().decode(base64url.decode(part))) as Record<string, unknown>;
  return { header: read(text[0]), payload: read(text[1]), text };
}

function encode(value: object): string {
  return base64url.encode(JSON.stringify(value));
}

function replaceHeader(token: string, change: (json: string) => string): string {
  return replaceSegment(token, 0, change);
}

function replaceClaims(token: string, change: (json: string) => string): string {
  return replaceSegment(token, 1, change);
}

function replaceSegment(token: string, index: number, change: (json: string) => string): string {
  const segments = token.split('.');
  segments[index] = base64url.encode(
    change(new TextDecoder().decode(base64url.decode(segments[index] ?? ''))),
  );
  return segments.join('.');
}
