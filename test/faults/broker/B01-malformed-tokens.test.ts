import { afterAll, beforeAll, describe, test, expect } from '@jest/globals';
import { base64url } from 'jose';
import { makeProof } from '../../../src/protocol/dpop.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { publicUrl } from '../../support/broker/test-broker.ts';
import { startWatchedBroker, type WatchedBroker } from '../../support/broker/watched-broker.ts';
import type { Segments } from '../../support/issuer.ts';

let broker: WatchedBroker;
let job: Borrower;

beforeAll(async () => {
  broker = await startWatchedBroker();
  job = new Borrower(broker);
});

afterAll(() => broker.stop());

const inHeader =
  (member: string) =>
  ({ header, claims }: Segments): Segments => ({ header: header.replace('{', `{${member},`), claims });
const inClaims =
  (member: string) =>
  ({ header, claims }: Segments): Segments => ({ header, claims: claims.replace('{', `{${member},`) });
const malformed = {
  status: 400,
  body: {
    error: 'invalid_grant',
    error_description: expect.stringMatching('the ID token is malformed') as unknown,
  },
};

describe('B01 an ID token is refused before any cryptography, although its signature holds,', () => {
  test.each<[string, (segments: Segments) => Segments]>([
    ['with alg twice', inHeader('"alg":"none"')],
    ['with a claim twice', inClaims('"repository_id":"1"')],
    ['with a claim twice, once written otherwise', inClaims('"repository_\\u0069d":"1"')],
    ['with a member twice deep in a claim', inClaims('"x":{"y":[{"z":1,"z":2}]}')],
    ['with __proto__', inClaims('"__proto__":{"ref":"refs/heads/main"}')],
    ['with crit', inHeader('"crit":["exp"]')],
    ['with b64', inHeader('"b64":false')],
    ['with zip', inHeader('"zip":"DEF"')],
    ['with enc', inHeader('"enc":"A256GCM"')],
    ['with an endless number', inClaims('"x":1e999')],
    ['with half a character', inClaims('"x":"\\ud800"')],
    ['nested a thousand levels', inClaims(`"x":${'['.repeat(1000)}${']'.repeat(1000)}`)],
    ['whose claims are a list', ({ header, claims }) => ({ header, claims: `[${claims}]` })],
    ['whose claims have a byte order mark', ({ header, claims }) => ({ header, claims: `\uFEFF${claims}` })],
    ['with something after its claims', ({ header, claims }) => ({ header, claims: `${claims}{}` })],
  ])('%s', async (_, segments) => {
    await broker.expectRefused(() => job.borrow({ token: { segments } }), malformed);
  });
});

/** The last character of base64url may hold bits that belong to no octet. */
function withStrayBits(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.slice(-1));
  return token.slice(0, -1) + (alphabet[last + 1] ?? 'A');
}

describe('B01 an ID token is refused before any cryptography', () => {
  test.each<[string, (token: string) => string]>([
    ['of 17 kB', (token) => token + 'A'.repeat(17 * 1024)],
    ['of two segments', (token) => token.split('.').slice(0, 2).join('.')],
    ['of four segments', (token) => `${token}.AAAA`],
    ['of five segments, a JWE', (token) => `${token}.AAAA.AAAA`],
    ['with padding', (token) => `${token}==`],
    ['with spaces', (token) => token.replace('.', ' .')],
    ['with a line break at its end', (token) => `${token}\n`],
    ['with stray bits', withStrayBits],
    ['in the other base64', (token) => token.replaceAll('_', '/').replaceAll('-', '+')],
    ['without a signature', (token) => token.slice(0, token.lastIndexOf('.') + 1)],
    ['that is nothing but dots', () => '.'.repeat(16_000)],
  ])('%s', async (_, change) => {
    const usual = await job.idToken();
    const token = change(usual);
    if (token === usual) throw new Error('nothing was changed');
    await broker.expectRefused(() => job.borrow({ idToken: token }), malformed);
  });

  test('and one that is altogether missing', async () => {
    const expected = { status: 400, body: { error: 'invalid_request' } };
    await broker.expectRefused(() => job.borrow({ form: { subject_token: undefined } }), expected);
  });
});

describe('B01 the proof is held to the same', () => {
  test.each<[string, (proof: string) => string]>([
    ['five segments', (proof) => `${proof}.AAAA.AAAA`],
    ['padding', (proof) => `${proof}=`],
    ['an address of its key', (proof) => withHeader(proof, '"jku":"https://evil.example.com"')],
    ['a chain of certificates', (proof) => withHeader(proof, '"x5c":["MIIB"]')],
    ['crit', (proof) => withHeader(proof, '"crit":[]')],
    ['a key that stands there twice', (proof) => withHeader(proof, '"jwk":{}')],
    [
      'a private key',
      (proof) => withHeader(proof, '"x":1').replace(/^[^.]+/, (text) => withPrivateKey(text)),
    ],
  ])('%s', async (_, change) => {
    const proof = change(
      makeProof(job.key, {
        method: 'POST',
        url: `${publicUrl}/token`,
        body: '',
        at: broker.world.clock.now(),
      }),
    );
    const answer = await broker.expectRefused(() => job.borrow({ request: { proof } }), {
      status: 400,
      body: { error: 'invalid_dpop_proof' },
    });
    expect(answer.body['error_description']).toMatch(/malformed|private key/);
  });

  test('5 kB of it are too much of a header, 70 kB too much of a body', async () => {
    const long = { status: 431, body: { error: 'invalid_request' } };
    await broker.expectRefused(() => job.borrow({ request: { proof: 'A'.repeat(5000) } }), long);
    const large = { status: 413, body: { error: 'invalid_request' } };
    await broker.expectRefused(() => job.borrow({ form: { padding: 'A'.repeat(70_000) } }), large);
  });
});

function withHeader(token: string, member: string): string {
  const [header = '', ...rest] = token.split('.');
  const json = new TextDecoder().decode(base64url.decode(header));
  return [base64url.encode(json.replace('{', `{${member},`)), ...rest].join('.');
}

function withPrivateKey(header: string): string {
  const json = new TextDecoder().decode(base64url.decode(header));
  return base64url.encode(json.replace('"kty"', '"d":"AAAA","kty"'));
}
