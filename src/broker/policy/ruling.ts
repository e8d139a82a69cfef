import type { Grant, TrustPolicy } from '../../domain/trust-policy.ts';
import type { RoleTerms } from '../domain/role.ts';
import type { LoadedPolicy } from './policy-set.ts';

/** A policy whose every condition holds. */
export interface Candidate {
  readonly loaded: LoadedPolicy;
  readonly grant: Grant;
  readonly terms: RoleTerms;
  /** What role and grant allow at most. */
  readonly longestSeconds: number;
}

/**
 * Which of two policies that both grant a role rules, for `toSorted`: one that needs no approval, then the one that
 * gives less. Names only decide between policies that are alike in all of it.
 */
export function ruling(one: Candidate, other: Candidate): number {
  const [ours, theirs] = [ranks(one), ranks(other)];
  const first = ours.findIndex((rank, index) => rank !== theirs[index]);
  if (first >= 0) return (ours[first] ?? 0) < (theirs[first] ?? 0) ? -1 : 1;
  return one.loaded.policy.id < other.loaded.policy.id ? -1 : 1;
}

function ranks({ loaded, grant, longestSeconds }: Candidate): number[] {
  const { approval, limits }: TrustPolicy = loaded.policy;
  return [
    approval === undefined ? 0 : (approval.approvers ?? 1),
    grant.access === 'read' ? 0 : 1,
    longestSeconds,
    limits.sessionMaxSeconds,
    limits.issuesPerJob,
    limits.parallelSessions,
    limits.maxKeysPerJob,
    limits.onExcess === 'revoke' ? 0 : 1,
    approval?.withinSeconds ?? 0,
  ];
}
