import { checkPrimeSync, generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import type { JWK } from 'jose';
import { readKeySet } from '../../../src/protocol/jwks.ts';
import { hasRocaFingerprint } from '../../../src/protocol/roca.ts';
import { jwk, respond, watchedKeys } from '../../support/broker/key-server.ts';

// Primes are looked for, and the machine may be busy.
jest.setTimeout(120_000);

const good = await jwk('good');

/** The first primes, by trial. */
function firstPrimes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let each = 2n; found.length < count; each++)
    if (found.every((prime) => each % prime !== 0n)) found.push(each);
  return found;
}

/** A prime as Infineon's library made them: k·M + (65537^a mod M), M the product of the first primes. */
function infineonPrime(bits: number, product: bigint): bigint {
  for (;;) {
    let power = 1n;
    for (let exponent = randomBytes(1).readUInt8(); exponent > 0; exponent--)
      power = (power * 65_537n) % product;
    const most = (1n << BigInt(bits)) / product;
    const k = most - 1n - (BigInt(`0x${randomBytes(4).toString('hex')}`) % (most / 4n));
    const candidate = k * product + power;
    if (checkPrimeSync(candidate)) return candidate;
  }
}

/** A modulus of that form: of 2048 bits with the 126 primes of keys of that length, or the 39 of the shortest ones. */
function infineonModulus(primes: number): bigint {
  const product = firstPrimes(primes).reduce((all, prime) => all * prime, 1n);
  return infineonPrime(1024, product) * infineonPrime(1024, product);
}

/** A number of so many bits in which nothing is wrong but its length. */
function unfactored(bits: number): bigint {
  const small = firstPrimes(39);
  let number = (1n << BigInt(bits - 1)) + 1n;
  while (small.some((prime) => number % prime === 0n)) number += 2n;
  return number;
}

function numberOf(text: string): bigint {
  return BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);
}

function textOf(number: bigint): string {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}

describe('B04 ROCA (CVE-2017-15361)', () => {
  test.each([126, 39])('a modulus of %d small primes’ form is known, and no key', async (primes) => {
    const modulus = infineonModulus(primes);
    expect(hasRocaFingerprint(modulus)).toBe(true);
    const set = await readKeySet(
      Buffer.from(JSON.stringify({ keys: [{ ...good, kid: 'bad', n: textOf(modulus) }, good] })),
      ['RS256'],
    );
    expect([...set.keys.keys()]).toEqual(['good']);
    expect(set.dropped).toEqual(['a weak modulus (CVE-2017-15361)']);
  });

  test('no other modulus is taken for one: of keys, and of numbers that fit modulo each prime by itself', () => {
    for (let key = 0; key < 10; key++) {
      const { n = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
        format: 'jwk',
      });
      expect(hasRocaFingerprint(numberOf(n))).toBe(false);
    }
    // 65537^a for another a modulo each prime: what the older test by single primes takes for a weak key.
    const primes = firstPrimes(39);
    const product = primes.reduce((all, prime) => all * prime, 1n);
    const mixed = primes.reduce((sum, prime, index) => {
      const rest = product / prime;
      const inverse = Array.from({ length: Number(prime) }, (_, each) => BigInt(each)).find(
        (each) => (each * rest) % prime === 1n % prime,
      );
      return sum + rest * (inverse ?? 0n) * (65_537n ** BigInt(index % 5) % prime);
    }, 0n);
    expect(hasRocaFingerprint((mixed % product) + product)).toBe(false);
    for (const number of [0n, 1n + product * 2n, product])
      expect(hasRocaFingerprint(number)).toBe(number % product === 1n);
  });
});

