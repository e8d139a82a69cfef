import type { LeaseRecord } from '../domain/lease-record.ts';
import { speaksOfLeases, type LeaseSelector } from '../domain/lease-selector.ts';
import type { Row, Sql } from './database.ts';
import { endSessions } from './end-sessions.ts';
import { leaseColumns, places, toLease } from './lease-rows.ts';
import { leasesWhere, live, runningWhere, waiting, waitingWhere, type Selection } from './select-leases.ts';

/** What one batch has ended. */
export interface Ended extends Omit<Selection, 'leases'> {
  /** Now revoking. */
  readonly leases: readonly LeaseRecord[];
}

interface Batch {
  readonly limit: number;
  readonly now: Date;
}

/**
 * Ends no more than `limit` of each: sessions and requests that wait, so that nothing new comes, then leases. Where the
 * selector speaks of leases, the sessions of those that it meets end, and their other leases live to their own end; a
 * renewal that is under way goes with its lease.
 */
export async function endSelected(sql: Sql, selector: LeaseSelector, batch: Batch): Promise<Ended> {
  if (speaksOfLeases(selector)) return { ...(await endLeases(sql, selector, batch)), requests: 0 };
  const sessions = await endRunning(sql, selector, batch);
  const requests = await cancelWaiting(sql, selector, batch.limit);
  // Left in sessions that had ended before.
  const left = await endLeases(sql, selector, batch);
  return {
    leases: [...sessions.leases, ...left.leases],
    sessions: sessions.sessions + left.sessions,
    requests,
  };
}

async function endRunning(
  sql: Sql,
  selector: LeaseSelector,
  { limit, now }: Batch,
): Promise<Omit<Ended, 'requests'>> {
  const where = runningWhere(selector, now);
  const rows = await sql.run(
    `SELECT id FROM sessions WHERE ${where.text()} LIMIT ${where.place(limit)}`,
    ...where.values,
  );
  const ids = rows.map((row) => String(row['id']));
  if (ids.length === 0) return { leases: [], sessions: 0 };
  await holdSessions(sql, ids);
  const leases = await endSessions(sql, { where: `id IN (${places(ids.length, 1)})`, values: ids }, now);
  return { leases, sessions: ids.length };
}

async function cancelWaiting(sql: Sql, selector: LeaseSelector, limit: number): Promise<number> {
  const where = waitingWhere(selector);
  const rows = await sql.run(
    `UPDATE deferred SET state = 'cancelled' WHERE id IN (SELECT id FROM deferred WHERE ${where.text()} ` +
      `LIMIT ${where.place(limit)}) AND ${waiting} RETURNING id`,
    ...where.values,
  );
  return rows.length;
}

/** Sessions come before leases, and in one order: whoever ends those of one job waits for them so, too. */
async function holdSessions(sql: Sql, ids: readonly string[]): Promise<void> {
  if (sql.forUpdate === '') return;
  await sql.run(
    `SELECT id FROM sessions WHERE id IN (${places(ids.length, 1)}) ORDER BY id ${sql.forUpdate}`,
    ...ids,
  );
}

/** @returns nothing only when nothing more is found: what others end meanwhile is passed over */
async function endLeases(sql: Sql, selector: LeaseSelector, batch: Batch): Promise<Omit<Ended, 'requests'>> {
  for (;;) {
    const found = await findLive(sql, selector, batch.limit);
    if (found.length === 0) return { leases: [], sessions: 0 };
    const sessions = [...new Set(found.map((row) => String(row['session_id'])))];
    await holdSessions(sql, sessions);
    const leases = await endFound(sql, found, batch.now);
    if (leases.length > 0) return endSessionsOf(sql, leases, batch.now);
  }
}

function findLive(sql: Sql, selector: LeaseSelector, limit: number): Promise<readonly Row[]> {
  const where = leasesWhere(selector);
  where.add(() => live);
  return sql.run(
    `SELECT id, session_id FROM leases WHERE ${where.text()} ORDER BY created_at DESC LIMIT ${where.place(limit)}`,
    ...where.values,
  );
}

/** What was ended, and maybe revoked, since it was found is not revoked again. */
async function endFound(sql: Sql, found: readonly Row[], now: Date): Promise<LeaseRecord[]> {
  const rows = await sql.run(
    `UPDATE leases SET state = 'revoking', next_at = $1 WHERE id IN (${places(found.length, 2)}) AND ${live} ` +
      `RETURNING ${leaseColumns}`,
    now.getTime(),
    ...found.map((row) => String(row['id'])),
  );
  return rows.map(toLease);
}

async function endSessionsOf(
  sql: Sql,
  leases: readonly LeaseRecord[],
  now: Date,
): Promise<Omit<Ended, 'requests'>> {
  const ids = [...new Set(leases.map(({ sessionId }) => sessionId))];
  const ended = await sql.run(
    `UPDATE sessions SET ended = 1 WHERE id IN (${places(ids.length, 1)}) AND ended = 0 RETURNING id`,
    ...ids,
  );
  // After the sessions, whose rows are held by whoever adds to them.
  const renewals = await sql.run(
    `UPDATE leases SET state = 'revoking', next_at = $1 WHERE session_id IN (${places(ids.length, 2)}) ` +
      `AND replaces IN (${places(leases.length, 2 + ids.length)}) AND state = 'intent' RETURNING ${leaseColumns}`,
    now.getTime(),
    ...ids,
    ...leases.map(({ id }) => id),
  );
  return { leases: [...leases, ...renewals.map(toLease)], sessions: ended.length };
}
