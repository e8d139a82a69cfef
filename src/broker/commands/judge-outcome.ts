import { Refusal, type RefusalError, type RefusalReason } from '../domain/refusal.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import type { Refused } from '../store/session-requests.ts';
import type { Broker, Caller } from './broker.ts';
import { takenBack } from './keep-leases.ts';
import { claimFacts } from './note-decisions.ts';
import { judgeOverCap } from './judge-over-cap.ts';
import { usedBefore } from './used-proof.ts';

interface Verdict {
  readonly error: RefusalError;
  readonly message: string;
  readonly reason?: RefusalReason;
  readonly retryAfterSeconds?: number;
  /** Somebody else seems to hold this job's token or handle. */
  readonly alarm?: true;
}

type Judged = Exclude<Refused['kind'], 'proof-replayed' | 'nonce-used' | 'over-cap'>;

/** What concerns policy looks alike (PROTOCOL.md, Errors). */
const byPolicy: Verdict = {
  error: 'access_denied',
  message: 'not granted; the reason stands in the broker’s audit log',
  reason: 'denied',
};

const verdicts: Readonly<Record<Judged, Verdict>> = {
  'token-used': {
    error: 'invalid_grant',
    message: 'the ID token was used before; ask the platform for a fresh one',
  },
  'token-too-old': {
    error: 'invalid_grant',
    message: 'the ID token is from before the store was restored; ask for a new one',
    reason: 'token-too-old',
  },
  'token-of-other-key': {
    error: 'invalid_grant',
    message: 'the ID token belongs to another key',
    reason: 'token-bound-to-other-key',
    alarm: true,
  },
  'handle-of-other-key': {
    error: 'access_denied',
    message: 'the revocation handle belongs to another key',
    reason: 'denied',
    alarm: true,
  },
  'other-handle': {
    error: 'invalid_request',
    message: 'revocation_handle_hash is not that of the session',
  },
  'idempotency-conflict': {
    error: 'conflict',
    message: 'the handle or request_id was used for another request',
    reason: 'idempotency-conflict',
  },
  'given-back': {
    error: 'conflict',
    message: 'the revocation handle was given back',
    reason: 'superseded',
  },
  'session-over': { error: 'conflict', message: 'the session has ended', reason: 'superseded' },
  'no-such-session': {
    error: 'invalid_grant',
    message: 'this job and key have no such running session',
  },
  'job-closed': { error: 'access_denied', message: 'the job has ended', reason: 'job-closed' },
  'role-in-use': {
    error: 'access_denied',
    message: 'another session of this job holds the role',
    reason: 'role-in-use',
    alarm: true,
  },
  // Limits of the policy: how they stand is the audit log’s to tell.
  'budget-spent': { ...byPolicy, alarm: true },
  'too-many-keys': { ...byPolicy, alarm: true },
  'session-too-old': byPolicy,
  'no-access': { error: 'invalid_token', message: 'the access token is not, or no longer, good' },
  'not-renewable': {
    error: 'invalid_request',
    message: 'replaces names no active lease of this role in this session',
  },
  'no-such-transaction': {
    error: 'invalid_request',
    message: 'this key has no request under this transaction_id',
  },
  rejected: { error: 'access_denied', message: 'the request was not approved', reason: 'approval-rejected' },
  'approval-expired': {
    error: 'access_denied',
    message: 'the request was not approved and fetched in time',
    reason: 'approval-expired',
  },
  frozen: {
    error: 'temporarily_unavailable',
    message: 'the broker’s operators have stopped all lending for now; giving back goes on',
    reason: 'frozen',
    retryAfterSeconds: 60,
  },
  'renewed-already': {
    error: 'conflict',
    message: 'the lease was replaced already',
    reason: 'superseded',
  },
};

const sampledAtTheDoor: readonly Refused['kind'][] = ['no-access', 'no-such-transaction', 'frozen'];

/**
 * Writes a refusal down, and revokes what it took back.
 * @param refused what the store said, and the claims of who asked where they are known
 * @returns what the caller is told
 */
export async function judge(
  broker: Broker,
  caller: Caller,
  { refused, claims }: { readonly refused: Refused; readonly claims?: VerifiedClaims },
): Promise<Refusal> {
  if (refused.kind === 'over-cap') return judgeOverCap(broker, caller, { over: refused.over, claims });
  const { refusal, alarm } = verdictOn(refused.kind);
  // Anybody may send tokens or ids that are not good: of those no more than a sample is written, at the door.
  // Of a freeze too: its refusals are as many as there are jobs.
  if (sampledAtTheDoor.includes(refused.kind)) return refusal;
  await broker.audit([
    {
      name: 'session',
      outcome: 'failure',
      message: `session refused: ${refused.kind}`,
      alarm,
      ...caller,
      ...(claims === undefined ? {} : { detail: claimFacts(claims) }),
    },
  ]);
  await takenBack(broker, refused.revoked);
  return refusal;
}

/** What a request is told while nothing is lent. */
export function frozen(): Refusal {
  return verdictOn('frozen').refusal;
}

function verdictOn(kind: Exclude<Refused['kind'], 'over-cap'>): {
  readonly refusal: Refusal;
  readonly alarm: boolean;
} {
  if (kind === 'proof-replayed' || kind === 'nonce-used')
    return { refusal: usedBefore(kind), alarm: kind === 'proof-replayed' };
  const { error, message, reason, retryAfterSeconds, alarm } = verdicts[kind];
  const refusal = new Refusal(error, message, {
    ...(reason && { reason }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
  return { refusal, alarm: alarm === true };
}
