import type { Row, Sql } from './database.ts';
import { leaseColumns, toLease } from './lease-rows.ts';
import type { Opening, OpenOutcome, ProofUse, UsedOnce, UsedProof } from './store.ts';

type Refused = Exclude<OpenOutcome, { kind: 'opened' }>['kind'];

/**
 * Uses up the proof and the token, then opens the session or repeats it, and writes the intents. A refusal leaves
 * proof and token used, and nothing else.
 */
export async function openSession(sql: Sql, opening: Opening): Promise<OpenOutcome> {
  const refused = (await useOnce(sql, opening)) ?? (await checkTombstone(sql, opening));
  if (refused !== undefined) return { kind: refused };
  const earlier = await earlierSession(sql, opening);
  if (earlier === undefined) return openNew(sql, opening);
  const conflict = conflictWith(earlier, opening);
  if (conflict !== undefined) return { kind: conflict };
  return repeat(sql, String(earlier['id']), opening);
}

async function useOnce(sql: Sql, { proof, token, thumbprint }: Opening): Promise<Refused | undefined> {
  const use = await useProof(sql, proof);
  if (use !== 'new') return use;
  const first = await sql.run(
    'INSERT INTO id_tokens (token, jkt, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING token',
    token.key,
    thumbprint,
    token.expiresAt.getTime(),
  );
  if (first.length > 0) return undefined;
  const [row] = await sql.run('SELECT jkt FROM id_tokens WHERE token = $1', token.key);
  if (row?.['jkt'] !== thumbprint) return 'token-of-other-key';
  return token.singleUse ? 'token-used' : undefined;
}

/** A nonce that is found used leaves the proof's number used, and nothing else. */
export async function useProof(sql: Sql, proof: UsedProof): Promise<ProofUse> {
  if (!(await remember(sql, proof))) return 'proof-replayed';
  return proof.nonce === undefined || (await remember(sql, proof.nonce)) ? 'new' : 'nonce-used';
}

/** False when it is there already. */
async function remember(sql: Sql, { key, expiresAt }: UsedOnce): Promise<boolean> {
  const used = await sql.run(
    'INSERT INTO proofs (proof, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING proof',
    key,
    expiresAt.getTime(),
  );
  return used.length > 0;
}

async function checkTombstone(sql: Sql, { handleHash, now }: Opening): Promise<Refused | undefined> {
  if (handleHash === undefined) return undefined;
  const found = await sql.run(
    'SELECT handle_hash FROM tombstones WHERE handle_hash = $1 AND expires_at > $2',
    handleHash,
    now.getTime(),
  );
  return found.length > 0 ? 'given-back' : undefined;
}

async function earlierSession(sql: Sql, { issuer, job, handleHash }: Opening): Promise<Row | undefined> {
  if (handleHash === undefined) return undefined;
  const [row] = await sql.run(
    'SELECT id, jkt, details_hash, ended FROM sessions WHERE issuer = $1 AND job = $2 AND handle_hash = $3',
    issuer,
    job.key,
    handleHash,
  );
  return row;
}

function conflictWith(earlier: Row, { thumbprint, detailsHash }: Opening): Refused | undefined {
  if (earlier['jkt'] !== thumbprint) return 'handle-of-other-key';
  if (earlier['details_hash'] !== detailsHash) return 'idempotency-conflict';
  return Number(earlier['ended']) === 1 ? 'given-back' : undefined;
}

async function openNew(sql: Sql, opening: Opening): Promise<OpenOutcome> {
  if (opening.job.level === 'job') {
    const refused = await checkJobRules(sql, opening);
    if (refused !== undefined) return { kind: refused };
  }
  const { session, job } = opening;
  await sql.run(
    'INSERT INTO sessions (id, issuer, job, jkt, handle_hash, details_hash, access_token_hash, ended, created_at, expires_at) ' +
      'VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)',
    session.id,
    opening.issuer,
    job.key,
    opening.thumbprint,
    opening.handleHash ?? null,
    opening.detailsHash,
    session.accessTokenHash,
    opening.now.getTime(),
    session.expiresAt.getTime(),
  );
  await writeIntents(sql, session.id, opening);
  return { kind: 'opened', sessionId: session.id, superseded: [] };
}

/** One live session per job and role, and a budget of requests per job. */
async function checkJobRules(sql: Sql, opening: Opening): Promise<Refused | undefined> {
  const { issuer, job, limits, leases, thumbprint, now } = opening;
  const [opened] = await sql.run(
    'SELECT COUNT(*) AS number FROM sessions WHERE issuer = $1 AND job = $2',
    issuer,
    job.key,
  );
  if (Number(opened?.['number']) >= limits.issuesPerJob) return 'budget-spent';
  for (const { role } of leases) {
    const [live] = await sql.run(
      'SELECT COUNT(DISTINCT session_id) AS number FROM leases WHERE issuer = $1 AND job = $2 AND role = $3 ' +
        "AND jkt <> $4 AND state IN ('intent', 'active') AND expires_at > $5",
      issuer,
      job.key,
      role,
      thumbprint,
      now.getTime(),
    );
    if (Number(live?.['number']) >= limits.parallelSessions) return 'role-in-use';
  }
  return undefined;
}

/** The answer to the earlier request was lost: what it brought, or will bring, is taken back. */
async function repeat(sql: Sql, sessionId: string, opening: Opening): Promise<OpenOutcome> {
  const rows = await sql.run(
    "UPDATE leases SET state = CASE state WHEN 'intent' THEN 'superseded' ELSE 'revoking' END, next_at = $2 " +
      `WHERE session_id = $1 AND state IN ('intent', 'active') RETURNING ${leaseColumns}`,
    sessionId,
    opening.now.getTime(),
  );
  await sql.run(
    'UPDATE sessions SET access_token_hash = $2, expires_at = $3 WHERE id = $1',
    sessionId,
    opening.session.accessTokenHash,
    opening.session.expiresAt.getTime(),
  );
  await writeIntents(sql, sessionId, opening);
  return { kind: 'opened', sessionId, superseded: rows.map(toLease) };
}

async function writeIntents(sql: Sql, sessionId: string, opening: Opening): Promise<void> {
  for (const lease of opening.leases) {
    await sql.run(
      `INSERT INTO leases (jkt, next_at, ${leaseColumns}) VALUES ` +
        "($1, 0, $2, $3, $4, $5, $6, $7, 'intent', $8, $9, $10, $11, $12, $13, 1, '{}', 0)",
      opening.thumbprint,
      lease.id,
      sessionId,
      opening.issuer,
      opening.job.key,
      lease.role,
      lease.engine,
      lease.revocability,
      lease.policyId,
      lease.policyVersion,
      opening.now.getTime(),
      lease.expiresAt.getTime(),
      lease.credentialExpiresAt.getTime(),
    );
  }
}
