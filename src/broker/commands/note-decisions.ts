import type { AuditEvent } from '../domain/audit-event.ts';
import type { Condition } from '../domain/condition.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import type { Decision, Denied } from '../policy/decide.ts';
import type { NewLease } from '../store/session-requests.ts';
import { abandon } from './abandon.ts';
import type { Broker, Caller } from './broker.ts';

/** A decision of the policies, or what was taken away from it and why. */
export type Judged = Decision | (Denied & { readonly against: Against });

/** As the audit log has it. */
type Against =
  | { readonly kept: Readonly<Record<string, string>> }
  | { readonly role_access: readonly Condition[] }
  | { readonly guardrails: { readonly forbidden: readonly string[]; readonly errors: readonly string[] } };

interface Noted {
  readonly claims: VerifiedClaims;
  readonly decisions: readonly Judged[];
  readonly leases: readonly NewLease[];
  /** The leases are active already. */
  readonly atOnce?: boolean;
}

/**
 * Writes down what was decided and what is about to be minted, before anything is.
 * @throws Refusal `temporarily_unavailable` (audit); the leases have then become void
 */
export async function noteDecisions(broker: Broker, caller: Caller, noted: Noted): Promise<void> {
  const { claims, decisions, leases, atOnce = false } = noted;
  const leaseEvent = atOnce ? activeEvent : intentEvent;
  try {
    await broker.audit([
      ...decisions.map((decision) => decisionEvent(caller, claims, decision)),
      ...leases.map((lease) => leaseEvent(caller, lease)),
    ]);
  } catch (error) {
    const unminted = leases.map(({ id }) => id);
    await abandon(broker, { toRevoke: [], unminted });
    throw error;
  }
}

function intentEvent(caller: Caller, { id, role, engine }: NewLease): AuditEvent {
  const detail = { lease_id: id, role, engine, state: 'intent' };
  return { name: 'lease', outcome: 'success', message: 'lease intent', ...caller, detail };
}

/** A lease that may be used from now on. */
export function activeEvent(caller: Caller, lease: NewLease): AuditEvent {
  const { id, role, engine, revocability, expiresAt } = lease;
  const ends = expiresAt.toISOString();
  const detail = { lease_id: id, role, engine, state: 'active', revocability, expires_at: ends };
  return { name: 'lease', outcome: 'success', message: 'lease active', ...caller, detail };
}

/** One decision with all that explains it. */
export function decisionEvent(caller: Caller, claims: VerifiedClaims, decision: Judged): AuditEvent {
  return {
    name: 'decision',
    outcome: decision.allowed ? 'success' : 'failure',
    message: decision.allowed ? 'role granted' : 'role denied',
    alarm: 'against' in decision && hasFailed(decision.against),
    ...caller,
    detail: {
      role: decision.role,
      decision: decision.allowed ? 'allow' : 'deny',
      ...(decision.allowed
        ? { policy: decision.policy, access: decision.access, ttl: decision.ttlSeconds }
        : {}),
      policy_set: decision.policySet,
      considered: decision.considered,
      ...('against' in decision ? decision.against : {}),
      ...claimFacts(claims),
    },
  };
}

/** A guardrail that cannot be judged denies everything that it is asked, and so does a secret that is not there. */
function hasFailed(against: Against): boolean {
  if ('kept' in against) return true;
  return 'guardrails' in against && against.guardrails.errors.length > 0;
}

/** Who asked, as the issuer says it: the claims of its table, and the token as a hash. */
export function claimFacts({
  issuer,
  known,
  job,
  tokenHash,
  thumbprint,
}: VerifiedClaims): Record<string, unknown> {
  return {
    issuer: issuer.url,
    job: job.key,
    token_sha256: tokenHash,
    jkt: thumbprint,
    claims: known,
  };
}
