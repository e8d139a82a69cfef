import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, type JWK } from 'jose';
import { member } from './json.ts';
import type { CompactJws } from './compact-jws.ts';

/** A key that signs tokens in this server's name, and what of it and of those beside it is published (RFC 7517). */
export interface TokenSigner {
  readonly algorithm: string;
  /** For the key set: the public half of the key that signs, then the others. */
  readonly publicJwks: readonly JWK[];
  sign(typ: string, claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** True when one of the keys made the token's signature. */
  made(token: CompactJws): Promise<boolean>;
}

/** The public half of a key that signs tokens. */
export interface TokenKey {
  readonly key: KeyObject;
  readonly kid: string;
  readonly algorithm: string;
  readonly jwk: JWK;
}

/**
 * A signer from a PKCS #8 private key in PEM: Ed25519 (RFC 8037) or P-256 (RFC 7518 §3.4).
 * @param others keys that do not sign here: one that will, one that did
 * @throws Error for any other key; the message holds nothing of it
 */
export async function makeTokenSigner(pem: string, others: readonly TokenKey[] = []): Promise<TokenSigner> {
  const privateKey = readPrivateKey(pem);
  const own = await tokenKey(createPublicKey(privateKey));
  const keys = [own, ...others];
  const byId = new Map(keys.map((key) => [key.kid, key]));
  const { kid, algorithm } = own;
  return {
    algorithm,
    publicJwks: keys.map(({ jwk }) => jwk),
    sign: (typ, claims) => Promise.resolve(signJwt({ typ, alg: algorithm, kid }, claims, privateKey)),
    made: async (token) => {
      const named = member(token.header, 'kid');
      const key = typeof named === 'string' ? byId.get(named) : undefined;
      if (key === undefined) return false;
      return compactVerify(token.text, key.key, { algorithms: [key.algorithm] }).then(
        () => true,
        () => false,
      );
    },
  };
}

async function tokenKey(key: KeyObject): Promise<TokenKey> {
  const algorithm = algorithmOf(key);
  const jwk = key.export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(jwk);
  return { key, kid, algorithm, jwk: { ...jwk, kid, alg: algorithm, use: 'sig' } };
}

/**
 * What is published of a key, public or private, in PEM.
 * @throws Error for any but an Ed25519 and a P-256 key; the message holds nothing of it
 */
export async function readTokenKey(pem: string): Promise<TokenKey> {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new Error('not a key in PEM');
  }
  return tokenKey(key);
}

interface Header {
  readonly typ: string;
  readonly alg: string;
  readonly kid: string;
}

/**
 * A JWT as a compact JWS (RFC 7515 §3.1). By node:crypto: by way of Web Crypto, as jose does it, a token costs nearly
 * twice as much, and one is signed for each lease.
 */
function signJwt(header: Header, claims: Readonly<Record<string, unknown>>, key: KeyObject): string {
  const segments = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const input = Buffer.from(segments.join('.'));
  // RFC 7518 §3.4: r and s one after the other. Ed25519 has its own hash.
  const signature =
    header.alg === 'ES256'
      ? sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' })
      : sign(null, input, key);
  return [...segments, signature.toString('base64url')].join('.');
}

function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error('not a private key in PEM');
  }
}

function algorithmOf(key: KeyObject): string {
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  throw new Error('neither an Ed25519 nor a P-256 key');
}
