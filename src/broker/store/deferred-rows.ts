import type { DeferredRecord, DeferredState } from '../domain/deferred-record.ts';
import type { Row, Sql } from './database.ts';
import { beginAttempt, checkJobRules, countIssue } from './job-rows.ts';
import { locksOf } from './locks.ts';
import { conflictWithSession, originValues, sessionOfHandle } from './session-rows.ts';
import { isBuried, isClosed, mayNotLend, readStanding } from './standing.ts';
import {
  refused,
  type Asked,
  type Deferral,
  type DeferOutcome,
  type Poll,
  type Refused,
} from './session-requests.ts';
import type { Decided, Verdict } from './store.ts';
import { usePresented, useProof } from './use-once.ts';

const columns =
  'id, issuer, job, jkt, handle_hash, details_hash, asked, claims, token_key, token_expires_at, state, decided_by, expires_at, approvals';
/** What is approved at the last moment can still be fetched. */
const fetchMs = 60_000;

function toDeferred(row: Row): DeferredRecord {
  const { handle_hash: handleHash, decided_by: decidedBy } = row;
  return {
    id: String(row['id']),
    issuer: String(row['issuer']),
    job: String(row['job']),
    thumbprint: String(row['jkt']),
    handleHash: typeof handleHash === 'string' ? handleHash : undefined,
    asked: JSON.parse(String(row['asked'])) as unknown,
    claims: JSON.parse(String(row['claims'])) as unknown,
    tokenKey: String(row['token_key']),
    tokenExpiresAt: new Date(Number(row['token_expires_at'])),
    state: row['state'] as DeferredState,
    decidedBy: typeof decidedBy === 'string' ? decidedBy : undefined,
    approvals: JSON.parse(String(row['approvals'])) as string[],
    expiresAt: new Date(Number(row['expires_at'])),
  };
}

/** Uses up proof and token, and keeps the request; see `Store.defer`. */
export async function defer(sql: Sql, deferral: Deferral): Promise<DeferOutcome> {
  await sql.lock(...locksOf(deferral));
  const standing = await readStanding(sql, deferral);
  const refusal =
    mayNotLend(standing, deferral.token) ??
    (await usePresented(sql, deferral)) ??
    isClosed(standing) ??
    isBuried(standing) ??
    conflictWithSession(standing.opened ? await sessionOfHandle(sql, deferral) : undefined, deferral);
  if (refusal !== undefined) return refusal;
  const earlier = standing.deferred ? await findEarlier(sql, deferral) : undefined;
  if (earlier !== undefined) return sameAgain(earlier, deferral);
  const { issuer, job, now, waiting } = deferral;
  const excess = await checkJobRules(sql, deferral, { held: 'all', standing });
  if (excess !== undefined) return excess;
  const counted = { issuer, job, until: waiting.expiresAt, now };
  await countIssue(sql, counted);
  const superseded = await beginAttempt(sql, counted, standing);
  await write(sql, deferral);
  return { kind: 'deferred', id: waiting.id, expiresAt: waiting.expiresAt, superseded };
}

async function findEarlier(sql: Sql, { issuer, job, handleHash }: Asked): Promise<Row | undefined> {
  if (handleHash === undefined) return undefined;
  const [row] = await sql.run(
    `SELECT ${columns} FROM deferred WHERE issuer = $1 AND job = $2 AND handle_hash = $3`,
    issuer,
    job.key,
    handleHash,
  );
  return row;
}

function sameAgain(row: Row, deferral: Deferral): DeferOutcome {
  const { id, expiresAt } = toDeferred(row);
  return conflictWith(row, deferral) ?? { kind: 'deferred', id, expiresAt, superseded: [] };
}

function conflictWith(row: Row, { thumbprint, detailsHash, now }: Asked): Refused | undefined {
  const earlier = toDeferred(row);
  if (earlier.thumbprint !== thumbprint) return refused('handle-of-other-key');
  if (row['details_hash'] !== detailsHash) return refused('idempotency-conflict');
  return refusalOf(earlier, now);
}

/** A handle is that of one request, also of one that waits, or waited, for its approval. */
export async function checkNotDeferred(sql: Sql, asked: Asked): Promise<Refused | undefined> {
  const earlier = await findEarlier(sql, asked);
  return earlier && conflictWith(earlier, asked);
}

/** What came of it, where nothing can come of it any more. */
function refusalOf({ state, expiresAt }: DeferredRecord, now: Date): Refused | undefined {
  if (state === 'cancelled') return refused('given-back');
  if (state === 'rejected') return refused('rejected');
  return state !== 'used' && expiresAt <= now ? refused('approval-expired') : undefined;
}

