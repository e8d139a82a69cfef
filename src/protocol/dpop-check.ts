import { createPublicKey, type KeyObject } from 'node:crypto';
import { decodeBase64url } from './base64url.ts';
import { MalformedJws, parseCompactJws, type CompactJws } from './compact-jws.ts';
import { sha256 } from './dpop.ts';
import { isObject, member } from './json.ts';
import { signatureHolds } from './jws-verify.ts';
import { isLowOrder } from './low-order.ts';

/** The algorithms a proof may have; the two names of Ed25519 are one (RFC 9864). */
export const proofAlgorithms = ['Ed25519', 'EdDSA', 'ES256'] as const;

/** The longest DPoP header, in characters. */
export const longestProof = 4096;
const longestJti = 256;
/** How far the proof's time may lie from ours, in seconds, either way. */
const proofAgeSeconds = 60;

/** What the request that carries the proof really is. */
export interface ProofExpectation {
  readonly method: string;
  /** The endpoint under each public URL that is configured; `htu` must be one of them, byte for byte. */
  readonly urls: readonly string[];
  /** The octets after `?`, when the target has one. */
  readonly query?: string;
  /** The content as it was received. Absent on GET. */
  readonly body?: Uint8Array;
  readonly bodyHash: 'required' | 'optional';
  /** The token that the request presents, where it presents one. */
  readonly accessToken?: string;
  readonly now: Date;
}

/** A proof that holds: who signed, for which of our URLs, and the number that may be used once. */
export interface CheckedProof {
  readonly thumbprint: string;
  readonly url: string;
  readonly jti: string;
  /** The server’s nonce that it claims to answer; nothing about it is checked here. */
  readonly nonce?: string;
}

export type ProofReason = 'proof-time' | 'proof-body' | 'proof-target';

/** A proof that does not hold. The message may be told to the caller: it speaks of the caller's own proof. */
export class ProofError extends Error {
  readonly reason: ProofReason | undefined;

  constructor(message: string, reason?: ProofReason) {
    super(message);
    this.name = 'ProofError';
    this.reason = reason;
  }
}

/** The proof taken apart, before any cryptography. @throws ProofError */
export function parseProof(text: string): CompactJws {
  try {
    return parseCompactJws(text, longestProof, 'own-key');
  } catch (error) {
    if (error instanceof MalformedJws) throw new ProofError(`the DPoP proof is malformed: ${error.message}`);
    throw error;
  }
}

/**
 * Checks a DPoP proof as RFC 9449 §4.3 lists it, and the body and query hashes of PROTOCOL.md (The proof). That its
 * `jti` is new is for the caller to see, in the same transaction as everything else.
 * @throws ProofError
 */
export async function checkProof(proof: CompactJws, expected: ProofExpectation): Promise<CheckedProof> {
  const jwk = publicKeyOf(proof);
  const key = importKey(jwk);
  if (member(proof.header, 'typ') !== 'dpop+jwt') throw new ProofError('the proof’s typ is not dpop+jwt');
  const { claims } = proof;
  const url = member(claims, 'htu');
  if (member(claims, 'htm') !== expected.method)
    throw new ProofError('the proof is for another method', 'proof-target');
  if (typeof url !== 'string' || !expected.urls.includes(url))
    throw new ProofError('the proof is for another URL', 'proof-target');
  checkTime(claims, expected.now);
  checkHashes(claims, expected);
  const jti = member(claims, 'jti');
  if (typeof jti !== 'string' || jti === '' || jti.length > longestJti)
    throw new ProofError('the proof has no usable jti');
  const nonce = member(claims, 'nonce');
  if (nonce !== undefined && typeof nonce !== 'string') throw new ProofError('the proof’s nonce is no text');
  if (!(await signatureHolds(proof, key, proof.algorithm)))
    throw new ProofError('the proof’s signature does not verify');
  return { thumbprint: thumbprintOf(jwk), url, jti, ...(nonce === undefined ? {} : { nonce }) };
}

