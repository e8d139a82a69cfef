import { Refusal } from '../domain/refusal.ts';
import type { LeaseRecord } from '../domain/lease-record.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import type { OpenOutcome } from '../store/store.ts';
import type { Broker, Caller } from './broker.ts';
import { noteStates } from './keep-leases.ts';
import { claimFacts } from './note-decisions.ts';
import { usedBefore } from './used-proof.ts';

type Refused = Exclude<OpenOutcome, { kind: 'opened' }>['kind'];

interface Verdict {
  readonly refusal: () => Refusal;
  /** Somebody else seems to hold this job's token or handle. */
  readonly alarm: boolean;
}

const verdicts: Readonly<Record<Refused, Verdict>> = {
  'proof-replayed': {
    refusal: () => usedBefore('proof-replayed'),
    alarm: true,
  },
  'nonce-used': {
    refusal: () => usedBefore('nonce-used'),
    alarm: false,
  },
  'token-used': {
    refusal: () =>
      new Refusal('invalid_grant', 'the ID token was used before; ask the platform for a fresh one'),
    alarm: false,
  },
  'token-of-other-key': {
    refusal: () =>
      new Refusal('invalid_grant', 'the ID token belongs to another key', {
        reason: 'token-bound-to-other-key',
      }),
    alarm: true,
  },
  'handle-of-other-key': {
    refusal: () =>
      new Refusal('access_denied', 'the revocation handle belongs to another key', { reason: 'denied' }),
    alarm: true,
  },
  'idempotency-conflict': {
    refusal: () =>
      new Refusal('conflict', 'the revocation handle was used for another request', {
        reason: 'idempotency-conflict',
      }),
    alarm: false,
  },
  'given-back': {
    refusal: () => new Refusal('conflict', 'the revocation handle was given back', { reason: 'superseded' }),
    alarm: false,
  },
  'role-in-use': {
    refusal: () =>
      new Refusal('access_denied', 'another session of this job holds the role', { reason: 'role-in-use' }),
    alarm: true,
  },
  'budget-spent': {
    refusal: () =>
      new Refusal('access_denied', 'this job has opened as many sessions as it may', {
        reason: 'role-in-use',
      }),
    alarm: true,
  },
};

/**
 * What came of the transaction that opens a session; a refusal is written down.
 * @throws Refusal
 */
export async function judgeOpening(
  broker: Broker,
  caller: Caller,
  { outcome, claims }: { readonly outcome: OpenOutcome; readonly claims: VerifiedClaims },
): Promise<{ readonly sessionId: string; readonly superseded: readonly LeaseRecord[] }> {
  if (outcome.kind === 'opened') {
    await noteStates(broker, outcome.superseded);
    return outcome;
  }
  const { refusal, alarm } = verdicts[outcome.kind];
  await broker.audit([
    {
      name: 'session',
      outcome: 'failure',
      message: `session refused: ${outcome.kind}`,
      alarm,
      ...caller,
      detail: claimFacts(claims),
    },
  ]);
  throw refusal();
}
