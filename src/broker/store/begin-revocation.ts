import type { Row, Sql } from './database.ts';
import { endSessions } from './end-sessions.ts';
import { leaseColumns, places, toLease } from './lease-rows.ts';
import type { RevocationOutcome, RevocationTarget } from './store.ts';
import { useProof } from './use-once.ts';

/** Handles that were given back before they were used (PROTOCOL.md, The revocation handle). */
const mostTombstones = 100_000;

/** Ends the target's sessions and queues their leases; see `Store.beginRevocation`. */
export async function beginRevocation(
  sql: Sql,
  target: RevocationTarget,
  now: Date,
): Promise<RevocationOutcome> {
  const sessions = (await findSessions(sql, target)).map((row) => String(row['id']));
  if (sessions.length === 0) return 'handleHash' in target ? buryHandle(sql, target) : [];
  // Remembered only now: whoever has no session here must not be able to fill the store with proofs.
  const use = 'proof' in target ? await useProof(sql, target.proof) : 'new';
  if (use !== 'new') return use;
  const only = target.leaseIds;
  if (only === undefined)
    await endSessions(sql, { where: `id IN (${places(sessions.length, 1)})`, values: sessions }, now);
  const taken = only === undefined ? [] : await endLeases(sql, sessions, only, now);
  const rows = await sql.run(
    `SELECT ${leaseColumns} FROM leases WHERE session_id IN (${places(sessions.length, 1)}) ` +
      "AND state NOT IN ('void', 'superseded') ORDER BY created_at, role, id",
    ...sessions,
  );
  const found = rows.map(toLease);
  return only === undefined ? found : found.filter(({ id }) => only.includes(id) || taken.includes(id));
}

function findSessions(sql: Sql, target: RevocationTarget): Promise<readonly Row[]> {
  if ('handleHash' in target)
    return sql.run('SELECT id FROM sessions WHERE handle_hash = $1', target.handleHash);
  if ('job' in target)
    return sql.run('SELECT id FROM sessions WHERE issuer = $1 AND job = $2', target.issuer, target.job);
  return sql.run(
    'SELECT id FROM sessions WHERE access_token_hash = $1 AND jkt = $2',
    target.accessTokenHash,
    target.thumbprint,
  );
}

/** A renewal that is under way goes with the lease whose place it would take. */
async function endLeases(
  sql: Sql,
  sessions: readonly string[],
  ids: readonly string[],
  now: Date,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const named = places(ids.length, 2 + sessions.length);
  const rows = await sql.run(
    `UPDATE leases SET state = 'revoking', next_at = $1 WHERE session_id IN (${places(sessions.length, 2)}) ` +
      `AND ((id IN (${named}) AND state IN ('intent', 'active')) OR (replaces IN (${named}) AND state = 'intent')) RETURNING id`,
    now.getTime(),
    ...sessions,
    ...ids,
  );
  return rows.map((row) => String(row['id']));
}

async function buryHandle(
  sql: Sql,
  target: { readonly handleHash: string; readonly tombstoneUntil: Date },
): Promise<RevocationOutcome> {
  const [row] = await sql.run('SELECT COUNT(*) AS number FROM tombstones');
  if (Number(row?.['number']) >= mostTombstones) return 'full';
  await sql.run(
    'INSERT INTO tombstones (handle_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    target.handleHash,
    target.tombstoneUntil.getTime(),
  );
  return [];
}
