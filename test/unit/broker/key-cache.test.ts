import { describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { TransportError, type HttpAnswer, type HttpRequest } from '../../../src/domain/host.ts';
import { KeyCache } from '../../../src/broker/issuers/key-cache.ts';
import { findIssuer } from '../../../src/broker/issuers/registry.ts';
import { testClock, type TestClock } from '../../support/broker/world.ts';

async function jwk(kid: string, changes: JWK = {}): Promise<JWK> {
  const { publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig', ...changes };
}

interface Cache {
  readonly keys: KeyCache;
  readonly clock: TestClock;
  readonly requests: HttpRequest[];
  readonly troubles: string[];
  /** What the issuer answers from now on. */
  answer: (request: HttpRequest) => Promise<HttpAnswer>;
}

function respond(body: unknown, status = 200): () => Promise<HttpAnswer> {
  const octets = typeof body === 'string' ? body : JSON.stringify(body);
  return () => Promise.resolve({ status, headers: {}, body: Buffer.from(octets) });
}

function cache(): Cache {
  const found = findIssuer('github');
  if (typeof found === 'string') throw new Error(found);
  const clock = testClock();
  const requests: HttpRequest[] = [];
  const troubles: string[] = [];
  const made: Cache = {
    clock,
    requests,
    troubles,
    answer: () => Promise.reject(new TransportError('refused')),
    keys: new KeyCache(found.issuer, {
      clock,
      send: (request) => {
        requests.push(request);
        return made.answer(request);
      },
      note: ({ message }) => troubles.push(message),
    }),
  };
  return made;
}

const spare = await jwk('spare');

describe('the keys of an issuer', () => {
  test('come from the pinned address, once for many at a time, without limits being left to the other side', async () => {
    const key = await jwk('a');
    const fresh = cache();
    fresh.answer = respond({ keys: [key] });
    const found = await Promise.all(Array.from({ length: 20 }, () => fresh.keys.find('a')));
    expect(found.every((each) => each?.algorithm === 'RS256')).toBe(true);
    expect(fresh.requests).toHaveLength(1);
    expect(fresh.requests[0]).toMatchObject({ method: 'GET', maxBytes: 262_144 });
    expect(fresh.requests[0]?.url.href).toBe('https://token.actions.githubusercontent.com/.well-known/jwks');
  });

  test('are asked for again at most every 30 seconds, whatever names strangers send', async () => {
    const made = cache();
    made.answer = respond({ keys: [await jwk('a')] });
    for (let stranger = 0; stranger < 100; stranger++)
      expect(await made.keys.find(`x${String(stranger)}`)).toBeUndefined();
    expect(made.requests).toHaveLength(1);
    made.clock.advance(30);
    await made.keys.find('x');
    expect(made.requests).toHaveLength(2);
  });

  test('a new key works at once after the cooldown', async () => {
    const made = cache();
    made.answer = respond({ keys: [await jwk('a')] });
    await made.keys.find('a');
    made.answer = respond({ keys: [await jwk('b')] });
    made.clock.advance(31);
    expect(await made.keys.find('b')).toBeDefined();
    expect(await made.keys.find('a')).toBeUndefined();
  });

  test('a withdrawn key is believed for ten minutes at most', async () => {
    const made = cache();
    made.answer = respond({ keys: [await jwk('a')] });
    await made.keys.find('a');
    made.answer = respond({ keys: [await jwk('b')] });
    made.clock.advance(600);
    expect(await made.keys.find('a')).toBeDefined();
    made.clock.advance(1);
    expect(await made.keys.find('a')).toBeUndefined();
  });

  test.each<[string, () => Promise<HttpAnswer>]>([
    ['is down', () => Promise.reject(new TransportError('refused'))],
    ['answers 500', respond({ keys: [spare] }, 500)],
    ['redirects', respond({ keys: [spare] }, 302)],
    ['sends garbage', respond('<html>')],
    ['sends an empty set', respond({ keys: [] })],
    ['sends only unusable keys', respond({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'a' }] })],
    ['sends a set with a repeated member', respond('{"keys":[],"keys":[]}')],
    [
      'sends more than 50 keys',
      respond({ keys: Array.from({ length: 51 }, (_, n) => ({ ...spare, kid: String(n) })) }),
    ],
  ])(
    'an issuer that %s leaves the old set in force for an hour, with a note; then nothing is believed',
    async (_, trouble) => {
      const made = cache();
      made.answer = respond({ keys: [await jwk('a')] });
      await made.keys.find('a');
      made.answer = trouble;
      made.clock.advance(601);
      expect(await made.keys.find('a')).toBeDefined();
      expect(made.troubles).toHaveLength(1);
      expect(made.troubles[0]).toMatch(
        'the keys of https://token.actions.githubusercontent.com could not be fetched',
      );
      made.clock.advance(3000);
      await expect(made.keys.find('a')).rejects.toMatchObject({
        error: 'temporarily_unavailable',
        reason: 'issuer',
      });
    },
  );

  test('without any set nothing is believed, and a dead issuer is not asked by each request', async () => {
    const made = cache();
    for (let request = 0; request < 10; request++)
      await expect(made.keys.find('a')).rejects.toMatchObject({ reason: 'issuer' });
    expect(made.requests).toHaveLength(1);
  });
});

describe('a key is dropped', () => {
  test.each<[string, () => Promise<JWK>]>([
    ['that is symmetric', () => Promise.resolve({ kty: 'oct', k: 'c2VjcmV0', kid: 'bad', alg: 'HS256' })],
    ['whose exponent is 3', () => jwk('bad', { e: 'Aw' })],
    ['whose exponent is even', () => jwk('bad', { e: 'AQAC' })],
    ['of 1024 bits', () => jwk('bad', { n: Buffer.alloc(128, 0xff).toString('base64url') })],
    ['of 16384 bits', () => jwk('bad', { n: Buffer.alloc(2048, 0xff).toString('base64url') })],
    ['whose number is not canonical', async () => ({ ...(await jwk('bad')), e: 'AQAB==' })],
    ['for encryption', () => jwk('bad', { use: 'enc' })],
    ['for another algorithm', () => jwk('bad', { alg: 'PS256' })],
    ['that may not verify', () => jwk('bad', { key_ops: ['sign'] })],
    [
      'of another type than the issuer signs with',
      async () => ({
        ...(await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)),
        kid: 'bad',
      }),
    ],
    ['without a name', async () => ({ ...(await jwk('bad')), kid: '' })],
  ])('%s', async (_, make) => {
    const made = cache();
    made.answer = respond({ keys: [await make(), await jwk('good')] });
    expect(await made.keys.find('good')).toBeDefined();
    expect(await made.keys.find('bad')).toBeUndefined();
  });

  test('whose name another has too: then both are', async () => {
    const made = cache();
    made.answer = respond({ keys: [await jwk('twin'), await jwk('twin'), await jwk('good')] });
    expect(await made.keys.find('good')).toBeDefined();
    expect(await made.keys.find('twin')).toBeUndefined();
  });
});
