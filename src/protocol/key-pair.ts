import { createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

/** A new key, and the public half as RFC 8037 §2 writes it. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly x: string;
}

// `jwk` is documented for this call as for `export`; the types know it for `export` only.
const generate = generateKeyPairSync as unknown as (
  type: string,
  options: object,
) => { privateKey: JsonWebKey };

/**
 * Makes an Ed25519 or X25519 key (RFC 8037).
 *
 * By way of its JWK: in Node 20 a key as `generateKeyPairSync` hands it out shares a lock with the job that made it,
 * `export({ format: 'jwk' })` holds that lock while it allocates, and if just then the garbage collector takes the job,
 * the process waits for itself for ever. A key read back has a lock of its own.
 */
export function makeKeyPair(type: 'ed25519' | 'x25519'): KeyPair {
  const encoding = { format: 'jwk' };
  const { privateKey: jwk } = generate(type, { publicKeyEncoding: encoding, privateKeyEncoding: encoding });
  return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), x: jwk.x ?? '' };
}
