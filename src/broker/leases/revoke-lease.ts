import type { BrokerClock } from '../domain/outside.ts';
import type { AuditEvent, WriteAudit } from '../domain/audit-event.ts';
import type { LeaseRecord } from '../domain/lease-record.ts';
import { backoffMs } from './backoff.ts';
import { withTimeLimit } from '../domain/time-limit.ts';

/** From this many failures on, each is an alarm. */
const alarmAttempts = 3;
const attemptMs = 15_000;

/** What revoking takes from the other rooms. */
export interface RevocationParts {
  readonly clock: BrokerClock;
  /** Asks the lease's engine. @throws when the credential is not known to be worthless */
  readonly revoke: (lease: LeaseRecord, signal: AbortSignal) => Promise<void>;
  readonly settle: (
    id: string,
    outcome: { readonly state: 'revoked' } | { readonly state: 'revoking'; readonly nextAt: Date },
  ) => Promise<void>;
  readonly audit: WriteAudit;
}

/**
 * One attempt to revoke one lease, and its outcome in store and audit log. Never rejects for the engine's failure: the
 * lease stays queued and its next attempt is set.
 * @throws StoreError when the outcome could not be stored; the claim then runs out and another attempt is made
 */
export async function revokeLease(parts: RevocationParts, lease: LeaseRecord): Promise<boolean> {
  try {
    await withTimeLimit(parts.clock, attemptMs, (signal) => parts.revoke(lease, signal));
  } catch {
    const wait = backoffMs(lease.attempts, Math.random());
    await parts.settle(lease.id, { state: 'revoking', nextAt: new Date(parts.clock.now().getTime() + wait) });
    await note(parts.audit, {
      name: 'revocation',
      outcome: 'failure',
      message: 'revoking failed and will be tried again',
      alarm: lease.attempts + 1 >= alarmAttempts,
      detail: { ...leaseFacts(lease), attempts: lease.attempts + 1 },
    });
    return false;
  }
  await parts.settle(lease.id, { state: 'revoked' });
  await note(parts.audit, {
    name: 'lease',
    outcome: 'success',
    message: 'lease revoked',
    detail: { ...leaseFacts(lease), state: 'revoked' },
  });
  return true;
}

/** Taking a right away is never put off because it could not be written down. */
async function note(audit: WriteAudit, event: AuditEvent): Promise<void> {
  await audit([event]).catch(() => undefined);
}

/** What identifies a lease in the audit log. */
export function leaseFacts(lease: LeaseRecord): Record<string, unknown> {
  return {
    lease_id: lease.id,
    session_id: lease.sessionId,
    issuer: lease.issuer,
    job: lease.job,
    role: lease.role,
    engine: lease.engine,
    policy: { id: lease.policyId, version: lease.policyVersion },
  };
}
