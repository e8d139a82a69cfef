import type { LeaseRecord } from '../domain/lease-record.ts';
import type { SessionRecord } from '../domain/session-record.ts';
import type { Row, Sql } from './database.ts';
import { checkJobRules, countIssue } from './job-rows.ts';
import { leaseColumns, toLease, writeLeases } from './lease-rows.ts';
import {
  refused,
  type AddOutcome,
  type Addition,
  type ExtendOutcome,
  type Extension,
  type Refused,
  type SessionEntry,
} from './session-requests.ts';
import { locksOf } from './locks.ts';
import { checkCaps } from './role-caps.ts';
import { earlierOf, findSession } from './session-rows.ts';
import { isClosed, mayNotLend, readStanding, type Standing } from './standing.ts';
import { usePresented, useProof } from './use-once.ts';

/** Makes the session's access token anew; see `Store.extendSession`. */
export async function extendSession(sql: Sql, extension: Extension): Promise<ExtendOutcome> {
  const { issuer, job, thumbprint, sessionId, handleHash, now } = extension;
  const standing = await readStanding(sql, { issuer, job, thumbprint, now });
  const refusal =
    mayNotLend(standing, extension.token) ?? (await usePresented(sql, extension)) ?? isClosed(standing);
  if (refusal !== undefined) return refusal;
  const [row] = await sql.run(
    'SELECT handle_hash, expires_at FROM sessions WHERE id = $1 AND issuer = $2 AND job = $3 AND jkt = $4 ' +
      'AND ended = 0 AND expires_at > $5',
    sessionId,
    issuer,
    job.key,
    thumbprint,
    now.getTime(),
  );
  if (row === undefined) return refused('no-such-session');
  if (handleHash !== undefined && row['handle_hash'] !== handleHash) return refused('other-handle');
  const accessExpiresAt = earlierOf(extension.accessUntil, new Date(Number(row['expires_at'])));
  await sql.run(
    'UPDATE sessions SET access_token_hash = $2, access_expires_at = $3 WHERE id = $1',
    sessionId,
    extension.accessTokenHash,
    accessExpiresAt.getTime(),
  );
  return { kind: 'extended', accessExpiresAt };
}

/** Whoever has no session here must not be able to fill the store with proofs: the proof is remembered after it. */
async function enter(
  sql: Sql,
  entry: SessionEntry,
  held: Sql['forUpdate'] = '',
): Promise<SessionRecord | Refused> {
  const session = await findSession(sql, entry, held);
  if (session === undefined) return refused('no-access');
  const use = await useProof(sql, entry.proof);
  return use === 'new' ? session : refused(use);
}

/** Writes the intent of a further lease; see `Store.addLease`. */
export async function addLease(sql: Sql, addition: Addition): Promise<AddOutcome> {
  const { caps } = addition;
  await sql.lock(...locksOf({ ...addition, capped: caps === undefined ? [] : [addition.lease.role] }));
  const standing = await readStanding(sql, { ...addition, roles: [addition.lease.role] });
  const frozen = mayNotLend(standing);
  if (frozen !== undefined) return frozen;
  const session = await enter(sql, addition, sql.forUpdate);
  if ('kind' in session) return session;
  const earlier = await sql.run(
    'SELECT id, details_hash, replaced_by FROM leases WHERE session_id = $1 AND request_id = $2',
    session.id,
    addition.requestId,
  );
  const refusal =
    conflictWith(earlier, addition) ??
    checkAge(session, addition) ??
    (await checkAddition(sql, addition, { session, earlier, standing })) ??
    (await checkRole(sql, addition, session.id));
  if (refusal !== undefined) return refusal;
  await countRequest(sql, addition, { session, earlier, standing });
  const superseded = earlier.length > 0 ? await supersede(sql, session.id, addition) : [];
  const { lease, now, requestId, detailsHash, replaces } = addition;
  const { id: sessionId, issuer, job, thumbprint } = session;
  const asked = { requestId, detailsHash, replaces, atOnce: false, now };
  await writeLeases(sql, { sessionId, issuer, job, thumbprint, ...asked }, [lease]);
  return { kind: 'added', sessionId, superseded };
}

/** Whoever renewed a lease has received it: repeated, it would live beside what took its place. */
function conflictWith(earlier: readonly Row[], { detailsHash }: Addition): Refused | undefined {
  if (earlier.some((row) => row['details_hash'] !== detailsHash)) return refused('idempotency-conflict');
  return earlier.some((row) => row['replaced_by'] !== null) ? refused('renewed-already') : undefined;
}

