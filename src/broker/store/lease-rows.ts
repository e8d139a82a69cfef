import { revocabilities } from '../../domain/lease.ts';
import { sha256 } from '../domain/digest.ts';
import type { LeaseRecord, LeaseState } from '../domain/lease-record.ts';
import type { Row, Sql } from './database.ts';
import type { NewLease } from './session-requests.ts';

/** The columns of a lease, for RETURNING and SELECT. */
export const leaseColumns =
  'id, session_id, issuer, job, role, engine, state, revocability, policy_id, policy_version, created_at, ' +
  'expires_at, ends_at, heartbeat_seconds, credential_expires_at, minting, revoke_data, attempts, backend, ' +
  "CASE WHEN sealed = '' THEN 0 ELSE 1 END AS is_sealed";

/** A row of `leases` as the rest of the broker knows it. PostgreSQL gives BIGINT as text. */
export function toLease(row: Row): LeaseRecord {
  const at = (column: string): Date => new Date(Number(row[column]));
  return {
    id: String(row['id']),
    sessionId: String(row['session_id']),
    issuer: String(row['issuer']),
    job: String(row['job']),
    role: String(row['role']),
    engine: String(row['engine']),
    state: row['state'] as LeaseState,
    revocability: revocabilities.find((name) => name === row['revocability']) ?? 'expiry-only',
    policyId: String(row['policy_id']),
    policyVersion: String(row['policy_version']),
    createdAt: at('created_at'),
    expiresAt: at('expires_at'),
    endsAt: at('ends_at'),
    heartbeatSeconds: Number(row['heartbeat_seconds']),
    credentialExpiresAt: at('credential_expires_at'),
    minting: Number(row['minting']) === 1,
    revokeData: JSON.parse(String(row['revoke_data'])) as Record<string, string>,
    sealed: Number(row['is_sealed']) === 1,
    attempts: Number(row['attempts']),
    backend: String(row['backend']),
  };
}

/** `$3, $4, $5`: as many parameters as there are values, from a position on. */
export function places(count: number, first: number): string {
  return Array.from({ length: count }, (_, index) => `$${String(first + index)}`).join(', ');
}

/** One name for one place where an engine makes things, whichever role says so. */
export function backendOf({ engine, revokeData }: Pick<NewLease, 'engine' | 'revokeData'>): string {
  const place = JSON.stringify(Object.entries(revokeData).toSorted());
  return `${engine} ${sha256(place).slice(0, 16)}`;
}

/** The engine that makes things there; empty for leases of the version before. */
export function engineOf(backend: string): string {
  return backend.split(' ', 1)[0] ?? '';
}

/** To whom new leases belong, and by which request. */
export interface LeaseOwner {
  readonly sessionId: string;
  readonly issuer: string;
  readonly job: string;
  readonly thumbprint: string;
  /** What a later request in the session named itself; empty for the request that opened it. */
  readonly requestId: string;
  readonly detailsHash: string;
  /** The lease whose place the new one takes. */
  readonly replaces: string | undefined;
  /** They are active from now on; otherwise intents. */
  readonly atOnce: boolean;
  readonly now: Date;
}

/** Writes down what is lent, or about to be minted. */
export async function writeLeases(sql: Sql, owner: LeaseOwner, leases: readonly NewLease[]): Promise<void> {
  for (const lease of leases) {
    await sql.run(
      'INSERT INTO leases (id, session_id, issuer, job, jkt, role, engine, state, revocability, policy_id, ' +
        'policy_version, created_at, expires_at, ends_at, heartbeat_seconds, credential_expires_at, minting, ' +
        'revoke_data, attempts, next_at, request_id, details_hash, replaces, lingers, backend) VALUES ' +
        '($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 0, 0, $19, $20, $21, $22, $23)',
      lease.id,
      owner.sessionId,
      owner.issuer,
      owner.job,
      owner.thumbprint,
      lease.role,
      lease.engine,
      owner.atOnce ? 'active' : 'intent',
      lease.revocability,
      lease.policyId,
      lease.policyVersion,
      owner.now.getTime(),
      lease.expiresAt.getTime(),
      firstEnd(owner, lease),
      lease.heartbeatSeconds,
      lease.credentialExpiresAt.getTime(),
      owner.atOnce ? 0 : 1,
      JSON.stringify(lease.revokeData),
      owner.requestId,
      owner.detailsHash,
      owner.replaces ?? null,
      lease.lingers === true ? 1 : 0,
      backendOf(lease),
    );
  }
}

/** Heartbeats count from when a lease is active. */
function firstEnd({ atOnce, now }: LeaseOwner, { expiresAt, heartbeatSeconds }: NewLease): number {
  const end = expiresAt.getTime();
  return atOnce && heartbeatSeconds > 0 ? Math.min(end, now.getTime() + heartbeatSeconds * 1000) : end;
}
