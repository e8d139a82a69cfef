import { denied, Refusal } from '../domain/refusal.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import { decide, isStranger, type Allowed, type Decision } from '../policy/decide.ts';
import type { Broker, Caller } from './broker.ts';
import type { AskedRole, Delivery } from './exchange-order.ts';
import { claimFacts, decisionEvent, type Judged } from './note-decisions.ts';
import { guarded } from './guarded.ts';
import { withSecrets } from './kept-secrets.ts';
import { limited } from './role-access.ts';

interface Asked extends Pick<Delivery<unknown>, 'encryptTo'> {
  readonly caller: Caller;
  readonly details: readonly AskedRole[];
}

/**
 * Steps 6 and 7 of PROTOCOL.md's order: all of the roles, or a refusal that tells nothing of policy.
 * @throws Refusal `access_denied`; `invalid_authorization_details` for a lifetime that the engine cannot give
 */
export async function decideRoles(broker: Broker, asked: Asked, claims: VerifiedClaims): Promise<Allowed[]> {
  const { caller } = asked;
  // Both look at the policies in this same moment; after the wait others may be in force.
  const judged = judgedRoles(broker, asked, claims);
  if (await noteStranger(broker, caller, claims)) throw denied();
  const decisions = await withSecrets(broker, judged);
  if (!decisions.every((decision) => decision.allowed)) {
    await broker.audit(decisions.map((decision) => decisionEvent(caller, claims, decision)));
    throw denied();
  }
  for (const decision of decisions) checkTerms(decision, asked.encryptTo);
  return decisions;
}

/** What the policies say to each of the roles, less what the roles themselves, or a guardrail, do not allow. */
export function judgedRoles(
  broker: Broker,
  { caller, details }: Pick<Asked, 'caller' | 'details'>,
  claims: VerifiedClaims,
): Judged[] {
  return decisionsOn(broker, details, claims)
    .map((decision) => limited(broker, caller, decision))
    .map((decision) => guarded(broker, { caller, claims }, decision));
}

/** What the policies say to each of the roles, and nobody else. */
export function decisionsOn(
  broker: Broker,
  details: readonly AskedRole[],
  claims: VerifiedClaims,
): Decision[] {
  // All of them by one set, whatever takes its place meanwhile.
  const { current } = broker.policies;
  return details.map(({ role, ttlSeconds }) =>
    decide(current, claims, { role, terms: broker.roles.get(role)?.terms, ttlSeconds }),
  );
}

/**
 * What a role that is granted asks of the request besides.
 * @throws Refusal
 */
export function checkTerms({ terms, ttlSeconds }: Allowed, encryptTo: string | undefined): void {
  if (ttlSeconds < terms.minSeconds)
    throw new Refusal('invalid_authorization_details', 'the ttl is below the role’s minimum', {
      reason: 'ttl-below-minimum',
      minimumSeconds: terms.minSeconds,
    });
  if (terms.requireEncryption && encryptTo === undefined)
    throw new Refusal('invalid_request', 'encrypt_to is missing: this role is only lent encrypted');
}

/** Whether no policy names the job; for such a stranger nothing may be stored. A sample of them is written down. */
export async function noteStranger(broker: Broker, caller: Caller, claims: VerifiedClaims): Promise<boolean> {
  if (!isStranger(broker.policies.current, claims)) return false;
  await broker.auditSampled({
    name: 'stranger',
    outcome: 'failure',
    message: 'no policy names this repository or project',
    ...caller,
    detail: claimFacts(claims),
  });
  return true;
}

/** How many operators must agree to all of it. */
export function approversOf(decisions: readonly Decision[]): number {
  const each = decisions.map((decision) =>
    decision.allowed && decision.approval !== undefined ? (decision.approval.approvers ?? 1) : 1,
  );
  return Math.max(1, ...each);
}
