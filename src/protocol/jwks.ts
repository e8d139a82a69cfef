import { importJWK, type CryptoKey } from 'jose';
import { decodeBase64url } from './base64url.ts';
import { isObject, member, parseStrictJson } from './json.ts';

const mostKeys = 50;
const longestKid = 256;

/** An issuer's public keys by `kid` (RFC 7517), only those fit for use. */
export interface KeySet {
  readonly keys: ReadonlyMap<string, VerificationKey>;
  /** How many keys of the document were not fit for use. */
  readonly dropped: number;
}

export interface VerificationKey {
  readonly key: CryptoKey;
  readonly algorithm: string;
}

/**
 * Reads a JWK Set (RFC 7517 §5). Unfit keys are dropped and counted: symmetric, too small or too large, with a weak
 * exponent, for another use or algorithm, without or with a repeated `kid`.
 * @param algorithms the only ones that its issuer may sign with
 * @throws Error when the document is no key set, holds more than 50 keys, or none that is fit
 */
export async function readKeySet(octets: Uint8Array, algorithms: readonly string[]): Promise<KeySet> {
  const document = parseStrictJson(octets);
  const list = isObject(document) ? member(document, 'keys') : undefined;
  if (!Array.isArray(list)) throw new Error('not a key set');
  if (list.length > mostKeys) throw new Error(`more than ${String(mostKeys)} keys`);
  const kids = list.map((jwk) => (isObject(jwk) ? member(jwk, 'kid') : undefined));
  const keys = new Map<string, VerificationKey>();
  for (const [index, jwk] of (list as unknown[]).entries()) {
    const kid = kids[index];
    if (typeof kid !== 'string' || kid === '' || kid.length > longestKid) continue;
    if (kids.indexOf(kid) !== kids.lastIndexOf(kid) || !isObject(jwk)) continue;
    const fit = await importFit(jwk, algorithms);
    if (fit !== undefined) keys.set(kid, fit);
  }
  if (keys.size === 0) throw new Error('no usable key');
  return { keys, dropped: list.length - keys.size };
}

async function importFit(
  jwk: Record<string, unknown>,
  algorithms: readonly string[],
): Promise<VerificationKey | undefined> {
  const algorithm = algorithmOf(jwk);
  const named = member(jwk, 'alg');
  const use = member(jwk, 'use');
  const operations = member(jwk, 'key_ops');
  if (algorithm === undefined || !algorithms.includes(algorithm)) return undefined;
  // RFC 9864 renamed the algorithm of Ed25519 keys.
  if (named !== undefined && named !== algorithm && !(named === 'Ed25519' && algorithm === 'EdDSA'))
    return undefined;
  if (use !== undefined && use !== 'sig') return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    return undefined;
  try {
    const key = await importJWK(publicMembers(jwk), algorithm);
    return key instanceof Uint8Array ? undefined : { key, algorithm };
  } catch {
    return undefined;
  }
}

function publicMembers(jwk: Record<string, unknown>): Record<string, string> {
  const names = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'] }[String(jwk['kty'])] ?? [];
  return Object.fromEntries(['kty', ...names].map((name) => [name, String(member(jwk, name))]));
}

/** The one algorithm for which the key is used, or undefined when it is unfit for any. */
function algorithmOf(jwk: Record<string, unknown>): string | undefined {
  switch (member(jwk, 'kty')) {
    case 'RSA':
      return rsaIsSound(jwk) ? 'RS256' : undefined;
    case 'EC':
      return member(jwk, 'crv') === 'P-256' ? 'ES256' : undefined;
    case 'OKP':
      return member(jwk, 'crv') === 'Ed25519' ? 'EdDSA' : undefined;
    default:
      return undefined;
  }
}

/** Modulus of 2048 to 8192 bits, odd public exponent of at least 65537 (NIST SP 800-56B). */
function rsaIsSound(jwk: Record<string, unknown>): boolean {
  const modulus = integer(member(jwk, 'n'));
  const exponent = integer(member(jwk, 'e'));
  if (modulus === undefined || exponent === undefined) return false;
  const bits = modulus.toString(2).length;
  return bits >= 2048 && bits <= 8192 && exponent >= 65537n && exponent % 2n === 1n;
}

function integer(text: unknown): bigint | undefined {
  const octets = typeof text === 'string' && text.length < 4096 ? decodeBase64url(text) : undefined;
  if (octets === undefined || octets.length === 0) return undefined;
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}
