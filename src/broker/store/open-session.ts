import type { Row, Sql } from './database.ts';
import { checkApproved, checkNotDeferred, useApproval } from './deferred-rows.ts';
import { checkMayLend } from './freeze.ts';
import { checkCaps } from './role-caps.ts';
import { beginAttempt, checkJobRules, checkNotClosed, countIssue } from './job-rows.ts';
import { locksOf } from './locks.ts';
import { leaseColumns, toLease, writeLeases } from './lease-rows.ts';
import { refused, type Opening, type OpenOutcome, type Refused } from './session-requests.ts';
import { conflictWithSession, earlierOf, sessionOfHandle, writeSession } from './session-rows.ts';
import { checkTombstone } from './tombstones.ts';
import { usePresented } from './use-once.ts';

/**
 * Uses up the proof and the token, then opens the session or repeats it, and writes the leases. A refusal leaves
 * proof and token used, and nothing else but what it takes back.
 */
export async function openSession(sql: Sql, opening: Opening): Promise<OpenOutcome> {
  await sql.lock(...locksOf({ ...opening, capped: opening.caps.keys() }));
  const closed = await checkMayLend(sql, 'deferredId' in opening ? undefined : opening.token);
  if (closed !== undefined) return closed;
  const earlier = await sessionOfHandle(sql, opening);
  const refusal =
    (await useRight(sql, opening, earlier !== undefined)) ??
    (await checkNotClosed(sql, opening)) ??
    (await checkTombstone(sql, opening)) ??
    ('deferredId' in opening ? undefined : await checkNotDeferred(sql, opening)) ??
    conflictWithSession(earlier, opening) ??
    (await checkRules(sql, opening, earlier !== undefined)) ??
    (await checkRoles(sql, opening, earlier));
  if (refusal !== undefined) return refusal;
  if ('deferredId' in opening && !(await useApproval(sql, opening.deferredId))) return refused('given-back');
  return earlier === undefined ? openNew(sql, opening) : repeat(sql, earlier, opening);
}

async function useRight(sql: Sql, opening: Opening, opened: boolean): Promise<Refused | undefined> {
  if (!('deferredId' in opening)) return usePresented(sql, opening);
  return checkApproved(sql, { id: opening.deferredId, opened, now: opening.now });
}

/** What was approved was counted when it came. */
async function checkRules(sql: Sql, opening: Opening, opened: boolean): Promise<Refused | undefined> {
  const roles = opening.leases.map(({ role }) => role);
  const asNew = 'deferredId' in opening ? 'uncounted' : 'all';
  return checkJobRules(sql, { ...opening, roles }, opened ? 'repeated' : asNew);
}

function checkRoles(sql: Sql, opening: Opening, earlier: Row | undefined): Promise<Refused | undefined> {
  const { leases, session, now } = opening;
  const sessionId = earlier === undefined ? session.id : String(earlier['id']);
  const requests = leases.flatMap(({ role }) => {
    const caps = opening.caps.get(role);
    return caps === undefined ? [] : [{ role, caps, sessionId, requestId: '', replaces: undefined, now }];
  });
  return checkCaps(sql, requests);
}

async function openNew(sql: Sql, opening: Opening): Promise<OpenOutcome> {
  const { session, issuer, job, now } = opening;
  const counted = { issuer, job, until: session.expiresAt };
  if (!('deferredId' in opening)) await countIssue(sql, counted);
  const superseded = await beginAttempt(sql, counted, now);
  const accessExpiresAt = earlierOf(session.accessUntil, session.expiresAt);
  await writeSession(sql, opening, accessExpiresAt);
  await writeLeases(sql, ownerOf(session.id, opening), opening.leases);
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
  await writeLeases(sql, ownerOf(sessionId, opening), opening.leases);
  return { kind: 'opened', sessionId, accessExpiresAt, superseded: rows.map(toLease) };
}

function ownerOf(
  sessionId: string,
  { issuer, job, thumbprint, atOnce = false, now }: Opening,
): Parameters<typeof writeLeases>[1] {
  return {
    sessionId,
    issuer,
    job: job.key,
    thumbprint,
    requestId: '',
    detailsHash: '',
    replaces: undefined,
    atOnce,
    now,
  };
}
