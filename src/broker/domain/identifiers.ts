import { createHash, randomBytes } from 'node:crypto';

const idBytes = 12;
/** Random octets for ids, fetched many at a time: each fetch costs as much as the octets of a hundred ids. */
let pool: Buffer | undefined;

/** A fresh id: prefix and 96 random bits in hex, so that it is also a name that backends take (`ec_lse_…`). */
export function newId(prefix: 'lse' | 'ses' | 'req' | 'evt' | 'txn' | 'brk'): string {
  if (pool === undefined || pool.length < idBytes) pool = randomBytes(256 * idBytes);
  const id = pool.toString('hex', 0, idBytes);
  pool = pool.subarray(idBytes);
  return `${prefix}_${id}`;
}

/** An access token: opaque, 256 random bits. Only its hash is ever stored. */
export function newAccessToken(): string {
  return `ecs_${randomBytes(32).toString('base64url')}`;
}

export function isAccessToken(text: string): boolean {
  return text.startsWith('ecs_');
}

/** Hex SHA-256, for logs that are compared with other people's logs. */
export function hexSha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
