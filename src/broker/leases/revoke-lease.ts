import type { BrokerClock } from '../domain/outside.ts';
import type { AuditEvent, WriteAudit } from '../domain/audit-event.ts';
import type { LeaseRecord } from '../domain/lease-record.ts';
import { backoffMs } from './backoff.ts';
import type { Breakers } from './breaker.ts';
import type { LeaseClock } from './lease-clock.ts';
import { withTimeLimit } from '../domain/time-limit.ts';

/** The failure that is an alarm, and after how many more it is told again: about every hour. */
const alarmAttempts = 3;
const againAttempts = 12;
const attemptMs = 15_000;

/** What revoking takes from the other rooms. */
export interface RevocationParts {
  readonly clock: BrokerClock;
  readonly leaseTime: Pick<LeaseClock, 'now'>;
  readonly breakers: Pick<Breakers, 'noted'>;
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
  const succeeded = await attempted(parts, lease);
  await noteBackend(parts, lease, succeeded);
  if (!succeeded) {
    const wait = backoffMs(lease.attempts, Math.random());
    const nextAt = new Date(parts.leaseTime.now().getTime() + wait);
    await parts.settle(lease.id, { state: 'revoking', nextAt });
    await note(parts.audit, failed(lease, lease.attempts + 1));
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

async function attempted({ clock, revoke }: RevocationParts, lease: LeaseRecord): Promise<boolean> {
  try {
    await withTimeLimit(clock, attemptMs, (signal) => revoke(lease, signal));
    return true;
  } catch {
    return false;
  }
}

function failed(lease: LeaseRecord, attempts: number): AuditEvent {
  return {
    name: 'revocation',
    outcome: 'failure',
    message: 'revoking failed and will be tried again',
    alarm: attempts >= alarmAttempts && (attempts - alarmAttempts) % againAttempts === 0,
    detail: { ...leaseFacts(lease), attempts },
  };
}

async function noteBackend(parts: RevocationParts, lease: LeaseRecord, succeeded: boolean): Promise<void> {
  const changed = parts.breakers.noted(lease.backend, succeeded);
  if (changed === undefined) return;
  const detail = { engine: lease.engine, backend: lease.backend };
  await note(
    parts.audit,
    changed === 'back'
      ? { name: 'revocation', outcome: 'success', message: 'a backend revokes again', detail }
      : {
          name: 'revocation',
          outcome: 'failure',
          message: 'a backend does not revoke: it is asked now and then until it does',
          alarm: true,
          detail,
        },
  );
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
