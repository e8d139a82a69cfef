import { randomBytes } from 'node:crypto';
import type { LeaseRecord } from '../../../src/broker/domain/lease-record.ts';

/** The id of a lease as the broker makes them. */
export function freshLease(): string {
  return `lse_${randomBytes(12).toString('hex')}`;
}

/** A lease that is to be revoked. */
export function leaseRecord(changes: Partial<LeaseRecord> = {}): LeaseRecord {
  const createdAt = new Date();
  const end = new Date(createdAt.getTime() + 600_000);
  return {
    id: freshLease(),
    sessionId: 'ses_1',
    issuer: 'https://issuer.example.com',
    job: 'job-1',
    role: 'team/deploy',
    engine: 'any',
    state: 'revoking',
    revocability: 'immediate',
    policyId: 'p',
    policyVersion: 'sha256:0',
    createdAt,
    expiresAt: end,
    endsAt: end,
    heartbeatSeconds: 0,
    credentialExpiresAt: end,
    minting: false,
    revokeData: {},
    sealed: false,
    attempts: 0,
    backend: 'any',
    ...changes,
  };
}