async function write(sql: Sql, deferral: Deferral): Promise<void> {
  const { waiting, job } = deferral;
  await sql.run(
    'INSERT INTO deferred (id, issuer, job, run, attempt, jkt, handle_hash, details_hash, asked, claims, token_key, ' +
      'token_expires_at, state, decided_by, created_at, expires_at, repository, repository_id, actor, commit_sha) ' +
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'pending', NULL, $13, $14, $15, $16, $17, $18)",
    waiting.id,
    deferral.issuer,
    job.key,
    job.run?.key ?? null,
    job.run?.attempt ?? null,
    deferral.thumbprint,
    deferral.handleHash ?? null,
    deferral.detailsHash,
    waiting.asked,
    waiting.claims,
    waiting.tokenKey,
    waiting.tokenExpiresAt.getTime(),
    deferral.now.getTime(),
    waiting.expiresAt.getTime(),
    ...originValues(waiting.origin),
  );
}

/** A request by its id. */
export async function findDeferred(sql: Sql, id: string): Promise<DeferredRecord | undefined> {
  const [row] = await sql.run(`SELECT ${columns} FROM deferred WHERE id = $1`, id);
  return row && toDeferred(row);
}

/** Another key's transaction and none look alike, and use up nothing; see `Store.pollDeferred`. */
export async function pollDeferred(
  sql: Sql,
  { proof, id, thumbprint, now }: Poll,
): Promise<{ readonly kind: 'polled'; readonly record: DeferredRecord } | Refused> {
  const record = await findDeferred(sql, id);
  if (record?.thumbprint !== thumbprint) return refused('no-such-transaction');
  const use = await useProof(sql, proof);
  if (use !== 'new') return refused(use);
  return refusalOf(record, now) ?? { kind: 'polled', record };
}

/** See `Store.decideDeferred`. */
export async function decideDeferred(sql: Sql, verdict: Verdict): Promise<Decided> {
  const { id, state, by, now, approvers = 1 } = verdict;
  const [waiting] = await sql.run(
    `SELECT approvals FROM deferred WHERE id = $1 AND state = 'pending' AND expires_at > $2 ${sql.forUpdate}`,
    id,
    now.getTime(),
  );
  if (waiting === undefined) return 'late';
  const before = JSON.parse(String(waiting['approvals'])) as string[];
  if (state === 'rejected') return end(sql, verdict, { by, approvals: before });
  if (before.includes(by)) return 'again';
  const approvals = [...before, by];
  if (approvals.length >= approvers) return end(sql, verdict, { by: approvals.join(', '), approvals });
  await sql.run('UPDATE deferred SET approvals = $2 WHERE id = $1', id, JSON.stringify(approvals));
  return 'noted';
}

async function end(
  sql: Sql,
  { id, state, now }: Verdict,
  { by, approvals }: { readonly by: string; readonly approvals: readonly string[] },
): Promise<Decided> {
  const rows = await sql.run(
    'UPDATE deferred SET state = $2, decided_by = $3, approvals = $6, ' +
      'expires_at = CASE WHEN expires_at < $4 THEN $4 ELSE expires_at END ' +
      "WHERE id = $1 AND state = 'pending' AND expires_at > $5 RETURNING id",
    id,
    state,
    by,
    now.getTime() + fetchMs,
    now.getTime(),
    JSON.stringify(approvals),
  );
  return rows.length > 0 ? 'decided' : 'late';
}

/**
 * Whether an approved request may open its session, or repeat it. One that opened a session is good for no other, also
 * when that one is forgotten; one that was refused since stays approved, for as long as the approval is good.
 */
export async function checkApproved(
  sql: Sql,
  { id, opened, now }: { readonly id: string; readonly opened: boolean; readonly now: Date },
): Promise<Refused | undefined> {
  const record = await findDeferred(sql, id);
  if (record?.state === 'used') return opened ? undefined : refused('session-over');
  return record?.state === 'approved' ? refusalOf(record, now) : refused('given-back');
}

/** An approval opens one session. @returns false when it was taken back at this moment */
export async function useApproval(sql: Sql, id: string): Promise<boolean> {
  const used = await sql.run(
    "UPDATE deferred SET state = 'used' WHERE id = $1 AND state IN ('approved', 'used') RETURNING id",
    id,
  );
  return used.length > 0;
}
