import { createHash, timingSafeEqual, webcrypto } from 'node:crypto';

/**
 * Whether a code is the HMAC-SHA256 of these octets (RFC 2104), compared in the same time whatever differs. Done on
 * another thread, since a stranger may send content of any kind.
 */
export async function macHolds(
  key: Uint8Array,
  { octets, code }: { readonly octets: Uint8Array; readonly code: Uint8Array },
): Promise<boolean> {
  // Everybody knows the empty key; nothing is signed with it.
  if (key.length === 0) return false;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await webcrypto.subtle.importKey('raw', new Uint8Array(key), algorithm, false, ['verify']);
  return webcrypto.subtle.verify(algorithm, imported, new Uint8Array(code), new Uint8Array(octets));
}

/** Whether two texts are the same, compared in the same time whatever differs. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
