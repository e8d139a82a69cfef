import {
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { decodeBase64url } from '../../protocol/base64url.ts';
import { isObject, member } from '../../protocol/json.ts';
import { sha256 } from '../domain/digest.ts';
import type { Root } from './write-tree.ts';

/**
 * RFC 7517 §4.2 lets `use` be a name of one's own. Who checks tokens passes over such a key, so it can never stand for
 * the one that signs them.
 */
export const auditKeyUse = 'urn:ephemeral-creds:audit';

/** How a signature says what it speaks of. */
export const overEvent = 'ephemeral-creds/audit/v1';
export const overWrite = 'ephemeral-creds/audit/v2';

/** What an audit key signs: the SHA-256 of one event, or all that one write holds. */
export type Statement = { readonly digest: Uint8Array } | Root;

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
  /** @returns 64 octets */
  readonly sign: (statement: Statement) => Uint8Array;
}

/** Checks what an audit key signed. */
export interface AuditVerifier {
  readonly thumbprint: string;
  made(signature: Uint8Array, statement: Statement): boolean;
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
    sign: (statement) => sign(null, signed(statement), privateKey),
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
    made: (signature, statement) => verify(null, signed(statement), key, signature),
  };
}

/** It begins with a name of ours, so that it is never anything else that an Ed25519 key might sign. */
function signed(statement: Statement): Uint8Array {
  if ('digest' in statement) return Buffer.concat([Buffer.from(`${overEvent}\0`), statement.digest]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(statement.size);
  return Buffer.concat([Buffer.from(`${overWrite}\0`), size, statement.root]);
}

/** RFC 7638 §3, members in the order of RFC 8037 §2. */
function thumbprintOf(x: string): string {
  return sha256(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`);
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
