import type { TrustPolicy } from '../../domain/trust-policy.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { RoleTerms } from '../domain/role.ts';

/** What a lint looks at: a policy whose form is right, and what it refers to. */
export interface LintSubject {
  readonly policy: TrustPolicy;
  readonly issuer: Issuer;
  readonly roles: ReadonlyMap<string, RoleTerms>;
}

/** Something in a policy that is wrong, at its place, and what to write instead. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly what: string;
}

/**
 * `error`: the policy does not load. `risk`: it does not load unless `accept_risk` says why; then it is a warning.
 * `warning`: it loads, and every run tells.
 */
export type Severity = 'error' | 'risk' | 'warning';

/** One thing that policies get wrong. */
export interface Lint {
  readonly name: string;
  readonly severity: Severity;
  /** What it finds, one sentence for the reference. */
  readonly about: string;
  find(subject: LintSubject): readonly Finding[];
}
