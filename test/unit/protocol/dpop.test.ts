import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWTPayload } from 'jose';
import { keyBoundAudience, makeProof, makeProofKey, sha256 } from '../../../src/protocol/dpop.ts';

const key = makeProofKey();
const at = new Date('2026-11-20T16:00:00Z');
const url = 'https://broker.example.com/token';

/** By jose, with the key that the proof carries. */
async function read(proof: string): Promise<{ header: Record<string, unknown>; claims: JWTPayload }> {
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: ['Ed25519'],
    currentDate: at,
    maxTokenAge: 60,
  });
  return { header: { ...protectedHeader }, claims: payload };
}

const hash = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('base64url');

describe('a proof', () => {
  test('verifies by jose with the key in its header, which has public members only', async () => {
    const { header, claims } = await read(makeProof(key, { method: 'POST', url, body: 'a=b', at }));
    expect(header).toEqual({
      typ: 'dpop+jwt',
      alg: 'Ed25519',
      jwk: { kty: 'OKP', crv: 'Ed25519', x: expect.stringMatching(/^[\w-]{43}$/) },
    });
    expect(claims).toEqual({
      jti: expect.stringMatching(/^[\w-]{22}$/),
      htm: 'POST',
      htu: url,
      iat: at.getTime() / 1000,
      bh: hash('a=b'),
    });
  });

  test('does not verify when a character of it is changed', async () => {
    const proof = makeProof(key, { method: 'POST', url, body: '', at });
    const [head = '', body = '', signature = ''] = proof.split('.');
    const other = Buffer.from(body, 'base64url').toString().replace('POST', 'PUT');
    const forged = [head, Buffer.from(other).toString('base64url'), signature].join('.');
    await expect(read(forged)).rejects.toThrow('signature verification failed');
  });

  test('covers the body as octets, also the empty one, and none on GET', async () => {
    const bhOf = async (body?: string | Uint8Array) =>
      (await read(makeProof(key, { method: 'POST', url, at, ...(body === undefined ? {} : { body }) })))
        .claims['bh'];
    expect(await bhOf('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');
    expect(await bhOf('ä')).toBe(hash(Buffer.from('ä')));
    expect(await bhOf(new Uint8Array([0, 255]))).toBe(hash(Buffer.from([0, 255])));
    expect(await bhOf()).toBeUndefined();
  });

  test('covers query, access token and nonce exactly when there is one', async () => {
    const more = { query: 'a=1&b', accessToken: 'ecs_token', nonce: 'n-1' };
    const { claims } = await read(makeProof(key, { method: 'GET', url, at, ...more }));
    expect(claims).toMatchObject({ qh: hash('a=1&b'), ath: hash('ecs_token'), nonce: 'n-1' });
    const bare = await read(makeProof(key, { method: 'GET', url, at }));
    expect(Object.keys(bare.claims).sort()).toEqual(['htm', 'htu', 'iat', 'jti']);
  });

  test('is new each time', () => {
    const proofs = [1, 2, 3].map(() => makeProof(key, { method: 'GET', url, at }));
    expect(new Set(proofs).size).toBe(3);
  });
});

describe('a key', () => {
  test('has the thumbprint that jose calculates (RFC 7638)', async () => {
    for (let round = 0; round < 20; round++) {
      const { publicJwk, thumbprint } = makeProofKey();
      expect(thumbprint).toBe(await calculateJwkThumbprint(publicJwk));
      expect(thumbprint).toHaveLength(43);
    }
  });

  test('has the thumbprint of RFC 8037 A.3 where it is the key of that example', async () => {
    const example = { crv: 'Ed25519', kty: 'OKP', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    expect(sha256(JSON.stringify(example))).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
    expect(await calculateJwkThumbprint(example)).toBe(sha256(JSON.stringify(example)));
  });

  test('is another each time', () => {
    expect(makeProofKey().thumbprint).not.toBe(key.thumbprint);
  });

  test('gives its private half to nobody who prints it', () => {
    expect(JSON.stringify(key)).not.toContain('"d"');
  });
});

test('the key-bound audience is the pinned one, a mark and the thumbprint', () => {
  expect(keyBoundAudience('https://b.example/x', 'T')).toBe('https://b.example/x/jkt/T');
});
