import type { LeaseRecord } from '../domain/lease-record.ts';
import type { SessionRecord } from '../domain/session-record.ts';
import type { Row, Sql } from './database.ts';
import { checkJobRules, checkNotClosed, countIssue } from './job-rows.ts';
import { leaseColumns, toLease, writeIntents } from './lease-rows.ts';
import {
  refused,
  type AddOutcome,
  type Addition,
  type ExtendOutcome,
  type Extension,
  type Refused,
  type SessionEntry,
} from './session-requests.ts';
import { earlierOf, findSession } from './session-rows.ts';
import { usePresented, useProof } from './use-once.ts';

/** Makes the session's access token anew; see `Store.extendSession`. */
export async function extendSession(sql: Sql, extension: Extension): Promise<ExtendOutcome> {
  const { issuer, job, thumbprint, sessionId, handleHash, now } = extension;
  const refusal = (await usePresented(sql, extension)) ?? (await checkNotClosed(sql, extension));
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
async function enter(sql: Sql, entry: SessionEntry): Promise<SessionRecord | Refused> {
  const session = await findSession(sql, entry);
  if (session === undefined) return refused('no-access');
  const use = await useProof(sql, entry.proof);
  return use === 'new' ? session : refused(use);
}

/** Writes the intent of a further lease; see `Store.addLease`. */
export async function addLease(sql: Sql, addition: Addition): Promise<AddOutcome> {
  const session = await enter(sql, addition);
  if ('kind' in session) return session;
  const earlier = await sql.run(
    'SELECT details_hash FROM leases WHERE session_id = $1 AND request_id = $2',
    session.id,
    addition.requestId,
  );
  if (earlier.some((row) => row['details_hash'] !== addition.detailsHash))
    return refused('idempotency-conflict');
  const isRepeat = earlier.length > 0;
  const refusal = isRepeat ? undefined : await checkAddition(sql, session, addition);
  if (refusal !== undefined) return refusal;
  const superseded = isRepeat ? await supersede(sql, session.id, addition) : [];
  const { lease, now, requestId, detailsHash, replaces } = addition;
  const { id: sessionId, issuer, job, thumbprint } = session;
  await writeIntents(sql, { sessionId, issuer, job, thumbprint, requestId, detailsHash, replaces, now }, [
    lease,
  ]);
  return { kind: 'added', sessionId, superseded };
}

async function checkAddition(
  sql: Sql,
  session: SessionRecord,
  addition: Addition,
): Promise<Refused | undefined> {
  const { replaces, lease, limits, job, now } = addition;
  if (replaces !== undefined) return checkReplaced(sql, session, { replaces, role: lease.role, now });
  const { issuer, thumbprint } = session;
  const wanted = { issuer, job, thumbprint, now, roles: [lease.role], limits };
  const refusal =
    (await checkNotClosed(sql, wanted)) ?? (await checkJobRules(sql, wanted, { counted: true }));
  if (refusal !== undefined) return refusal;
  await countIssue(sql, { issuer, job, until: session.expiresAt });
  return undefined;
}

/** Another session's lease, one of another role and one that is over look alike. */
async function checkReplaced(
  sql: Sql,
  session: SessionRecord,
  { replaces, role, now }: { readonly replaces: string; readonly role: string; readonly now: Date },
): Promise<Refused | undefined> {
  const [row] = await sql.run(
    "SELECT replaced_by FROM leases WHERE id = $1 AND session_id = $2 AND role = $3 AND state = 'active' " +
      'AND ends_at > $4',
    replaces,
    session.id,
    role,
    now.getTime(),
  );
  if (row === undefined) return refused('not-renewable');
  return row['replaced_by'] === null ? undefined : refused('renewed-already');
}

async function supersede(
  sql: Sql,
  sessionId: string,
  { requestId, now }: Pick<Addition, 'requestId' | 'now'>,
): Promise<LeaseRecord[]> {
  const rows: readonly Row[] = await sql.run(
    "UPDATE leases SET state = CASE state WHEN 'intent' THEN 'superseded' ELSE 'revoking' END, next_at = $3 " +
      `WHERE session_id = $1 AND request_id = $2 AND state IN ('intent', 'active') RETURNING ${leaseColumns}`,
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
