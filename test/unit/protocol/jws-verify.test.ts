import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { parseCompactJws } from '../../../src/protocol/compact-jws.ts';
import { signatureHolds } from '../../../src/protocol/jws-verify.ts';

const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
type Algorithm = keyof typeof pairs;
const algorithms = Object.keys(pairs) as Algorithm[];

async function signed(algorithm: Algorithm, alg: string = algorithm): Promise<string> {
  return new SignJWT({ sub: 'x' }).setProtectedHeader({ alg }).sign(pairs[algorithm].privateKey);
}

const holds = (text: string, key: KeyObject, algorithm: string): Promise<boolean> =>
  signatureHolds(parseCompactJws(text, 8192), key, algorithm);

describe.each(algorithms)('a signature by %s', (algorithm) => {
  const { publicKey } = pairs[algorithm];

  test('holds under its key, and under no other', async () => {
    const text = await signed(algorithm);
    expect(await holds(text, publicKey, algorithm)).toBe(true);
    for (const other of algorithms.filter((each) => each !== algorithm)) {
      expect(await holds(text, pairs[other].publicKey, algorithm)).toBe(false);
      expect(await holds(text, pairs[other].publicKey, other)).toBe(false);
    }
  });

  test('covers header and claims, every bit of them', async () => {
    const [header = '', claims = '', signature = ''] = (await signed(algorithm)).split('.');
    const other = Buffer.from('{"sub":"y"}').toString('base64url');
    expect(await holds(`${header}.${other}.${signature}`, publicKey, algorithm)).toBe(false);
    const renamed = Buffer.from(`{"alg":"${algorithm}","kid":"k"}`).toString('base64url');
    expect(await holds(`${renamed}.${claims}.${signature}`, publicKey, algorithm)).toBe(false);
    const octets = Buffer.from(signature, 'base64url');
    for (const short of [octets.subarray(1), octets.subarray(0, -1), Buffer.concat([octets, octets])])
      expect(await holds(`${header}.${claims}.${short.toString('base64url')}`, publicKey, algorithm)).toBe(
        false,
      );
  });
});

test('what the header says decides nothing: a name that is not the key’s fails', async () => {
  expect(await holds(await signed('EdDSA', 'Ed25519'), pairs.EdDSA.publicKey, 'EdDSA')).toBe(false);
  expect(await holds(await signed('EdDSA', 'Ed25519'), pairs.EdDSA.publicKey, 'Ed25519')).toBe(true);
});

test('a private key verifies nothing', async () => {
  expect(await holds(await signed('EdDSA'), pairs.EdDSA.privateKey, 'EdDSA')).toBe(false);
});

test('an ECDSA signature in DER is none (RFC 7518 §3.4)', async () => {
  const [header = '', claims = ''] = (await signed('ES256')).split('.');
  const der = sign('sha256', Buffer.from(`${header}.${claims}`), pairs.ES256.privateKey);
  expect(
    await holds(`${header}.${claims}.${der.toString('base64url')}`, pairs.ES256.publicKey, 'ES256'),
  ).toBe(false);
});

test('an algorithm that nobody verifies is a defect, not an answer', async () => {
  const text = await signed('RS256');
  expect(() => holds(text, pairs.RS256.publicKey, 'none')).toThrow(TypeError);
});

/** What is found out on a thread is not known before the event loop has turned. */
async function isKnownAtOnce(text: string, key: KeyObject): Promise<boolean> {
  let known = false;
  const held = holds(text, key, 'RS256').then((good) => {
    known = true;
    return good;
  });
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  const atOnce = known;
  expect(await held).toBe(true);
  return atOnce;
}

test.each([
  ['as platforms use them is verified where we are', {}, true],
  ['of more bits is verified on a thread', { modulusLength: 3072 }, false],
  ['of another exponent is verified on a thread', { publicExponent: 0x1_0003 }, false],
])('an RSA key %s', async (_, options, atOnce) => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048, ...options });
  const text = await new SignJWT({ sub: 'x' }).setProtectedHeader({ alg: 'RS256' }).sign(pair.privateKey);
  expect(await isKnownAtOnce(text, pair.publicKey)).toBe(atOnce);
  const [header = '', claims = '', signature = ''] = text.split('.');
  const other = `${header}.${claims}.${'A'.repeat(signature.length)}`;
  expect(await holds(other, pair.publicKey, 'RS256')).toBe(false);
});
