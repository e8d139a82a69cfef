import type { LeaseRecord } from '../domain/lease-record.ts';
import type { Sql } from './database.ts';
import { readFreeze, setFreeze } from './freeze.ts';
import { endSessions } from './end-sessions.ts';
import { backendOf } from './lease-rows.ts';
import { isKnown, writeMark } from './store-clock.ts';
import type { Orphan, Restored } from './store.ts';

const stillFrozen = 'all lending was stopped when the store was lost, and the backup is older';

/** Ends whatever the backup knows; see `Store.beginAnew`. */
export async function beginAnew(
  sql: Sql,
  { broker, reached, frozen, at, now }: Restored,
): Promise<LeaseRecord[] | undefined> {
  const [clock] = await sql.run('SELECT anew_at FROM lease_clock WHERE id = 1');
  if (isKnown(clock, reached.getTime())) return undefined;
  const anew = Math.max(reached.getTime(), now.getTime());
  await sql.run(
    'INSERT INTO lease_clock (id, seen, restored_at, swept_at, anew_at) VALUES (1, $1, $2, 0, $1) ON CONFLICT (id) ' +
      'DO UPDATE SET seen = $1, restored_at = $2, swept_at = 0, anew_at = $1',
    anew,
    at.getTime(),
  );
  await writeMark(sql, broker, anew);
  // A backup of before would lend again what the operators have stopped.
  if (frozen && !(await readFreeze(sql)).frozen)
    await setFreeze(sql, { frozen, reason: stillFrozen, by: 'broker', now: at });
  return endSessions(sql, { where: 'expires_at > $1', values: [0] }, now);
}

/** What was found in a backend is queued as a lease of nobody; see `Store.adopt`. @returns the ids of what is new */
export async function adopt(sql: Sql, orphans: readonly Orphan[], now: Date): Promise<string[]> {
  const adopted: string[] = [];
  for (const orphan of orphans) {
    const rows = await sql.run(
      'INSERT INTO leases (id, session_id, issuer, job, jkt, role, engine, state, revocability, policy_id, ' +
        'policy_version, created_at, expires_at, ends_at, heartbeat_seconds, credential_expires_at, minting, ' +
        'revoke_data, attempts, next_at, request_id, details_hash, lingers, backend) VALUES ' +
        "($1, '', '', '', '', $2, $3, 'revoking', 'immediate', '', '', $4, $4, $4, 0, $4, 0, $5, 0, $4, '', '', 1, $6) " +
        "ON CONFLICT (id) DO UPDATE SET state = 'revoking', next_at = $4, lingers = 1 WHERE leases.minting = 0 AND " +
        "leases.state IN ('revoked', 'expired', 'failed', 'void', 'superseded') RETURNING id",
      orphan.id,
      orphan.role,
      orphan.engine,
      now.getTime(),
      JSON.stringify(orphan.revokeData),
      backendOf(orphan),
    );
    adopted.push(...rows.map(({ id }) => String(id)));
  }
  return adopted;
}

/** Every backend was searched since the store was restored. */
export async function noteSwept(sql: Sql, restoredAt: Date): Promise<void> {
  await sql.run('UPDATE lease_clock SET swept_at = $1 WHERE id = 1', restoredAt.getTime());
}
