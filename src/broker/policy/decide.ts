import type { Approval, Grant, SessionLimits } from '../../domain/trust-policy.ts';
import { member } from '../../protocol/json.ts';
import type { RoleTerms } from '../domain/role.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import { claimConditions, type Condition } from './conditions.ts';
import type { LoadedPolicy, PolicySet } from './policy-set.ts';

/** What is asked: this role, for so long. */
export interface Question {
  readonly role: string;
  /** The role as broker.yaml has it; undefined: there is none of this name. */
  readonly terms: RoleTerms | undefined;
  /** The lifetime asked for, in seconds; undefined: the role's own. */
  readonly ttlSeconds: number | undefined;
}

export type Decision = Allowed | Denied;

export interface Allowed {
  readonly allowed: true;
  readonly role: string;
  readonly terms: RoleTerms;
  readonly policy: { readonly id: string; readonly version: string };
  readonly access: Grant['access'];
  readonly ttlSeconds: number;
  readonly limits: SessionLimits;
  /** What besides the policy has to agree. */
  readonly approval: Approval | undefined;
  readonly considered: readonly Considered[];
}

export interface Denied {
  readonly allowed: false;
  readonly role: string;
  readonly considered: readonly Considered[];
}

/** One policy that names the repository, and how it judged. */
export interface Considered {
  readonly policy: string;
  readonly version: string;
  readonly conditions: readonly Condition[];
}

/** True when no policy speaks of this repository or project at all: nothing is stored for such a stranger. */
export function isStranger(policies: PolicySet, claims: VerifiedClaims): boolean {
  return policiesAbout(policies, claims).length === 0;
}

/**
 * May this job borrow this role? Pure: the same claims, policies and question give the same decision. Denied unless
 * every condition of some policy holds.
 */
export function decide(policies: PolicySet, claims: VerifiedClaims, question: Question): Decision {
  const considered: Considered[] = [];
  for (const loaded of policiesAbout(policies, claims)) {
    const grant = loaded.policy.grants.find(({ role }) => role === question.role);
    const conditions = [
      grantCondition(grant, loaded, question),
      ...claimConditions(loaded.policy, loaded.issuer, claims.claims),
      ...ttlConditions(grant, question),
    ];
    const { id, limits, approval } = loaded.policy;
    const { version } = loaded;
    considered.push({ policy: id, version, conditions });
    const { terms, role } = question;
    if (grant === undefined || terms === undefined || !conditions.every(({ holds }) => holds)) continue;
    const ttlSeconds = question.ttlSeconds ?? Math.min(terms.defaultSeconds, longest(grant, terms));
    const { access } = grant;
    const policy = { id, version };
    return { allowed: true, role, terms, policy, access, ttlSeconds, limits, approval, considered };
  }
  return { allowed: false, role: question.role, considered };
}

function policiesAbout(policies: PolicySet, { issuer, claims }: VerifiedClaims): readonly LoadedPolicy[] {
  const id = member(claims, issuer.indexClaim);
  return typeof id === 'string' ? policies.about(issuer.url, id) : [];
}

function grantCondition(
  grant: Grant | undefined,
  { policy }: LoadedPolicy,
  { terms, role }: Question,
): Condition {
  const owned = terms?.grantableBy?.includes(policy.owner) ?? true;
  return {
    name: 'grant',
    expected: `one of ${policy.grants.map((each) => each.role).join(', ')}`,
    actual: terms === undefined ? `${role} (no such role)` : role,
    holds: grant !== undefined && terms !== undefined && owned,
  };
}

function longest(grant: Grant, terms: RoleTerms): number {
  return Math.min(grant.maxSeconds ?? Infinity, terms.maxSeconds);
}

/** More than the maximum is refused, not cut down: what comes back is what was asked for. */
function ttlConditions(grant: Grant | undefined, { terms, ttlSeconds }: Question): Condition[] {
  if (grant === undefined || terms === undefined || ttlSeconds === undefined) return [];
  const most = longest(grant, terms);
  return [
    {
      name: 'ttl',
      expected: `at most ${String(most)} s`,
      actual: `${String(ttlSeconds)} s`,
      holds: ttlSeconds <= most,
    },
  ];
}
