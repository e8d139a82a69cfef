import type { Sql } from './database.ts';
import type { UsedOnce } from './used-once.ts';

/** How many deliveries are remembered at most; beyond that the oldest are forgotten, which costs a repeated closing. */
const mostDeliveries = 100_000;

/** Whether this delivery of a platform was taken before. */
export async function isKnown(sql: Sql, { key }: UsedOnce): Promise<boolean> {
  const known = await sql.run('SELECT delivery FROM deliveries WHERE delivery = $1', key);
  return known.length > 0;
}

/** @returns false when the same came at the same moment, and was first */
export async function remember(sql: Sql, { key, expiresAt }: UsedOnce): Promise<boolean> {
  const added = await sql.run(
    'INSERT INTO deliveries (delivery, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING delivery',
    key,
    expiresAt.getTime(),
  );
  return added.length > 0;
}

/** Forgets a bite of the deliveries above the number that is remembered, the oldest first. @returns how many */
export async function purgeDeliveries(sql: Sql, bite: number): Promise<number> {
  const gone = await sql.run(
    'DELETE FROM deliveries WHERE delivery IN (SELECT delivery FROM deliveries WHERE expires_at <= ' +
      '(SELECT expires_at FROM deliveries ORDER BY expires_at DESC LIMIT 1 OFFSET $1) ORDER BY expires_at LIMIT $2) ' +
      'RETURNING 1 AS gone',
    mostDeliveries,
    bite,
  );
  return gone.length;
}
