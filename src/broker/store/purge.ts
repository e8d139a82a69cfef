import type { Sql } from './database.ts';
import { purgeDeliveries } from './deliveries.ts';

/** How long a lease that is over is still known, for `lease list` and for a repeated revocation. */
const weekMs = 7 * 86_400_000;
/** What was used once is known for so much longer than it could be used: a clock that is set back makes it usable again. */
const hourMs = 3_600_000;
/** So many rows of a table go at once: whoever waits for the store meanwhile waits some milliseconds. */
const bite = 50;

/** Rows of a table, and from what time on they serve no more; `$1` is `keptMs` before now. */
interface Old {
  readonly table: string;
  readonly key: string;
  readonly keptMs: number;
  readonly end: string;
  readonly where?: string;
}

const old: readonly Old[] = [
  { table: 'proofs', key: 'proof', keptMs: hourMs, end: 'expires_at' },
  { table: 'id_tokens', key: 'token', keptMs: hourMs, end: 'expires_at' },
  { table: 'tombstones', key: 'handle_hash', keptMs: 0, end: 'expires_at' },
  {
    table: 'leases',
    key: 'id',
    keptMs: weekMs,
    end: 'credential_expires_at',
    where: "state IN ('revoked', 'expired', 'failed', 'void', 'superseded')",
  },
  {
    table: 'sessions',
    key: 'id',
    keptMs: weekMs,
    end: 'expires_at',
    where: 'NOT EXISTS (SELECT 1 FROM leases WHERE session_id = sessions.id)',
  },
  { table: 'deliveries', key: 'delivery', keptMs: 0, end: 'expires_at' },
  { table: 'job_events', key: 'id', keptMs: 0, end: 'expires_at' },
  { table: 'deferred', key: 'id', keptMs: weekMs, end: 'expires_at' },
  // Of a week's jobs that never borrowed there would soon be no room for the end of another (`mostClosedJobs`).
  { table: 'jobs', key: 'issuer, job', keptMs: 0, end: 'closed_until', where: 'issues = 0' },
  {
    table: 'jobs',
    key: 'issuer, job',
    keptMs: weekMs,
    end: 'expires_at',
    where: `closed_until <= $1 + ${String(weekMs)}`,
  },
  { table: 'broker_marks', key: 'broker', keptMs: weekMs, end: 'reached' },
  { table: 'runs', key: 'issuer, run', keptMs: weekMs, end: 'expires_at' },
];

/** Forgets a bite of what no longer serves; see `Store.purge`. @returns whether there is more */
export async function purge(sql: Sql, now: Date): Promise<boolean> {
  let more = false;
  for (const { table, key, keptMs, end, where } of old) {
    const isOld = `${end} <= $1${where === undefined ? '' : ` AND ${where}`}`;
    // Asked of the row itself once more: it may have been of use again since it was found.
    const gone = await sql.run(
      `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${isOld} ` +
        `ORDER BY ${end} LIMIT $2) AND ${isOld} RETURNING 1 AS gone`,
      now.getTime() - keptMs,
      bite,
    );
    more ||= gone.length === bite;
  }
  return (await purgeDeliveries(sql, bite)) === bite || more;
}
