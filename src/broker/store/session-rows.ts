import type { SessionRecord } from '../domain/session-record.ts';
import type { Row, Sql } from './database.ts';
import type { Opening, SessionEntry } from './session-requests.ts';

const columns = 'id, issuer, job, jkt, claims, token_key, token_expires_at, approved, expires_at';

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
    expiresAt: new Date(Number(row['expires_at'])),
  };
}

/** The running session of this access token and key, while the token is good. */
export async function findSession(
  sql: Sql,
  { accessTokenHash, thumbprint, now }: Omit<SessionEntry, 'proof'>,
): Promise<SessionRecord | undefined> {
  const [row] = await sql.run(
    `SELECT ${columns} FROM sessions WHERE access_token_hash = $1 AND jkt = $2 AND ended = 0 ` +
      'AND access_expires_at > $3',
    accessTokenHash,
    thumbprint,
    now.getTime(),
  );
  return row && toSession(row);
}

/** A new session, that lasts until its own end. */
export async function writeSession(sql: Sql, opening: Opening, accessExpiresAt: Date): Promise<void> {
  const { session, job } = opening;
  await sql.run(
    'INSERT INTO sessions (id, issuer, job, run, attempt, jkt, handle_hash, details_hash, access_token_hash, ' +
      'access_expires_at, claims, token_key, token_expires_at, approved, ended, created_at, expires_at) ' +
      'VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15, $16)',
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
  );
}

export function earlierOf(a: Date, b: Date): Date {
  return a < b ? a : b;
}
