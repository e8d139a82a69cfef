import { createPrivateKey, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Secret } from '../../../domain/secret.ts';
import { mpint, sshString } from '../../../protocol/ssh-wire.ts';
import { readOpenSshKey } from './openssh-key.ts';
import { publicKeyOf, UnfitKey, type SshPublicKey } from './public-key.ts';

/** What signs certificates. */
export interface Authority {
  readonly publicKey: SshPublicKey;
  /** @returns a signature as SSH writes it */
  readonly sign: (octets: Uint8Array, signal: AbortSignal) => Promise<Buffer>;
  /** @throws BackendTrouble when it would not sign */
  readonly check: (signal: AbortSignal) => Promise<void>;
}

/** By type of key: the name of the signature (RFC 8332, RFC 5656, RFC 8709), and its digest. */
const algorithms: Readonly<Record<string, { readonly name: string; readonly digest: string | null }>> = {
  'ssh-ed25519': { name: 'ssh-ed25519', digest: null },
  'ssh-rsa': { name: 'rsa-sha2-512', digest: 'sha512' },
  'ecdsa-sha2-nistp256': { name: 'ecdsa-sha2-nistp256', digest: 'sha256' },
  'ecdsa-sha2-nistp384': { name: 'ecdsa-sha2-nistp384', digest: 'sha384' },
  'ecdsa-sha2-nistp521': { name: 'ecdsa-sha2-nistp521', digest: 'sha512' },
};

/**
 * An authority whose key the broker holds: as ssh-keygen writes it, or in PEM (PKCS #8, PKCS #1, SEC 1).
 * @throws UnfitKey
 */
export function keyAuthority(secret: Secret): Authority {
  const key = privateKey(secret);
  const publicKey = publicKeyOf(publicPart(key));
  return {
    publicKey,
    sign: (octets) => Promise.resolve(signature(publicKey.type, key, octets)),
    check: () => Promise.resolve(),
  };
}

/** What a signature by this key is called, and what it is a signature of. */
export function algorithmOf({ type }: SshPublicKey): {
  readonly name: string;
  readonly digest: string | null;
} {
  const found = algorithms[type];
  if (found === undefined) throw new Error('a key of no known type');
  return found;
}

function privateKey(secret: Secret): KeyObject {
  const text = secret.reveal();
  if (text.includes('ENCRYPTED'))
    throw new UnfitKey('The key is encrypted: give one without a passphrase, or an agent that holds it.');
  try {
    return text.includes('BEGIN OPENSSH PRIVATE KEY')
      ? createPrivateKey({ key: readOpenSshKey(text), format: 'jwk' })
      : createPrivateKey(text);
  } catch (error) {
    // What the parser says could hold parts of the key.
    throw error instanceof UnfitKey
      ? error
      : new UnfitKey('The key cannot be read: give a private key as ssh-keygen writes it, or in PEM.');
  }
}

function publicPart(key: KeyObject): JsonWebKey {
  try {
    const { kty, crv, x, y, e, n } = key.export({ format: 'jwk' });
    return Object.fromEntries(
      Object.entries({ kty, crv, x, y, e, n }).filter(([, value]) => value !== undefined),
    );
  } catch {
    return {};
  }
}

function signature(type: string, key: KeyObject, octets: Uint8Array): Buffer {
  const { name, digest } = algorithms[type] ?? { name: '', digest: null };
  const raw = sign(digest, octets, { key, dsaEncoding: 'ieee-p1363' });
  return Buffer.concat([sshString(name), sshString(type.startsWith('ecdsa') ? pair(raw) : raw)]);
}

/** r and s (RFC 5656 §3.1.2). */
function pair(raw: Buffer): Buffer {
  const half = raw.length / 2;
  return Buffer.concat([mpint(raw.subarray(0, half)), mpint(raw.subarray(half))]);
}
