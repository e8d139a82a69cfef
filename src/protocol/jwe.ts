import { CompactEncrypt, importJWK, type CryptoKey } from 'jose';
import { decodeBase64url } from './base64url.ts';
import { isObject, member, parseStrictJson } from './json.ts';

/** The key agreement and the content encryption of `credentials_jwe`; there is no choice (PROTOCOL.md, POST /token). */
export const keyAgreement = 'ECDH-ES';
export const contentEncryption = 'A256GCM';

const curves: Readonly<Record<string, { kty: string; coordinates: readonly string[] }>> = {
  X25519: { kty: 'OKP', coordinates: ['x'] },
  'P-256': { kty: 'EC', coordinates: ['x', 'y'] },
};

/** The points with which no secret can be agreed (RFC 7748 §6.1; https://cr.yp.to/ecdh.html#validate), in hex. */
const lowOrder = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);

/** The highest bit does not count (RFC 7748 §5). */
function isOfLowOrder(octets: Uint8Array): boolean {
  const point = Buffer.from(octets);
  point.writeUInt8(point.readUInt8(31) & 0x7f, 31);
  return lowOrder.has(point.toString('hex'));
}

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
      if (crv === 'X25519' && isOfLowOrder(octets)) return undefined;
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
