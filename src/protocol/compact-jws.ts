import { decodeBase64url } from './base64url.ts';
import { isObject, member, parseStrictJson } from './json.ts';

/** A compact JWS (RFC 7515 §3.1) taken apart. Nothing in it has been verified. */
export interface CompactJws {
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The header's `alg`. */
  readonly algorithm: string;
  readonly signature: Uint8Array;
}

/** Says which rule of form a token breaks, without a character of it. */
export class MalformedJws extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'MalformedJws';
  }
}

/**
 * Header members that change how the rest is read (RFC 7515 §4.1.11, RFC 7797), or that say where the key is: a key
 * that comes with its signature proves nothing (RFC 8725 §3.10), and no address that a stranger names is asked.
 */
const refusedMembers = ['crit', 'b64', 'zip', 'enc', 'jku', 'x5u', 'x5c'];

/**
 * Takes a JWT apart before any cryptography: three segments, each canonical base64url, header and claims JSON
 * objects without a repeated member.
 * @param ownKey a DPoP proof: the only one that may carry its public key (RFC 9449 §4.2)
 * @throws MalformedJws
 */
export function parseCompactJws(text: string, maxCharacters: number, ownKey?: 'own-key'): CompactJws {
  if (text.length > maxCharacters) throw new MalformedJws(`longer than ${String(maxCharacters)} characters`);
  const segments = text.split('.');
  const [first, second, third] = segments;
  if (segments.length !== 3 || first === undefined || second === undefined || third === undefined)
    throw new MalformedJws('not three segments');
  const signature = decodeBase64url(third);
  if (signature === undefined || signature.length === 0)
    throw new MalformedJws('a signature that is not base64url');
  const header = readSegment(first, 'header');
  for (const name of ownKey === undefined ? [...refusedMembers, 'jwk'] : refusedMembers) {
    if (Object.hasOwn(header, name)) throw new MalformedJws(`a header with ${name}`);
  }
  const algorithm = member(header, 'alg');
  if (typeof algorithm !== 'string') throw new MalformedJws('a header without alg');
  return { text, header, claims: readSegment(second, 'payload'), algorithm, signature };
}

/**
 * Header or payload of a compact JWS: canonical base64url of a JSON object without a repeated member.
 * @param name of the segment, for the error
 * @throws MalformedJws
 */
export function readSegment(segment: string, name: string): Record<string, unknown> {
  const octets = decodeBase64url(segment);
  if (octets === undefined) throw new MalformedJws(`a ${name} that is not canonical base64url`);
  let value: unknown;
  try {
    value = parseStrictJson(octets);
  } catch {
    throw new MalformedJws(`a ${name} that is not clean JSON`);
  }
  if (!isObject(value)) throw new MalformedJws(`a ${name} that is not an object`);
  return value;
}
