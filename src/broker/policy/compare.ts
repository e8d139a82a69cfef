import type { RoleTerms } from '../domain/role.ts';
import { explain, type Decision, type SupposedClaims } from './decide.ts';
import type { PolicySet } from './policy-set.ts';

/** What a set of policies gives to one job that asks for one role. */
export interface Outcome {
  readonly decision: 'allow' | 'deny';
  /** Id of the policy that rules. */
  readonly policy?: string;
  readonly access?: string;
  readonly ttlSeconds?: number;
  readonly approval?: boolean;
  /** Only once the platform has said whose pull request it is. */
  readonly asksPlatform?: boolean;
}

/** An outcome that is another one under other policies. */
export interface Difference {
  readonly before: Outcome;
  readonly after: Outcome;
  /** What does not hold any more, of the policy that came nearest; with a denial. */
  readonly because: string | undefined;
}

/** One set of policies with the roles that it may refer to. */
export interface Side {
  readonly policies: PolicySet;
  readonly roles: ReadonlyMap<string, RoleTerms>;
}

/**
 * Whether two sets decide alike for a job that asked for a role, as far as policies go.
 * @returns undefined when they do
 */
export function compare(
  before: Side,
  after: Side,
  asked: { readonly claims: SupposedClaims; readonly role: string },
): Difference | undefined {
  const [old, next] = [before, after].map(({ policies, roles }) =>
    explain(policies, asked.claims, {
      role: asked.role,
      terms: roles.get(asked.role),
      ttlSeconds: undefined,
    }),
  );
  if (old === undefined || next === undefined) return undefined;
  const difference = { before: outcome(old), after: outcome(next) };
  if (JSON.stringify(difference.before) === JSON.stringify(difference.after)) return undefined;
  return { ...difference, because: next.allowed ? undefined : nearest(next) };
}

function outcome(decision: Decision): Outcome {
  if (!decision.allowed) return { decision: 'deny' };
  const { policy, access, ttlSeconds, approval, asksPlatform } = decision;
  const granted = { decision: 'allow', policy: policy.id, access, ttlSeconds } as const;
  return { ...granted, approval: approval !== undefined, ...(asksPlatform && { asksPlatform }) };
}

function nearest({ considered }: Decision): string {
  const failed = considered
    .map(({ policy, conditions }) => ({ policy, failed: conditions.filter(({ holds }) => !holds) }))
    .toSorted((a, b) => a.failed.length - b.failed.length)[0];
  if (failed === undefined) return 'no policy names the repository or project';
  const [first] = failed.failed;
  return first === undefined
    ? failed.policy
    : `${failed.policy}: ${first.name} is ${first.actual}, expected ${first.expected}`;
}
