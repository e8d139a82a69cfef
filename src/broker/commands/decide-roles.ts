import { Refusal } from '../domain/refusal.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import { decide, isStranger, type Allowed } from '../policy/decide.ts';
import type { Broker, Caller } from './broker.ts';
import type { AskedRole } from './exchange-order.ts';
import { claimFacts, decisionEvent } from './note-decisions.ts';

interface Asked {
  readonly caller: Caller;
  readonly details: readonly AskedRole[];
  readonly encrypted: boolean;
}

/**
 * Steps 6 and 7 of PROTOCOL.md's order: all of the roles, or a refusal that tells nothing of policy.
 * @throws Refusal `access_denied`; `invalid_authorization_details` for a lifetime that the engine cannot give
 */
export async function decideRoles(broker: Broker, asked: Asked, claims: VerifiedClaims): Promise<Allowed[]> {
  const { caller, details } = asked;
  if (isStranger(broker.policies, claims)) {
    await broker.auditSampled({
      name: 'stranger',
      outcome: 'failure',
      message: 'no policy names this repository or project',
      ...caller,
      detail: claimFacts(claims),
    });
    throw denied();
  }
  const decisions = details.map(({ role, ttlSeconds }) =>
    decide(broker.policies, claims, { role, terms: broker.roles.get(role)?.terms, ttlSeconds }),
  );
  if (!decisions.every((decision) => decision.allowed)) {
    await broker.audit(decisions.map((decision) => decisionEvent(caller, claims, decision)));
    throw denied();
  }
  for (const { terms, ttlSeconds } of decisions) {
    if (ttlSeconds < terms.minSeconds)
      throw new Refusal('invalid_authorization_details', 'the ttl is below the role’s minimum', {
        reason: 'ttl-below-minimum',
        minimumSeconds: terms.minSeconds,
      });
    if (terms.requireEncryption && !asked.encrypted)
      throw new Refusal('invalid_request', 'encrypt_to is missing: this role is only lent encrypted');
  }
  return decisions;
}

function denied(): Refusal {
  return new Refusal('access_denied', 'not granted; the reason stands in the broker’s audit log', {
    reason: 'denied',
  });
}
