import type { Row, Sql, Value } from './database.ts';
import { leaseColumns, places, toLease } from './lease-rows.ts';
import { useProof } from './open-session.ts';
import type { RevocationOutcome, RevocationTarget } from './store.ts';

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
  if (only === undefined) {
    await sql.run(`UPDATE sessions SET ended = 1 WHERE id IN (${places(sessions.length, 1)})`, ...sessions);
  }
  const chosen = narrowed(sessions, only);
  await sql.run(
    `UPDATE leases SET state = 'revoking', next_at = $1 WHERE ${chosen.where} AND state IN ('intent', 'active')`,
    now.getTime(),
    ...chosen.values,
  );
  // The first parameter keeps the others' numbers.
  const rows = await sql.run(
    `SELECT ${leaseColumns} FROM leases WHERE ${chosen.where} AND created_at <= $1 ` +
      "AND state NOT IN ('void', 'superseded') ORDER BY created_at, role, id",
    Number.MAX_SAFE_INTEGER,
    ...chosen.values,
  );
  return rows.map(toLease);
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

/** A condition whose parameters begin at `$2`. */
function narrowed(
  sessions: readonly string[],
  only: readonly string[] | undefined,
): { where: string; values: readonly Value[] } {
  const inSessions = `session_id IN (${places(sessions.length, 2)})`;
  if (only === undefined) return { where: inSessions, values: sessions };
  if (only.length === 0) return { where: `${inSessions} AND 1 = 0`, values: sessions };
  return {
    where: `${inSessions} AND id IN (${places(only.length, 2 + sessions.length)})`,
    values: [...sessions, ...only],
  };
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
