import type { TrustPolicy } from '../../domain/trust-policy.ts';
import { fullMatch } from '../../domain/pattern.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { RoleTerms } from '../domain/role.ts';

/** Something in a policy that must be put right before it loads. */
export interface PolicyProblem {
  readonly path: readonly PropertyKey[];
  readonly what: string;
}

type Lint = (policy: TrustPolicy, issuer: Issuer, roles: ReadonlyMap<string, RoleTerms>) => PolicyProblem[];

/** Everything that is wrong with a policy whose form is right. */
export const findProblems: Lint = (policy, issuer, roles) =>
  [immutableIds, knownClaims, riskyValues, fullRefs, patterns, grants].flatMap((lint) =>
    lint(policy, issuer, roles),
  );

const immutableIds: Lint = (policy, issuer) => {
  const missing = issuer.immutableIds.filter((claim) => !policy.claims.has(claim));
  const unfound = !policy.claims.has(issuer.indexClaim) && !missing.includes(issuer.indexClaim);
  return [
    ...missing.map((claim) => ({
      path: ['match'],
      what: `${claim} is missing: names are given away and taken over, ids are not; write ${claim}: "123456"`,
    })),
    ...(unfound
      ? [{ path: ['match'], what: `${issuer.indexClaim} is missing: by it this issuer’s policies are found` }]
      : []),
  ];
};

const knownClaims: Lint = (policy, issuer) => {
  const names = [...policy.claims.keys(), ...(policy.jobWorkflow === undefined ? [] : ['job_workflow'])];
  return names
    .filter((name) => !issuer.matchable.includes(name))
    .map((name) => ({
      path: ['match', name],
      what: `tokens of ${issuer.platform} have no such claim; they have ${issuer.matchable.join(', ')}`,
    }));
};

const riskyValues: Lint = (policy, issuer) =>
  issuer.risks.flatMap((risk) => {
    if (!('refused' in risk)) return [];
    const risky = policy.claims.get(risk.claim)?.filter((value) => risk.refused.includes(value)) ?? [];
    return risky.map((value) => ({
      path: ['match', risk.claim],
      what: `${value} is never granted: a fork’s code could run under it; leave it out`,
    }));
  });

/** `main` may be a branch or a tag; `refs/heads/main` is a branch. */
const fullRefs: Lint = (policy, issuer) => {
  if (issuer.platform === 'oidc') return [];
  const short = (claim: string): PolicyProblem[] =>
    (policy.claims.get(claim) ?? [])
      .filter((value) => !value.startsWith('refs/'))
      .map((value) => ({
        path: ['match', claim],
        what: `write the ref in full: refs/heads/${value} or refs/tags/${value}`,
      }));
  if (!policy.claims.has('project_id')) return [...short('ref'), ...short('ref_path')];
  const ambiguous =
    policy.claims.has('ref') && !policy.claims.has('ref_type') && !policy.claims.has('ref_path');
  return [
    ...(ambiguous
      ? [
          {
            path: ['match', 'ref'],
            what: 'a tag may have the same name: write ref_path: refs/heads/NAME instead',
          },
        ]
      : []),
    ...short('ref_path'),
  ];
};

const patterns: Lint = (policy) =>
  [...policy.claims]
    .filter(([, values]) => values.some((value) => fullMatch(/.*[*?^$|\\].*/s, value)))
    .map(([name]) => ({
      path: ['match', name],
      what: 'there are no patterns here: write each value out, as a list',
    }));

const grants: Lint = (policy, issuer, roles) =>
  policy.grants.flatMap((grant, index) => {
    const path = ['grants', index, 'role'];
    const terms = roles.get(grant.role);
    if (issuer.immutableIds.length === 0 && grant.access !== 'read')
      return [
        {
          path: ['grants', index, 'access'],
          what: 'this issuer has names only, and names are taken over: such policies grant access: read',
        },
      ];
    if (terms === undefined)
      return [{ path, what: `no such role in broker.yaml; it has ${[...roles.keys()].join(', ')}` }];
    if (policy.grants.findIndex(({ role }) => role === grant.role) !== index)
      return [{ path, what: 'granted twice; keep one' }];
    if (terms.grantableBy?.includes(policy.owner) === false)
      return [{ path, what: `only policies of ${terms.grantableBy.join(', ')} may grant it (grantable_by)` }];
    if (grant.maxSeconds !== undefined && grant.maxSeconds < terms.minSeconds)
      return [{ path, what: `ttl.max is below the engine’s minimum of ${String(terms.minSeconds)} s` }];
    return [];
  });
