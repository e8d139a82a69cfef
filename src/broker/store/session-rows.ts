import type { Origin } from '../domain/origin.ts';
import type { SessionRecord } from '../domain/session-record.ts';
import type { Row, Sql } from './database.ts';
import { refused, type Asked, type Opening, type Refused, type SessionEntry } from './session-requests.ts';

const columns = 'id, issuer, job, jkt, claims, token_key, token_expires_at, approved, created_at, expires_at';

function toSession(row: Row): SessionRecord {
  return {
    id: String(row['id']),
    issuer: String(row['issuer']),
    job: String(row['job']),
    thumbprint: String(row['jkt']),
    claims: JSON.parse(String(row['claims'])) as unknown,
    tokenKey: String(row['token_key']),
    tokenExpiresAt: new Date(Number(row['token_expires_at'])),
    approved: Number(row['approved']) === 1,
    openedAt: new Date(Number(row['created_at'])),
    expiresAt: new Date(Number(row['expires_at'])),
  };
}

/** The running session of this access token and key, while the token is good. */
export async function findSession(
  sql: Sql,
  { accessTokenHash, thumbprint, now }: Omit<SessionEntry, 'proof'>,
  held: Sql['forUpdate'] = '',
): Promise<SessionRecord | undefined> {
  const [row] = await sql.run(
    `SELECT ${columns} FROM sessions WHERE access_token_hash = $1 AND jkt = $2 AND ended = 0 ` +
      `AND access_expires_at > $3 ${held}`,
    accessTokenHash,
    thumbprint,
    now.getTime(),
  );
  return row && toSession(row);
}

/** The session that a request with this handle opened. Nobody ends it until this is done. */
export async function sessionOfHandle(
  sql: Sql,
  { issuer, job, handleHash }: Asked,
): Promise<Row | undefined> {
  if (handleHash === undefined) return undefined;
  const [row] = await sql.run(
    'SELECT id, jkt, details_hash, ended, expires_at FROM sessions ' +
      `WHERE issuer = $1 AND job = $2 AND handle_hash = $3 ${sql.forUpdate}`,
    issuer,
    job.key,
    handleHash,
  );
  return row;
}

/** Why the request that opened this session is not the one that is asked now, or cannot be repeated. */
export function conflictWithSession(
  session: Row | undefined,
  { thumbprint, detailsHash, now }: Asked,
): Refused | undefined {
  if (session === undefined) return undefined;
  if (session['jkt'] !== thumbprint) return refused('handle-of-other-key');
  if (session['details_hash'] !== detailsHash) return refused('idempotency-conflict');
  if (Number(session['ended']) === 1) return refused('given-back');
  return Number(session['expires_at']) <= now.getTime() ? refused('session-over') : undefined;
}

/** A new session, that lasts until its own end. */
export async function writeSession(sql: Sql, opening: Opening, accessExpiresAt: Date): Promise<void> {
  const { session, job } = opening;
  await sql.run(
    'INSERT INTO sessions (id, issuer, job, run, attempt, jkt, handle_hash, details_hash, access_token_hash, ' +
      'access_expires_at, claims, token_key, token_expires_at, approved, ended, created_at, expires_at, ' +
      'repository, repository_id, actor, commit_sha) ' +
      'VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15, $16, $17, $18, $19, $20)',
    session.id,
    opening.issuer,
    job.key,
    job.run?.key ?? null,
    job.run?.attempt ?? null,
    opening.thumbprint,
    opening.handleHash ?? null,
    opening.detailsHash,
    session.accessTokenHash,
    accessExpiresAt.getTime(),
    session.claims,
    session.tokenKey,
    session.tokenExpiresAt.getTime(),
    'deferredId' in opening ? 1 : 0,
    opening.now.getTime(),
    session.expiresAt.getTime(),
    ...originValues(session.origin),
  );
}

/** In the order of the columns `repository`, `repository_id`, `actor`, `commit_sha`. */
export function originValues({ repository, repositoryId, actor, commit }: Origin): readonly string[] {
  return [repository, repositoryId, actor, commit];
}

export function earlierOf(a: Date, b: Date): Date {
  return a < b ? a : b;
}
