import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import { makeKeyPair } from './key-pair.ts';

/** A key of one process or one job, and its public half as RFC 9449 §4.2 puts it into a proof. */
export interface ProofKey {
  readonly privateKey: KeyObject;
  readonly publicJwk: JWK;
  /** RFC 7638 thumbprint, SHA-256, base64url: 43 characters. */
  readonly thumbprint: string;
}

/** What a proof speaks for. */
export interface ProofTarget {
  readonly method: string;
  /** The endpoint without query and fragment, as the server is configured to see it. */
  readonly url: string;
  /** The octets after `?`, when the target has a query. */
  readonly query?: string;
  /** The content octets; a POST without content has an empty body. Absent on GET. */
  readonly body?: string | Uint8Array;
  /** The token that the request presents, where it presents one. */
  readonly accessToken?: string;
  readonly nonce?: string;
  readonly at: Date;
}

/** Makes an Ed25519 key for one job (RFC 8037). */
export function makeProofKey(): ProofKey {
  const { privateKey, x } = makeKeyPair('ed25519');
  return proofKey(privateKey, x);
}

/** @param x the public half of an Ed25519 key as RFC 8037 §2 writes it */
export function proofKey(privateKey: KeyObject, x: string): ProofKey {
  // RFC 8037 §2: crv, kty and x, in this order.
  const thumbprint = sha256(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }));
  return { privateKey, publicJwk: { kty: 'OKP', crv: 'Ed25519', x }, thumbprint };
}

/**
 * Signs a DPoP proof (RFC 9449 §4.2) with the body and query hashes of PROTOCOL.md: a compact JWS (RFC 7515 §7.1), by
 * node:crypto, since the first use of Web Crypto loads for milliseconds what a usual run needs for nothing else.
 */
export function makeProof(key: ProofKey, target: ProofTarget): string {
  const header = { typ: 'dpop+jwt', alg: 'Ed25519', jwk: key.publicJwk };
  const claims = {
    jti: randomBytes(16).toString('base64url'),
    htm: target.method,
    htu: target.url,
    ...(target.body === undefined ? {} : { bh: sha256(target.body) }),
    ...(target.query === undefined ? {} : { qh: sha256(target.query) }),
    ...(target.accessToken === undefined ? {} : { ath: sha256(target.accessToken) }),
    ...(target.nonce === undefined ? {} : { nonce: target.nonce }),
    iat: Math.floor(target.at.getTime() / 1000),
  };
  const signed = `${segment(header)}.${segment(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key.privateKey).toString('base64url')}`;
}

function segment(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

/** Base64url without padding of the SHA-256: `bh`, `qh`, `ath`, and the hash of a revocation handle. */
export function sha256(octets: string | Uint8Array): string {
  return createHash('sha256').update(octets).digest('base64url');
}

/** The audience that binds an ID token to a key (PROTOCOL.md, Binding the ID token to a key). */
export function keyBoundAudience(audience: string, thumbprint: string): string {
  return `${audience}/jkt/${thumbprint}`;
}
