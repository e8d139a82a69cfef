import type { Finding, Lint, LintSubject, Severity } from './lint.ts';
import {
  ambiguousRef,
  immutableIds,
  knownClaims,
  otherAlphabets,
  refusedClaims,
  valueForms,
} from './lint-claims.ts';
import { grantedRoles, namesOnly } from './lint-grants.ts';
import { optIns } from './lint-opt-ins.ts';
import {
  anyEvent,
  environmentRef,
  hostedRunner,
  movingWorkflow,
  openRefs,
  outsiders,
  personOnly,
  readEnvironmentRef,
  riskyEvents,
  wholeRepository,
  writeProtection,
} from './lint-risks.ts';

/** Everything that a policy is looked over for, in the order in which it is told. */
export const lints: readonly Lint[] = [
  immutableIds,
  knownClaims,
  valueForms,
  refusedClaims,
  ambiguousRef,
  riskyEvents,
  optIns,
  personOnly,
  namesOnly,
  grantedRoles,
  writeProtection,
  hostedRunner,
  environmentRef,
  readEnvironmentRef,
  openRefs,
  wholeRepository,
  anyEvent,
  outsiders,
  movingWorkflow,
  otherAlphabets,
];

export interface PolicyProblem extends Finding {
  readonly lint: string;
  readonly severity: Severity | 'accepted';
}

/**
 * Everything that is wrong with a policy whose form is right. A risk that `accept_risk` takes is told as accepted,
 * with the reason.
 */
export function findProblems(subject: LintSubject): PolicyProblem[] {
  const reason = subject.policy.acceptRisk;
  const problems = lints.flatMap((lint) =>
    lint.find(subject).map(({ path, what }): PolicyProblem => {
      const accepted = lint.severity === 'risk' && reason !== undefined;
      return { path, what, lint: lint.name, severity: accepted ? 'accepted' : lint.severity };
    }),
  );
  if (reason === undefined || problems.some(({ severity }) => severity === 'accepted')) return problems;
  const what = 'there is nothing here that needs it; leave it out';
  return [...problems, { path: ['accept_risk'], what, lint: 'accept-risk', severity: 'warning' }];
}
