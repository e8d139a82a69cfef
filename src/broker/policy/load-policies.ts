import { CredsError } from '../../domain/errors.ts';
import { trustPolicySchema, type ExampleClaims, type TrustPolicy } from '../../domain/trust-policy.ts';
import { checkYaml, invalid, readYaml, type YamlDocument } from '../../domain/yaml-document.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { RoleTerms } from '../domain/role.ts';
import { claimConditions } from './conditions.ts';
import { findProblems, type PolicyProblem } from './lints.ts';
import { makePolicySet, policyVersion, type LoadedPolicy, type PolicySet } from './policy-set.ts';

export interface PolicyText {
  readonly file: string;
  readonly text: string;
}

/** What a policy may refer to. */
export interface PolicyContext {
  readonly issuers: ReadonlyMap<string, Issuer>;
  readonly roles: ReadonlyMap<string, RoleTerms>;
  /** How many there are who may approve. */
  readonly operators: number;
}

/**
 * Reads a folder's policies as one set: all of them are sound, or none is in force.
 * @throws CredsError `input-invalid`: every problem on a line of its own, with file, line and field
 */
export function loadPolicies(texts: readonly PolicyText[], context: PolicyContext): PolicySet {
  const problems: string[] = [];
  const loaded: LoadedPolicy[] = [];
  const seen = new Map<string, string>();
  for (const { file, text } of texts) {
    try {
      const document = readYaml(file, text);
      const policy = checkYaml(document, trustPolicySchema);
      const issuer = context.issuers.get(policy.issuer);
      if (issuer === undefined) {
        problems.push(
          document.problem(['issuer'], `not among the issuers of broker.yaml: ${list(context.issuers)}`),
        );
        continue;
      }
      const key = `${policy.issuer} ${policy.id}`;
      const earlier = seen.get(key);
      if (earlier !== undefined)
        problems.push(
          document.problem(['metadata', 'id'], `${earlier} has the same id; ids are unique per issuer`),
        );
      seen.set(key, file);
      problems.push(
        ...[...findProblems(policy, issuer, context.roles), ...missingApprover(policy, context)].map(
          ({ path, what }) => document.problem(path, what),
        ),
        ...failedExamples(document, policy, issuer),
      );
      loaded.push({ policy, issuer, version: policyVersion(text) });
    } catch (error) {
      if (!(error instanceof CredsError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw invalid(problems);
  return makePolicySet(loaded);
}

function missingApprover({ approval }: TrustPolicy, { operators }: PolicyContext): PolicyProblem[] {
  if (approval === undefined || operators > 0) return [];
  return [
    { path: ['approval'], what: 'nobody may approve: name at least one of `operators` in broker.yaml' },
  ];
}

function list(issuers: ReadonlyMap<string, Issuer>): string {
  return [...issuers.keys()].join(', ');
}

/**
 * Runs the policy's own examples. An allow example is a whole job; a deny example is the first allow example with
 * these claims in place of its own, so that it is refused for what it shows and not for what it leaves out.
 */
function failedExamples(document: YamlDocument, policy: TrustPolicy, issuer: Issuer): string[] {
  const { allow, deny } = policy.examples;
  const firstUnmet = (claims: ExampleClaims): string | undefined => {
    const unmet = claimConditions(policy, issuer, claims).find(({ holds }) => !holds);
    return unmet && `${unmet.name} is ${unmet.actual}, expected ${unmet.expected}`;
  };
  const vacuous = deny.length > 0 && allow.length === 0;
  return [
    ...(vacuous
      ? [
          document.problem(
            ['examples', 'deny'],
            'write an allow example too: a deny example is that one, changed',
          ),
        ]
      : []),
    ...allow.flatMap((claims, index) => {
      const why = firstUnmet(claims);
      return why === undefined ? [] : [document.problem(['examples', 'allow', index], `is denied: ${why}`)];
    }),
    ...deny.flatMap((claims, index) =>
      firstUnmet({ ...allow[0], ...claims }) === undefined
        ? [document.problem(['examples', 'deny', index], 'is allowed by this policy')]
        : [],
    ),
  ];
}
