import type { Row, Sql } from './database.ts';
import { takeApproved } from './deferred-rows.ts';
import { beginAttempt, checkJobRules, checkNotClosed, countIssue } from './job-rows.ts';
import { leaseColumns, toLease, writeIntents } from './lease-rows.ts';
import { refused, type Opening, type OpenOutcome, type Refused } from './session-requests.ts';
import { earlierOf, writeSession } from './session-rows.ts';
import { checkTombstone } from './tombstones.ts';
import { usePresented } from './use-once.ts';

/**
 * Uses up the proof and the token, then opens the session or repeats it, and writes the intents. A refusal leaves
 * proof and token used, and nothing else but what it takes back.
 */
export async function openSession(sql: Sql, opening: Opening): Promise<OpenOutcome> {
  const used =
    'deferredId' in opening
      ? await takeApproved(sql, opening.deferredId, opening.now)
      : await usePresented(sql, opening);
  const refusal = used ?? (await checkNotClosed(sql, opening)) ?? (await checkTombstone(sql, opening));
  if (refusal !== undefined) return refusal;
  const earlier = await findEarlier(sql, opening);
  if (earlier === undefined) return openNew(sql, opening);
  return conflictWith(earlier, opening) ?? repeat(sql, earlier, opening);
}

async function findEarlier(sql: Sql, { issuer, job, handleHash }: Opening): Promise<Row | undefined> {
  if (handleHash === undefined) return undefined;
  const [row] = await sql.run(
    'SELECT id, jkt, details_hash, ended, expires_at FROM sessions ' +
      'WHERE issuer = $1 AND job = $2 AND handle_hash = $3',
    issuer,
    job.key,
    handleHash,
  );
  return row;
}

function conflictWith(earlier: Row, { thumbprint, detailsHash, now }: Opening): Refused | undefined {
  if (earlier['jkt'] !== thumbprint) return refused('handle-of-other-key');
  if (earlier['details_hash'] !== detailsHash) return refused('idempotency-conflict');
  if (Number(earlier['ended']) === 1) return refused('given-back');
  return Number(earlier['expires_at']) <= now.getTime() ? refused('session-over') : undefined;
}

async function openNew(sql: Sql, opening: Opening): Promise<OpenOutcome> {
  const { session, issuer, job, now } = opening;
  const roles = opening.leases.map(({ role }) => role);
  // What was approved was counted when it came.
  const counts = !('deferredId' in opening);
  const refusal = await checkJobRules(sql, { ...opening, roles }, { counted: counts });
  if (refusal !== undefined) return refusal;
  const counted = { issuer, job, until: session.expiresAt };
  if (counts) await countIssue(sql, counted);
  const superseded = await beginAttempt(sql, counted, now);
  const accessExpiresAt = earlierOf(session.accessUntil, session.expiresAt);
  await writeSession(sql, opening, accessExpiresAt);
  await writeIntents(sql, ownerOf(session.id, opening), opening.leases);
  return { kind: 'opened', sessionId: session.id, accessExpiresAt, superseded };
}

/** The answer to the earlier request was lost: what it brought, or will bring, is taken back. */
async function repeat(sql: Sql, earlier: Row, opening: Opening): Promise<OpenOutcome> {
  const { session, now } = opening;
  const sessionId = String(earlier['id']);
  const rows = await sql.run(
    "UPDATE leases SET state = CASE state WHEN 'intent' THEN 'superseded' ELSE 'revoking' END, next_at = $2 " +
      `WHERE session_id = $1 AND state IN ('intent', 'active') RETURNING ${leaseColumns}`,
    sessionId,
    now.getTime(),
  );
  // The session's own end stays: a repetition is no way to a longer session.
  const accessExpiresAt = earlierOf(session.accessUntil, new Date(Number(earlier['expires_at'])));
  await sql.run(
    'UPDATE sessions SET access_token_hash = $2, access_expires_at = $3 WHERE id = $1',
    sessionId,
    session.accessTokenHash,
    accessExpiresAt.getTime(),
  );
  await writeIntents(sql, ownerOf(sessionId, opening), opening.leases);
  return { kind: 'opened', sessionId, accessExpiresAt, superseded: rows.map(toLease) };
}

function ownerOf(
  sessionId: string,
  { issuer, job, thumbprint, now }: Opening,
): Parameters<typeof writeIntents>[1] {
  return {
    sessionId,
    issuer,
    job: job.key,
    thumbprint,
    requestId: '',
    detailsHash: '',
    replaces: undefined,
    now,
  };
}
