import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { decodeBase64url } from '../../protocol/base64url.ts';
import { isObject, member } from '../../protocol/json.ts';

/**
 * RFC 7517 §4.2 lets `use` be a name of one's own. Who checks tokens passes over such a key, so it can never stand for
 * the one that signs them.
 */
export const auditKeyUse = 'urn:ephemeral-creds:audit';

/** What is signed begins with this, so that it is never anything else that an Ed25519 key might sign. */
const signatureDomain = Buffer.from('ephemeral-creds/audit/v1\0');

/** The public half as it stands in the key set and at the beginning of each chain. */
export interface AuditPublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly use: typeof auditKeyUse;
}

/** Signs fingerprints of audit events (Ed25519, RFC 8032). */
export interface AuditKey {
  readonly publicJwk: AuditPublicJwk;
  /** Takes the SHA-256 of an event, and returns 64 octets. */
  readonly sign: (digest: Uint8Array) => Uint8Array;
}

/** Checks what an audit key signed. */
export interface AuditVerifier {
  readonly thumbprint: string;
  made(signature: Uint8Array, digest: Uint8Array): boolean;
}

/**
 * The audit key from a PKCS #8 private key in PEM.
 * @throws Error when it is no Ed25519 key; the message holds nothing of it
 */
export function makeAuditKey(pem: string): AuditKey {
  const privateKey = readPrivateKey(pem);
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const kid = thumbprintOf(x);
  return {
    publicJwk: { kty: 'OKP', crv: 'Ed25519', x, kid, use: auditKeyUse },
    sign: (digest) => sign(null, signed(digest), privateKey),
  };
}

/** The public key of a JWK with our `use`; undefined for any other. */
export function readAuditJwk(jwk: unknown): AuditVerifier | undefined {
  if (!isObject(jwk) || member(jwk, 'use') !== auditKeyUse) return undefined;
  const x = member(jwk, 'x');
  if (member(jwk, 'kty') !== 'OKP' || member(jwk, 'crv') !== 'Ed25519' || typeof x !== 'string')
    return undefined;
  if (decodeBase64url(x)?.length !== 32) return undefined;
  const publicJwk: JsonWebKey = { kty: 'OKP', crv: 'Ed25519', x };
  const key = createPublicKey({ key: publicJwk, format: 'jwk' });
  return {
    thumbprint: thumbprintOf(x),
    made: (signature, digest) => verify(null, signed(digest), key, signature),
  };
}

function signed(digest: Uint8Array): Uint8Array {
  return Buffer.concat([signatureDomain, digest]);
}

/** RFC 7638 §3, members in the order of RFC 8037 §2. */
function thumbprintOf(x: string): string {
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
}

function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error('not a private key in PEM');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
  return key;
}
