import type { Lock, Row, Sql } from './database.ts';
import { endSessions, type Choice } from './end-sessions.ts';
import { leaseColumns, places, toLease } from './lease-rows.ts';
import { lockOfHandle, lockOfJob } from './locks.ts';
import type { RevocationOutcome, RevocationTarget } from './store.ts';
import { buryHandle } from './tombstones.ts';
import { useProof } from './use-once.ts';

/** Ends the target's sessions and queues their leases; see `Store.beginRevocation`. */
export async function beginRevocation(
  sql: Sql,
  target: RevocationTarget,
  now: Date,
): Promise<RevocationOutcome> {
  await sql.lock(...locksFor(target));
  const choice = 'accessTokenHash' in target ? undefined : sharedChoice(target);
  const sessions = (await findSessions(sql, target)).map((row) => String(row['id']));
  const waiting =
    choice === undefined
      ? []
      : await sql.run(`SELECT id FROM deferred WHERE ${choice.where}`, ...choice.values);
  if (sessions.length === 0 && waiting.length === 0)
    return 'handleHash' in target ? buryHandle(sql, target) : [];
  // Remembered only now: whoever has no session here must not be able to fill the store with proofs.
  const use = 'proof' in target ? await useProof(sql, target.proof) : 'new';
  if (use !== 'new') return use;
  const only = target.leaseIds;
  const byId = { where: `id IN (${places(sessions.length, 1)})`, values: sessions };
  if (only === undefined) await endSessions(sql, choice ?? byId, now);
  if (sessions.length === 0) return [];
  const taken = only === undefined ? [] : await endLeases(sql, sessions, only, now);
  const rows = await sql.run(
    `SELECT ${leaseColumns} FROM leases WHERE session_id IN (${places(sessions.length, 1)}) ` +
      "AND state NOT IN ('void', 'superseded') ORDER BY created_at, role, id",
    ...sessions,
  );
  const found = rows.map(toLease);
  return only === undefined ? found : found.filter(({ id }) => only.includes(id) || taken.includes(id));
}

/** An access token names a session that is there, so its row is enough. */
function locksFor(target: RevocationTarget): Lock[] {
  if ('accessTokenHash' in target) return [];
  return 'handleHash' in target ? [lockOfHandle(target.handleHash)] : [lockOfJob(target.issuer, target.job)];
}

/** By what sessions are found, and requests that wait to open one. */
function sharedChoice(target: Exclude<RevocationTarget, { accessTokenHash: string }>): Choice {
  return 'handleHash' in target
    ? { where: 'handle_hash = $1', values: [target.handleHash] }
    : { where: 'issuer = $1 AND job = $2', values: [target.issuer, target.job] };
}

/** Nobody adds to them until this is done. */
function findSessions(sql: Sql, target: RevocationTarget): Promise<readonly Row[]> {
  if ('accessTokenHash' in target)
    return sql.run(
      `SELECT id FROM sessions WHERE access_token_hash = $1 AND jkt = $2 ${sql.forUpdate}`,
      target.accessTokenHash,
      target.thumbprint,
    );
  const { where, values } = sharedChoice(target);
  return sql.run(`SELECT id FROM sessions WHERE ${where} ORDER BY id ${sql.forUpdate}`, ...values);
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
