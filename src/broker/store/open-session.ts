import type { Row, Sql } from './database.ts';
import { checkApproved, checkNotDeferred, useApproval } from './deferred-rows.ts';
import { checkCaps } from './role-caps.ts';
import { beginAttempt, checkJobRules, countIssue } from './job-rows.ts';
import { locksOf } from './locks.ts';
import { leaseColumns, toLease, writeLeases } from './lease-rows.ts';
import { refused, type Opening, type OpenOutcome, type Refused } from './session-requests.ts';
import { conflictWithSession, earlierOf, sessionOfHandle, writeSession } from './session-rows.ts';
import { isBuried, isClosed, mayNotLend, readStanding, type Standing } from './standing.ts';
import { usePresented } from './use-once.ts';

/**
 * Uses up the proof and the token, then opens the session or repeats it, and writes the leases. A refusal leaves
 * proof and token used, and nothing else but what it takes back.
 */
export async function openSession(sql: Sql, opening: Opening): Promise<OpenOutcome> {
  await sql.lock(...locksOf({ ...opening, capped: opening.caps.keys() }));
  const roles = opening.leases.map(({ role }) => role);
  const standing = await readStanding(sql, { ...opening, roles });
  const closed = mayNotLend(standing, 'deferredId' in opening ? undefined : opening.token);
  if (closed !== undefined) return closed;
  const earlier = standing.opened ? await sessionOfHandle(sql, opening) : undefined;
  const isOther = standing.deferred && !('deferredId' in opening);
  const refusal =
    (await useRight(sql, opening, earlier !== undefined)) ??
    isClosed(standing) ??
    isBuried(standing) ??
    (isOther ? await checkNotDeferred(sql, opening) : undefined) ??
    conflictWithSession(earlier, opening) ??
    (await checkRules(sql, opening, { opened: earlier !== undefined, standing })) ??
    (await checkRoles(sql, opening, earlier));
  if (refusal !== undefined) return refusal;
  if ('deferredId' in opening && !(await useApproval(sql, opening.deferredId))) return refused('given-back');
  return earlier === undefined ? openNew(sql, opening, standing) : repeat(sql, earlier, opening);
}

async function useRight(sql: Sql, opening: Opening, opened: boolean): Promise<Refused | undefined> {
  if (!('deferredId' in opening)) return usePresented(sql, opening);
  return checkApproved(sql, { id: opening.deferredId, opened, now: opening.now });
}

/** What was approved was counted when it came. */
function checkRules(
  sql: Sql,
  opening: Opening,
  { opened, standing }: { readonly opened: boolean; readonly standing: Standing },
): Promise<Refused | undefined> {
  const asNew = 'deferredId' in opening ? 'uncounted' : 'all';
  return checkJobRules(sql, opening, { held: opened ? 'repeated' : asNew, standing });
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

async function openNew(sql: Sql, opening: Opening, standing: Standing): Promise<OpenOutcome> {
  const { session, issuer, job, now } = opening;
  const counted = { issuer, job, until: session.expiresAt, now };
  if (!('deferredId' in opening)) await countIssue(sql, counted);
  const superseded = await beginAttempt(sql, counted, standing);
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