/** In the order of RFC 7638 §3.2, so that its JSON is what the thumbprint is made of. */
type ProofJwk =
  | { readonly crv: 'Ed25519'; readonly kty: 'OKP'; readonly x: string }
  | { readonly crv: 'P-256'; readonly kty: 'EC'; readonly x: string; readonly y: string };

function thumbprintOf(jwk: ProofJwk): string {
  return sha256(JSON.stringify(jwk));
}

/** The key in the header: public members only, of the type that the algorithm wants. */
function publicKeyOf(proof: CompactJws): ProofJwk {
  const jwk = member(proof.header, 'jwk');
  if (!isObject(jwk)) throw new ProofError('the proof carries no key');
  for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) {
    if (Object.hasOwn(jwk, name)) throw new ProofError('the proof carries a private key');
  }
  const kty = member(jwk, 'kty');
  const crv = member(jwk, 'crv');
  const x = coordinate(jwk, 'x');
  switch (proof.algorithm) {
    case 'Ed25519':
    case 'EdDSA':
      if (kty === 'OKP' && crv === 'Ed25519') return { crv, kty, x: refuseLowOrder(x) };
      break;
    case 'ES256':
      if (kty === 'EC' && crv === 'P-256') return { crv, kty, x, y: coordinate(jwk, 'y') };
      break;
    default:
      throw new ProofError(`the proof’s algorithm is not one of ${proofAlgorithms.join(', ')}`);
  }
  throw new ProofError('the proof’s algorithm does not fit its key');
}

function coordinate(jwk: Record<string, unknown>, name: string): string {
  const text = member(jwk, name);
  if (typeof text !== 'string' || decodeBase64url(text)?.length !== 32)
    throw new ProofError(`the proof’s key has no usable ${name}`);
  return text;
}

/** Under such a key anybody’s signature of anything verifies, so it would bind a token to nobody. */
function refuseLowOrder(x: string): string {
  if (isLowOrder('Ed25519', Buffer.from(x, 'base64url')))
    throw new ProofError('the proof’s key is one that binds nobody');
  return x;
}

/** @throws ProofError for a point that is not on its curve */
function importKey(jwk: ProofJwk): KeyObject {
  // By an error of its own node:crypto finds out that this is no key yet; with a stack that costs twice the import.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    throw new ProofError('the proof’s key is none');
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function checkTime(claims: Readonly<Record<string, unknown>>, now: Date): void {
  const issuedAt = member(claims, 'iat');
  if (typeof issuedAt !== 'number' || !Number.isFinite(issuedAt))
    throw new ProofError('the proof has no iat');
  if (Math.abs(now.getTime() / 1000 - issuedAt) > proofAgeSeconds)
    throw new ProofError(
      `the proof’s time is more than ${String(proofAgeSeconds)} s from ours`,
      'proof-time',
    );
}

function checkHashes(claims: Readonly<Record<string, unknown>>, expected: ProofExpectation): void {
  const body = hashClaim(claims, 'bh');
  const mayMiss = body === undefined && expected.bodyHash === 'optional';
  if (!mayMiss && body !== (expected.body === undefined ? undefined : sha256(expected.body)))
    throw new ProofError('the proof’s body hash is missing or is not that of the body', 'proof-body');
  if (hashClaim(claims, 'qh') !== (expected.query === undefined ? undefined : sha256(expected.query)))
    throw new ProofError('the proof’s query hash does not fit the request', 'proof-target');
  const tokenHash = member(claims, 'ath');
  if (expected.accessToken !== undefined && tokenHash !== sha256(expected.accessToken))
    throw new ProofError('the proof’s ath is missing or is not that of the token');
}

/** `bh` or `qh`; the names of the CAMARA profile are taken for the same (PROTOCOL.md, The proof). */
function hashClaim(claims: Readonly<Record<string, unknown>>, name: 'bh' | 'qh'): unknown {
  const own = member(claims, name);
  const alias = member(claims, `camara:${name}`);
  if (own !== undefined && alias !== undefined && own !== alias)
    throw new ProofError(`the proof’s ${name} and camara:${name} differ`, 'proof-body');
  return own === undefined ? alias : own;
}