/** The policy of a further role may grant shorter sessions than that of the role which opened this one. */
function checkAge({ openedAt }: SessionRecord, { limits, now }: Addition): Refused | undefined {
  const age = now.getTime() - openedAt.getTime();
  return age >= limits.sessionMaxSeconds * 1000 ? refused('session-too-old') : undefined;
}

interface Known {
  readonly session: SessionRecord;
  /** What the same request brought before. */
  readonly earlier: readonly Row[];
  readonly standing: Standing;
}

async function checkAddition(sql: Sql, addition: Addition, known: Known): Promise<Refused | undefined> {
  if (addition.replaces !== undefined)
    return checkReplaced(sql, { ...addition, replaces: addition.replaces }, known);
  const { earlier, standing } = known;
  if (earlier.length > 0) return checkJobRules(sql, addition, { held: 'repeated', standing });
  return isClosed(standing) ?? checkJobRules(sql, addition, { held: 'all', standing });
}

function checkRole(sql: Sql, addition: Addition, sessionId: string): Promise<Refused | undefined> {
  const { caps, lease, requestId, replaces, now } = addition;
  if (caps === undefined) return Promise.resolve(undefined);
  return checkCaps(sql, [{ role: lease.role, caps, sessionId, requestId, replaces, now }]);
}

/** Neither a repetition nor a renewal counts. */
async function countRequest(sql: Sql, addition: Addition, { session, earlier }: Known): Promise<void> {
  if (addition.replaces !== undefined || earlier.length > 0) return;
  await countIssue(sql, { issuer: session.issuer, job: addition.job, until: session.expiresAt });
}

/**
 * Another session's lease, one of another role and one that is over look alike. Only the request that took a lease's
 * place may be repeated after its end.
 */
async function checkReplaced(
  sql: Sql,
  { replaces, lease, now }: Addition & { readonly replaces: string },
  { session, earlier }: Known,
): Promise<Refused | undefined> {
  const [row] = await sql.run(
    'SELECT state, ends_at, replaced_by FROM leases WHERE id = $1 AND session_id = $2 AND role = $3',
    replaces,
    session.id,
    lease.role,
  );
  const successor = row?.['replaced_by'] ?? undefined;
  if (successor !== undefined)
    return earlier.some(({ id }) => id === successor) ? undefined : refused('renewed-already');
  const lives = row?.['state'] === 'active' && Number(row['ends_at']) > now.getTime();
  return lives ? undefined : refused('not-renewable');
}

/** What the request brought or will bring, and what is about to take its place. */
async function supersede(
  sql: Sql,
  sessionId: string,
  { requestId, now }: Pick<Addition, 'requestId' | 'now'>,
): Promise<LeaseRecord[]> {
  const rows: readonly Row[] = await sql.run(
    "UPDATE leases SET state = CASE state WHEN 'intent' THEN 'superseded' ELSE 'revoking' END, next_at = $3 " +
      "WHERE session_id = $1 AND ((request_id = $2 AND state IN ('intent', 'active')) OR (state = 'intent' AND " +
      'replaces IN (SELECT id FROM leases WHERE session_id = $1 AND request_id = $2))) ' +
      `RETURNING ${leaseColumns}`,
    sessionId,
    requestId,
    now.getTime(),
  );
  return rows.map(toLease);
}

/** One lease of the session; see `Store.readLease`. */
export async function readLease(
  sql: Sql,
  entry: SessionEntry & { readonly leaseId: string },
): Promise<{ readonly kind: 'read'; readonly lease: LeaseRecord | undefined } | Refused> {
  const session = await enter(sql, entry);
  if ('kind' in session) return session;
  const [row] = await sql.run(
    `SELECT ${leaseColumns} FROM leases WHERE id = $1 AND session_id = $2`,
    entry.leaseId,
    session.id,
  );
  return { kind: 'read', lease: row && toLease(row) };
}

/** The session's job is alive; see `Store.heartbeat`. What is past its end, or was replaced, is not brought back. */
export async function heartbeat(
  sql: Sql,
  entry: SessionEntry,
): Promise<{ readonly kind: 'alive' } | Refused> {
  const session = await enter(sql, entry);
  if ('kind' in session) return session;
  await sql.run(
    'UPDATE leases SET ends_at = CASE WHEN expires_at < $2 + heartbeat_seconds * 1000 THEN expires_at ' +
      'ELSE $2 + heartbeat_seconds * 1000 END ' +
      "WHERE session_id = $1 AND state = 'active' AND heartbeat_seconds > 0 AND ends_at > $2 AND replaced_by IS NULL",
    session.id,
    entry.now.getTime(),
  );
  return { kind: 'alive' };
}
