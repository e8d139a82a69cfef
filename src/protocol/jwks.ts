import { KeyObject } from 'node:crypto';
import { importJWK } from 'jose';
import { decodeBase64url } from './base64url.ts';
import { isObject, member, parseStrictJson } from './json.ts';
import { isLowOrder } from './low-order.ts';
import { hasRocaFingerprint, hasSmallFactor } from './roca.ts';

const mostKeys = 50;
const longestKid = 256;

/** An issuer's public keys by `kid` (RFC 7517), only those fit for use. */
export interface KeySet {
  readonly keys: ReadonlyMap<string, VerificationKey>;
  /** What is wrong with each key of the document that is not fit for use, without a character of it. */
  readonly dropped: readonly string[];
}

export interface VerificationKey {
  readonly key: KeyObject;
  readonly algorithm: string;
}

type Jwk = Readonly<Record<string, unknown>>;

/**
 * Reads a JWK Set (RFC 7517 §5). Unfit keys are dropped and told: symmetric, private, too small or too large, of a
 * form that is known to be weak, for another use or algorithm, without or with a repeated `kid`.
 * @param algorithms the only ones that its issuer may sign with
 * @throws Error when the document is no key set, holds more than 50 keys, or none that is fit
 */
export async function readKeySet(octets: Uint8Array, algorithms: readonly string[]): Promise<KeySet> {
  const document = parseStrictJson(octets);
  const list: unknown = isObject(document) ? member(document, 'keys') : undefined;
  if (!Array.isArray(list)) throw new Error('not a key set');
  if (list.length > mostKeys) throw new Error(`more than ${String(mostKeys)} keys`);
  const kids = list.map((jwk) => (isObject(jwk) ? member(jwk, 'kid') : undefined));
  const keys = new Map<string, VerificationKey>();
  const dropped: string[] = [];
  for (const [index, jwk] of (list as unknown[]).entries()) {
    const kid = kids[index];
    if (!isObject(jwk)) dropped.push('no key');
    else if (typeof kid !== 'string' || kid === '' || kid.length > longestKid) dropped.push('no usable kid');
    else if (kids.indexOf(kid) !== kids.lastIndexOf(kid)) dropped.push('a kid that stands there twice');
    else {
      const fit = await importFit(jwk, algorithms);
      if (typeof fit === 'string') dropped.push(fit);
      else keys.set(kid, fit);
    }
  }
  if (keys.size === 0) throw new Error(`no usable key (${dropped.join(', ') || 'it is empty'})`);
  return { keys, dropped };
}

/** The key, or what is wrong with it. */
async function importFit(jwk: Jwk, algorithms: readonly string[]): Promise<VerificationKey | string> {
  const algorithm = algorithmOf(jwk);
  if (algorithm === undefined || !algorithms.includes(algorithm)) return 'another type of key';
  const fault = useFault(jwk, algorithm) ?? valueFault(jwk);
  if (fault !== undefined) return fault;
  try {
    const key = await importJWK(publicMembers(jwk), algorithm);
    return key instanceof Uint8Array ? 'a symmetric key' : { key: KeyObject.from(key), algorithm };
  } catch {
    return 'values that are no key';
  }
}

const members: Readonly<Record<string, readonly string[]>> = {
  RSA: ['n', 'e'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
};

function publicMembers(jwk: Jwk): Record<string, string> {
  const names = members[String(member(jwk, 'kty'))] ?? [];
  return Object.fromEntries(['kty', ...names].map((name) => [name, String(member(jwk, name))]));
}

/** The one algorithm for which a key of this type is used. */
function algorithmOf(jwk: Jwk): string | undefined {
  switch (member(jwk, 'kty')) {
    case 'RSA':
      return 'RS256';
    case 'EC':
      return member(jwk, 'crv') === 'P-256' ? 'ES256' : undefined;
    case 'OKP':
      return member(jwk, 'crv') === 'Ed25519' ? 'EdDSA' : undefined;
    default:
      return undefined;
  }
}

function useFault(jwk: Jwk, algorithm: string): string | undefined {
  const named = member(jwk, 'alg');
  const use = member(jwk, 'use');
  const operations = member(jwk, 'key_ops');
  // RFC 9864 renamed the algorithm of Ed25519 keys.
  if (named !== undefined && named !== algorithm && !(named === 'Ed25519' && algorithm === 'EdDSA'))
    return 'another algorithm';
  if (use !== undefined && use !== 'sig') return 'another use';
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    return 'another use';
  if (['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].some((name) => Object.hasOwn(jwk, name)))
    return 'a private key for all to see';
  return undefined;
}

function valueFault(jwk: Jwk): string | undefined {
  if (member(jwk, 'kty') === 'RSA') return rsaFault(jwk);
  const x = coordinate(jwk, 'x');
  if (x === undefined) return 'values that are no key';
  if (member(jwk, 'kty') === 'OKP') return isLowOrder('Ed25519', x) ? 'a key that binds nobody' : undefined;
  return coordinate(jwk, 'y') === undefined ? 'values that are no key' : undefined;
}

function coordinate(jwk: Jwk, name: string): Uint8Array | undefined {
  const text = member(jwk, name);
  const octets = typeof text === 'string' ? decodeBase64url(text) : undefined;
  return octets?.length === 32 ? octets : undefined;
}

/** Modulus of 2048 to 8192 bits without small factors, odd public exponent of at least 65537 (NIST SP 800-56B §6.4.2). */
function rsaFault(jwk: Jwk): string | undefined {
  const modulus = integer(member(jwk, 'n'));
  const exponent = integer(member(jwk, 'e'));
  if (modulus === undefined || exponent === undefined) return 'values that are no key';
  const bits = modulus.toString(2).length;
  if (bits < 2048 || bits > 8192) return `${String(bits)} bits`;
  if (exponent < 65_537n || exponent % 2n === 0n || exponent >= 1n << 256n) return 'an unfit exponent';
  if (hasSmallFactor(modulus)) return 'a modulus with small factors';
  return hasRocaFingerprint(modulus) ? 'a weak modulus (CVE-2017-15361)' : undefined;
}

function integer(text: unknown): bigint | undefined {
  const octets = typeof text === 'string' && text.length < 4096 ? decodeBase64url(text) : undefined;
  if (octets === undefined || octets.length === 0) return undefined;
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}
