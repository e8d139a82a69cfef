import { randomBytes } from 'node:crypto';

const idBytes = 12;
const tokenBytes = 32;
/** Random octets, fetched many at a time: each fetch costs as much as the octets of a hundred ids. */
const fetchedBytes = 4096;
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
  return randomText('hex', idBytes);
}

/** None of the octets is ever given out again. */
function randomText(encoding: 'hex' | 'base64url', octets: number): string {
  if (pool === undefined || pool.length < octets) pool = randomBytes(fetchedBytes);
  const text = pool.toString(encoding, 0, octets);
  pool = pool.subarray(octets);
  return text;
}

/** An access token: opaque, 256 random bits. Only its hash is ever stored. */
export function newAccessToken(): string {
  return `ecs_${randomText('base64url', tokenBytes)}`;
}

export function isAccessToken(text: string): boolean {
  return text.startsWith('ecs_');
}
