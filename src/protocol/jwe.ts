import { CompactEncrypt, importJWK, type CryptoKey } from 'jose';
import { decodeBase64url } from './base64url.ts';
import { isObject, member, parseStrictJson } from './json.ts';
import { isLowOrder } from './low-order.ts';

/** The key agreement and the content encryption of `credentials_jwe`; there is no choice (PROTOCOL.md, POST /token). */
export const keyAgreement = 'ECDH-ES';
export const contentEncryption = 'A256GCM';

const curves: Readonly<Record<string, { kty: string; coordinates: readonly string[] }>> = {
  X25519: { kty: 'OKP', coordinates: ['x'] },
  'P-256': { kty: 'EC', coordinates: ['x', 'y'] },
};

/**
 * Reads `encrypt_to`: a public JWK on X25519 or P-256.
 * @returns undefined for anything else, a private key and a point of low order among it
 */
export async function readEncryptionKey(text: string): Promise<CryptoKey | undefined> {
  try {
    const jwk = parseStrictJson(text);
    if (!isObject(jwk) || Object.hasOwn(jwk, 'd')) return undefined;
    const crv = member(jwk, 'crv');
    const curve = typeof crv === 'string' && Object.hasOwn(curves, crv) ? curves[crv] : undefined;
    if (curve === undefined || member(jwk, 'kty') !== curve.kty) return undefined;
    const members: Record<string, string> = { kty: curve.kty, crv: String(crv) };
    for (const name of curve.coordinates) {
      const value = member(jwk, name);
      const octets = typeof value === 'string' ? decodeBase64url(value) : undefined;
      if (typeof value !== 'string' || octets?.length !== 32) return undefined;
      if (crv === 'X25519' && isLowOrder(crv, octets)) return undefined;
      members[name] = value;
    }
    const key = await importJWK(members, keyAgreement);
    return key instanceof Uint8Array ? undefined : key;
  } catch {
    return undefined;
  }
}

/** A compact JWE (RFC 7516) that only the holder of the key can open. */
export async function encryptTo(key: CryptoKey, plaintext: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(plaintext))
    .setProtectedHeader({ alg: keyAgreement, enc: contentEncryption })
    .encrypt(key);
}
