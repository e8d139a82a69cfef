import { revocabilities } from '../../domain/lease.ts';
import type { LeaseRecord, LeaseState } from '../domain/lease-record.ts';
import type { Row } from './database.ts';

/** The columns of a lease, for RETURNING and SELECT. */
export const leaseColumns =
  'id, session_id, issuer, job, role, engine, state, revocability, policy_id, policy_version, created_at, ' +
  'expires_at, credential_expires_at, minting, revoke_data, attempts';

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
    credentialExpiresAt: at('credential_expires_at'),
    minting: Number(row['minting']) === 1,
    revokeData: JSON.parse(String(row['revoke_data'])) as Record<string, string>,
    attempts: Number(row['attempts']),
  };
}

/** `$3, $4, $5`: as many parameters as there are values, from a position on. */
export function places(count: number, first: number): string {
  return Array.from({ length: count }, (_, index) => `$${String(first + index)}`).join(', ');
}