describe('B04 a key is dropped', () => {
  const ec = (changes: JWK): Promise<JWK> => jwk('bad', changes, 'ES256');

  test.each<[string, () => Promise<unknown>]>([
    ['that is symmetric', () => Promise.resolve({ kty: 'oct', k: 'c2VjcmV0', kid: 'bad', alg: 'HS256' })],
    ['whose exponent is 1', () => jwk('bad', { e: 'AQ' })],
    ['whose exponent is 3', () => jwk('bad', { e: 'Aw' })],
    ['whose exponent is even', () => jwk('bad', { e: 'AQAC' })],
    [
      'whose exponent is as long as its modulus',
      () => jwk('bad', { e: Buffer.alloc(256, 0xff).toString('base64url') }),
    ],
    ['of 1024 bits', () => jwk('bad', { n: textOf(unfactored(1024)) })],
    ['of 2047 bits', () => jwk('bad', { n: textOf(unfactored(2047)) })],
    ['of 8193 bits', () => jwk('bad', { n: textOf(unfactored(8193)) })],
    [
      'whose modulus has small factors',
      async () => jwk('bad', { n: textOf(numberOf((await jwk('x')).n ?? '') * 3n) }),
    ],
    ['whose number is not canonical', () => jwk('bad', { e: 'AQAB==' })],
    ['whose number is a number', async () => ({ ...(await jwk('bad')), e: 65_537 })],
    ['for encryption', () => jwk('bad', { use: 'enc' })],
    ['for another algorithm', () => jwk('bad', { alg: 'PS256' })],
    ['that may not verify', () => jwk('bad', { key_ops: ['sign'] })],
    ['that is private', () => jwk('bad', { d: 'AAAA' })],
    ['on a curve that is not its algorithm’s', () => ec({ crv: 'P-384' })],
    ['on a curve that nobody knows', () => ec({ crv: 'secp256k1' })],
    ['on no curve at all', () => ec({ y: 'A'.repeat(43) })],
    ['whose coordinate is cut off', () => ec({ x: 'AAAA' })],
    ['that says it is another algorithm’s', () => ec({ alg: 'ES384' })],
    ['without a name', () => jwk('')],
    ['whose name is endless', () => jwk('k'.repeat(257))],
    ['whose name is a number', () => Promise.resolve({ ...good, kid: 7 })],
    ['that is no object', () => Promise.resolve('key')],
  ])('%s', async (_, make) => {
    const set = await readKeySet(Buffer.from(JSON.stringify({ keys: [await make(), good] })), [
      'RS256',
      'ES256',
    ]);
    expect([...set.keys.keys()]).toEqual(['good']);
    expect(set.dropped).toHaveLength(1);
  });

  test('but one of 2048 or of 8192 bits is not', async () => {
    const sizes = [2048, 8192].map((bits) => ({ ...good, kid: String(bits), n: textOf(unfactored(bits)) }));
    const set = await readKeySet(Buffer.from(JSON.stringify({ keys: sizes })), ['RS256']);
    expect([...set.keys.keys()]).toEqual(['2048', '8192']);
  });

  test('whose name another has too: then both are', async () => {
    const twins = { keys: [await jwk('twin'), await jwk('twin'), good] };
    const set = await readKeySet(Buffer.from(JSON.stringify(twins)), ['RS256']);
    expect([...set.keys.keys()]).toEqual(['good']);
    expect(set.dropped).toHaveLength(2);
  });

  test('of a type with which its issuer does not sign', async () => {
    const set = await readKeySet(Buffer.from(JSON.stringify({ keys: [await ec({}), good] })), ['RS256']);
    expect(set.dropped).toEqual(['another type of key']);
  });

  test('and a set of nothing else is none, nor is one of more than 50', async () => {
    const read = (keys: unknown): Promise<unknown> =>
      readKeySet(Buffer.from(JSON.stringify({ keys })), ['RS256']);
    await expect(read([{ ...good, use: 'enc' }])).rejects.toThrow('no usable key (another use)');
    await expect(read(Array.from({ length: 51 }, (_, n) => ({ ...good, kid: String(n) })))).rejects.toThrow(
      '50',
    );
    await expect(read({})).rejects.toThrow('not a key set');
  });

  test('and told to the operator once, until it changes', async () => {
    const made = watchedKeys();
    const weak = await jwk('weak', { e: 'Aw' });
    made.answer = respond({ keys: [good, weak] });
    await made.keys.find('good');
    made.clock.advance(601);
    await made.keys.find('good');
    expect(made.notes).toMatchObject([
      {
        name: 'issuer',
        outcome: 'success',
        message: expect.stringMatching(/1 in use; 1 left out: an unfit exponent$/),
      },
    ]);
    made.answer = respond({ keys: [good] });
    made.clock.advance(601);
    await made.keys.find('good');
    made.clock.advance(601);
    await made.keys.find('good');
    expect(made.notes).toHaveLength(2);
    expect(made.notes[1]?.message).toMatch(/1 in use$/);
  });
});
