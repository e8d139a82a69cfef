import { fullMatch } from '../domain/pattern.ts';

// Made once: of a pattern that stands where it is used, each use makes another.
const alphabet = /[A-Za-z0-9_-]*/;

/**
 * Reads base64url without padding (RFC 4648 §5, RFC 7515 §2) in its one canonical spelling: no padding, no white
 * space, no stray bits at the end.
 * @returns undefined for anything else
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  if (!fullMatch(alphabet, text)) return undefined;
  const octets = Buffer.from(text, 'base64url');
  return octets.toString('base64url') === text ? octets : undefined;
}
