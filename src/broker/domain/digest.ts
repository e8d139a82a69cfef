import { hash } from 'node:crypto';

// SHA-256 in one call: with an object of `createHash` it costs about twice as much, and more when that is collected.

export function digest(octets: string | Uint8Array): Uint8Array {
  return hash('sha256', octets, 'buffer');
}

/** Hex, for logs that are compared with other people's logs. */
export function hexSha256(octets: string | Uint8Array): string {
  return hash('sha256', octets, 'hex');
}

/** Base64url without padding. */
export function sha256(octets: string | Uint8Array): string {
  return hash('sha256', octets, 'base64url');
}
