import type { JWK } from 'jose';
import { makeKeyPair, type KeyPair } from './key-pair.ts';

/** Opens a compact JWE (RFC 7516) that was made for this process's key. */
export type Decrypt = (jwe: string) => Promise<Uint8Array>;

/** A key pair to which the broker encrypts what it lends (PROTOCOL.md, `encrypt_to`). */
export interface EncryptionKey {
  readonly publicJwk: JWK;
  /** Reads what opens a JWE, so that it need not be read once something is lent. */
  readonly load: () => Promise<unknown>;
  readonly decrypt: Decrypt;
}

/**
 * Makes an X25519 key for one request (RFC 8037 §3.2). Whoever opens the TLS connection on its way, a proxy for
 * example, still cannot read the credentials. Only ECDH-ES with A256GCM is opened.
 */
export function makeEncryptionKey(): EncryptionKey {
  return encryptionKey(makeKeyPair('x25519'));
}

/** The same of an X25519 key that there is. */
export function encryptionKey({ privateKey, x }: KeyPair): EncryptionKey {
  return {
    publicJwk: { kty: 'OKP', crv: 'X25519', x },
    load: opener,
    decrypt: async (jwe) => (await opener()).openJwe(jwe, privateKey),
  };
}

const opener = (): Promise<typeof import('./open-jwe.ts')> => import('./open-jwe.ts');
