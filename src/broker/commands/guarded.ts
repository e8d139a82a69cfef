import type { VerifiedClaims } from '../domain/verified-claims.ts';
import type { Broker, Caller } from './broker.ts';
import type { Judged } from './note-decisions.ts';

interface Asked {
  readonly caller: Caller;
  readonly claims: VerifiedClaims;
}

/** Takes a role away that a guardrail forbids, whatever the trust policies grant. */
export function guarded(broker: Broker, { caller, claims }: Asked, decision: Judged): Judged {
  if (broker.guardrails === undefined || !decision.allowed) return decision;
  const { address } = caller;
  const verdict = broker.guardrails.current.judge({
    claims,
    decision,
    address,
    now: broker.host.clock.now(),
  });
  if (verdict.allowed) return decision;
  const { role, policySet, considered } = decision;
  const { forbidden, errors } = verdict;
  return { allowed: false, role, policySet, considered, against: { guardrails: { forbidden, errors } } };
}
