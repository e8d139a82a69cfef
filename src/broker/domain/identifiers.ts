import { randomBytes } from 'node:crypto';

const idBytes = 12;
/** Random octets for ids, fetched many at a time: each fetch costs as much as the octets of a hundred ids. */
let pool: Buffer | undefined;

/** A fresh id: prefix and 96 random bits in hex. */
export function newId(prefix: 'req' | 'evt' | 'txn' | 'brk'): string {
  return `${prefix}_${randomHex()}`;
}

/** Milliseconds in hex, until the year 2527. */
const timeDigits = 11;

/**
 * A fresh id of what is stored: prefix and 24 hex digits, which are also a name that backends take (`ec_lse_…`). They
 * begin with the time, so that what is new stands together in an index, and end with 52 random bits: enough to be told
 * apart, and no secret.
 */
export function newIdAt(prefix: 'lse' | 'ses', at: Date): string {
  const time = at.getTime().toString(16).padStart(timeDigits, '0');
  return `${prefix}_${time}${randomHex().slice(timeDigits)}`;
}

function randomHex(): string {
  if (pool === undefined || pool.length < idBytes) pool = randomBytes(256 * idBytes);
  const digits = pool.toString('hex', 0, idBytes);
  pool = pool.subarray(idBytes);
  return digits;
}

/** An access token: opaque, 256 random bits. Only its hash is ever stored. */
export function newAccessToken(): string {
  return `ecs_${randomBytes(32).toString('base64url')}`;
}

export function isAccessToken(text: string): boolean {
  return text.startsWith('ecs_');
}
