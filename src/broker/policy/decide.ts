import type { Approval, Grant, SessionLimits } from '../../domain/trust-policy.ts';
import { member } from '../../protocol/json.ts';
import type { Condition } from '../domain/condition.ts';
import type { RoleTerms } from '../domain/role.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import { asksPlatform, claimConditions } from './conditions.ts';
import type { LoadedPolicy, PolicySet } from './policy-set.ts';
import { ruling, type Candidate } from './ruling.ts';

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
  /** Whether the platform has to say besides that the pull request is the repository's own. */
  readonly asksPlatform: boolean;
  /** Version of the set that decided. */
  readonly policySet: string;
  readonly considered: readonly Considered[];
}

export interface Denied {
  readonly allowed: false;
  readonly role: string;
  readonly policySet: string;
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
 * every condition of some policy holds. Where several grant it, `ruling` says which of them rules.
 */
export function decide(policies: PolicySet, claims: VerifiedClaims, question: Question): Decision {
  return explain(policies, claims, question);
}

/** Claims that somebody wrote down. */
export type SupposedClaims = Pick<VerifiedClaims, 'issuer' | 'claims'>;

/** What the policies would say to claims that nobody has verified: for tools, which lend nothing. */
export function explain(policies: PolicySet, claims: SupposedClaims, question: Question): Decision {
  const judged = policiesAbout(policies, claims).map((loaded) => judge(loaded, claims, question));
  const considered = judged.map((each) => each.considered);
  const { role } = question;
  const [rules] = judged.flatMap(({ candidate }) => candidate ?? []).toSorted(ruling);
  if (rules === undefined) return { allowed: false, role, policySet: policies.version, considered };
  const { loaded, grant, terms, longestSeconds } = rules;
  const { id, limits, approval } = loaded.policy;
  return {
    allowed: true,
    role,
    terms,
    policy: { id, version: loaded.version },
    access: grant.access,
    ttlSeconds: question.ttlSeconds ?? Math.min(terms.defaultSeconds, longestSeconds),
    limits,
    approval,
    asksPlatform: asksPlatform(loaded.policy, loaded.issuer, claims.claims),
    policySet: policies.version,
    considered,
  };
}

interface Judged {
  readonly considered: Considered;
  /** Undefined: some condition does not hold. */
  readonly candidate: Candidate | undefined;
}

function judge(loaded: LoadedPolicy, claims: SupposedClaims, question: Question): Judged {
  const { policy, issuer, version } = loaded;
  const { terms } = question;
  const grant = policy.grants.find(({ role }) => role === question.role);
  const conditions = [
    grantCondition(grant, loaded, question),
    ...claimConditions(policy, issuer, claims.claims),
    ...ttlConditions(grant, question),
  ];
  const considered = { policy: policy.id, version, conditions };
  const granted = grant !== undefined && terms !== undefined && conditions.every(({ holds }) => holds);
  if (!granted) return { considered, candidate: undefined };
  return { considered, candidate: { loaded, grant, terms, longestSeconds: longest(grant, terms) } };
}

function policiesAbout(policies: PolicySet, { issuer, claims }: SupposedClaims): readonly LoadedPolicy[] {
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
