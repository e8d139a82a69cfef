import type { BrokerClock } from '../domain/outside.ts';
import type { AuditEvent, WriteAudit } from '../domain/audit-event.ts';
import type { LeaseRecord, RevocableLease } from '../domain/lease-record.ts';
import type { ToldReason } from '../domain/backend-failure.ts';
import { LivesOn } from '../domain/lives-on.ts';
import { Unrevocable } from '../domain/unrevocable.ts';
import { UnsealError } from '../sealing/sealed-secret.ts';
import { backoffMs } from './backoff.ts';
import type { Breakers } from './breaker.ts';
import { failureReason } from './failure-reason.ts';
import type { LeaseClock } from './lease-clock.ts';
import { Overtime, withTimeLimit } from '../domain/time-limit.ts';

/** The failure that is an alarm, and after how many more it is told again: about every hour. */
const alarmAttempts = 3;
const againAttempts = 12;
const attemptMs = 15_000;
/** Both together take less time than a claim holds (20 s). */
const openingMs = 4000;

/** What revoking takes from the other rooms. */
export interface RevocationParts {
  readonly clock: BrokerClock;
  readonly leaseTime: Pick<LeaseClock, 'now'>;
  readonly breakers: Pick<Breakers, 'noted'>;
  /** Asks the lease's engine. @throws when the credential is not known to be worthless */
  readonly revoke: (lease: RevocableLease, signal: AbortSignal) => Promise<void>;
  /** Opens what revoking needs. @throws UnsealError, StoreError */
  readonly open: (lease: LeaseRecord) => Promise<RevocableLease>;
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
  const opened = lease.sealed ? await tryOpening(parts, lease) : lease;
  if (opened instanceof UnsealError) return putOff(parts, lease, unopened(lease, opened));
  const outcome = await attempted(parts, opened);
  if (outcome === 'impossible') return putOff(parts, lease, lost(lease));
  const reason = typeof outcome === 'object' && 'failed' in outcome ? outcome.failed : undefined;
  await noteBackend(parts, lease, reason);
  if (reason !== undefined) return putOff(parts, lease, failed(lease, reason));
  if (outcome instanceof Date && outcome > parts.leaseTime.now()) return awaitEnd(parts, lease, outcome);
  await parts.settle(lease.id, { state: 'revoked' });
  await note(parts.audit, {
    name: 'lease',
    outcome: 'success',
    message: 'lease revoked',
    detail: { ...leaseFacts(lease), state: 'revoked' },
  });
  return true;
}

async function tryOpening(
  { clock, open }: RevocationParts,
  lease: LeaseRecord,
): Promise<RevocableLease | UnsealError> {
  try {
    return await withTimeLimit(clock, openingMs, () => open(lease));
  } catch (error) {
    if (error instanceof Overtime) return new UnsealError('late');
    // A store that does not answer says nothing of the lease.
    if (error instanceof UnsealError) return error;
    throw error;
  }
}

/** It stays queued, and is tried again later. */
async function putOff(parts: RevocationParts, lease: LeaseRecord, event: AuditEvent): Promise<false> {
  const wait = backoffMs(lease.attempts, Math.random());
  const nextAt = new Date(parts.leaseTime.now().getTime() + wait);
  await parts.settle(lease.id, { state: 'revoking', nextAt });
  await note(parts.audit, event);
  return false;
}

/** What can be revoked is; when the rest is over the engine is asked once more. */
async function awaitEnd(parts: RevocationParts, lease: LeaseRecord, nextAt: Date): Promise<false> {
  await parts.settle(lease.id, { state: 'revoking', nextAt });
  await note(parts.audit, {
    name: 'lease',
    outcome: 'success',
    message: 'what of the lease can be revoked is, and the rest lives until its end',
    detail: { ...leaseFacts(lease), state: 'revoking', expires_at: nextAt.toISOString() },
  });
  return false;
}

/** @returns when it failed not, and a part lives on: until when */
async function attempted(
  { clock, revoke }: RevocationParts,
  lease: RevocableLease,
): Promise<'revoked' | { readonly failed: ToldReason } | 'impossible' | Date> {
  try {
    await withTimeLimit(clock, attemptMs, (signal) => revoke(lease, signal));
    return 'revoked';
  } catch (error) {
    if (error instanceof LivesOn) return error.until;
    return error instanceof Unrevocable ? 'impossible' : { failed: failureReason(error) };
  }
}

function failed(lease: LeaseRecord, reason: ToldReason): AuditEvent {
  const attempts = lease.attempts + 1;
  return {
    name: 'revocation',
    outcome: 'failure',
    message: 'revoking failed and will be tried again',
    alarm: attempts >= alarmAttempts && (attempts - alarmAttempts) % againAttempts === 0,
    detail: { ...leaseFacts(lease), attempts, ...reason },
  };
}

const unopenedBecause: Readonly<Record<UnsealError['reason'], string>> = {
  'key-missing': 'the key that seals what revoking needs is missing',
  damaged: 'what is sealed for it is damaged',
  late: 'what is sealed for it was not opened in time',
};

/** Told at once, since no backend has to be waited for, and then about every hour. The backend is not asked, nor blamed. */
function unopened(lease: LeaseRecord, { reason, keyId }: UnsealError): AuditEvent {
  return {
    name: 'revocation',
    outcome: 'failure',
    message: `a lease cannot be revoked: ${unopenedBecause[reason]}`,
    alarm: lease.attempts % againAttempts === 0,
    detail: {
      ...leaseFacts(lease),
      attempts: lease.attempts + 1,
      ...(keyId === undefined ? {} : { sealing_key: keyId }),
    },
  };
}

/** It is not over, and will not be before its credential is. The backend is not blamed. */
function lost(lease: LeaseRecord): AuditEvent {
  return {
    name: 'revocation',
    outcome: 'failure',
    message:
      'a lease cannot be revoked: the backend’s answer was lost, and what it may have made ends by itself',
    alarm: lease.attempts % againAttempts === 0,
    detail: {
      ...leaseFacts(lease),
      attempts: lease.attempts + 1,
      credential_expires_at: lease.credentialExpiresAt.toISOString(),
    },
  };
}

/** @param reason why it failed, if it did */
async function noteBackend(
  parts: RevocationParts,
  lease: LeaseRecord,
  reason: ToldReason | undefined,
): Promise<void> {
  const changed = parts.breakers.noted(lease.backend, reason === undefined);
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
          detail: { ...detail, ...reason },
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
