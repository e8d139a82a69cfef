// JOSE by hand (RFC 7515, 7638), so that the vectors do not come from the code that they are to check.
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const folder = join(import.meta.dirname, '../../test/vectors');

export type Json = Record<string, unknown>;

interface VectorKey {
  readonly private_jwk: Json;
  readonly public_jwk: Json;
  readonly thumbprint: string;
}

type KeyName =
  | 'job'
  | 'job-p256'
  | 'another-job'
  | 'audit'
  | 'recipient'
  | 'ephemeral'
  | 'recipient-p256'
  | 'ephemeral-p256'
  | 'issuer';

/** A key of keys.json. */
export function keyNamed(name: KeyName): VectorKey {
  const { keys } = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')) as {
    keys: Record<KeyName, VectorKey>;
  };
  return keys[name];
}

export function privateKey(name: KeyName): KeyObject {
  return createPrivateKey({ key: keyNamed(name).private_jwk, format: 'jwk' });
}

export function base64url(octets: string | Uint8Array): string {
  return Buffer.from(octets).toString('base64url');
}

export function sha256(octets: string | Uint8Array): string {
  return createHash('sha256').update(octets).digest('base64url');
}

/** Signs as the key does: Ed25519, or RSA with SHA-256. P-256 signatures differ each time: `signFrozen`. */
export function signed(input: string, name: KeyName): string {
  const hash = name === 'issuer' ? 'sha256' : null;
  return `${input}.${base64url(sign(hash, Buffer.from(input), privateKey(name)))}`;
}

/** The signature that the file already has, if it is one; else a new one. */
export function signFrozen(input: string, name: KeyName, file: string): string {
  const public_ = createPublicKey(privateKey(name));
  const options = { key: public_, dsaEncoding: 'ieee-p1363' } as const;
  const found = readExisting(file).match(/[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g) ?? [];
  for (const jws of found) {
    const signature = Buffer.from(jws.split('.')[2] ?? '', 'base64url');
    if (jws.startsWith(`${input}.`) && verify('sha256', Buffer.from(input), options, signature)) return jws;
  }
  const dsaEncoding = 'ieee-p1363';
  return `${input}.${base64url(sign('sha256', Buffer.from(input), { key: privateKey(name), dsaEncoding }))}`;
}

function readExisting(file: string): string {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    return '';
  }
}

export function signingInput(header: Json | string, claims: Json | string): string {
  const text = (part: Json | string): string => (typeof part === 'string' ? part : JSON.stringify(part));
  return `${base64url(text(header))}.${base64url(text(claims))}`;
}

/** All vectors are of this moment: 2026-11-20T12:00:00Z. */
export const time = 1_795_176_000;
export const publicUrl = 'https://broker.example.com';
export const tokenUrl = `${publicUrl}/token`;
export const handle = base64url(Buffer.alloc(32, 7));
export const accessToken = `ecs_${base64url(Buffer.alloc(32, 9))}`;
export const grant = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';
