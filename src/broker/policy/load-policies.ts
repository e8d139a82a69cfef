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
  /** URLs of the issuers whose platform can say of a pull request whether it is a fork's. */
  readonly forges: ReadonlySet<string>;
}

/**
 * Reads a folder's policies as one set: all of them are sound, or none is in force.
 * @throws CredsError `input-invalid`: every problem on a line of its own, with file, line and field
 */
export function loadPolicies(texts: readonly PolicyText[], context: PolicyContext): PolicySet {
  return new PolicyLoader(context).load(texts);
}

/** Loads a folder again and again; what has not changed since the last time is not read anew. */
export class PolicyLoader {
  readonly #context: PolicyContext;
  #known: ReadonlyMap<string, ReadPolicy> = new Map();

  constructor(context: PolicyContext) {
    this.#context = context;
  }

  /** As `loadPolicies`. */
  load(texts: readonly PolicyText[]): PolicySet {
    const known = new Map(
      texts.map((each) => {
        const key = `${each.file}\n${each.text}`;
        return [key, this.#known.get(key) ?? readPolicy(each, this.#context)];
      }),
    );
    this.#known = known;
    const read = [...known.values()];
    const problems = [...read.flatMap((each) => each.problems), ...repeatedIds(read)];
    if (problems.length > 0) throw invalid(problems);
    return makePolicySet(
      read.flatMap(({ policy }) => policy ?? []),
      read.flatMap(({ warnings }) => warnings),
    );
  }
}

interface ReadPolicy {
  readonly file: string;
  readonly policy?: LoadedPolicy;
  /** Where its id stands: the beginning of a line of an error message. */
  readonly idAt?: string;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

function readPolicy({ file, text }: PolicyText, context: PolicyContext): ReadPolicy {
  try {
    const document = readYaml(file, text);
    const policy = checkYaml(document, trustPolicySchema);
    const issuer = context.issuers.get(policy.issuer);
    if (issuer === undefined) {
      const what = `not among the issuers of broker.yaml: ${[...context.issuers.keys()].join(', ')}`;
      return { file, problems: [document.problem(['issuer'], what)], warnings: [] };
    }
    const found = [
      ...findProblems({ policy, issuer, roles: context.roles }),
      ...missingApprover(policy, context),
      ...missingForge(policy, context),
    ];
    const told = (severities: readonly PolicyProblem['severity'][], after = ''): string[] =>
      found
        .filter(({ severity }) => severities.includes(severity))
        .map(({ path, what }) => document.problem(path, what + after));
    return {
      file,
      idAt: document.problem(['metadata', 'id'], ''),
      policy: { policy, issuer, version: policyVersion(text) },
      problems: [...told(['error', 'risk']), ...failedExamples(document, policy, issuer)],
      warnings: [...told(['accepted'], ` (accepted: ${policy.acceptRisk ?? ''})`), ...told(['warning'])],
    };
  } catch (error) {
    if (!(error instanceof CredsError)) throw error;
    return { file, problems: [error.message], warnings: [] };
  }
}

function repeatedIds(read: readonly ReadPolicy[]): string[] {
  const seen = new Map<string, string>();
  return read.flatMap(({ file, policy, idAt = '' }) => {
    if (policy === undefined) return [];
    const key = `${policy.policy.issuer} ${policy.policy.id}`;
    const earlier = seen.get(key);
    seen.set(key, file);
    return earlier === undefined ? [] : [`${idAt}${earlier} has the same id; ids are unique per issuer`];
  });
}

function missingApprover({ approval }: TrustPolicy, { operators }: PolicyContext): PolicyProblem[] {
  const { approvers = 1 } = approval ?? {};
  if (approval === undefined || operators >= approvers) return [];
  const what =
    operators === 0
      ? 'nobody may approve: name at least one of `operators` in broker.yaml'
      : `${String(approvers)} must approve, and broker.yaml has ${String(operators)} of \`operators\``;
  return [{ path: ['approval'], what, lint: 'approvers', severity: 'error' }];
}

function missingForge(policy: TrustPolicy, { forges }: PolicyContext): PolicyProblem[] {
  if (!policy.allowPullRequest || forges.has(policy.issuer)) return [];
  const what =
    'a fork cannot be told from the claims, and nobody can be asked: name the platform’s API under `forges` in broker.yaml';
  return [{ path: ['allow_pull_request'], what, lint: 'forges', severity: 'error' }];
}

/**
 * Runs the policy's own examples. An allow example is a whole job; a deny example is the first allow example with
 * these claims in place of its own, so that it is refused for what it shows and not for what it leaves out.
 */
function failedExamples(document: YamlDocument, policy: TrustPolicy, issuer: Issuer): string[] {
  const { allow, deny } = policy.examples;
  const firstUnmet = (claims: ExampleClaims): string | undefined => {
    const unmet = claimConditions(policy, issuer, asToken(issuer, claims)).find(({ holds }) => !holds);
    return unmet && `${unmet.name} is ${unmet.actual}, expected ${unmet.expected}`;
  };
  return [
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

/** The claims as a token carries them: `null` is a claim that it lacks. */
function asToken(issuer: Issuer, claims: ExampleClaims): Record<string, unknown> {
  const isNumber = (name: string): boolean => issuer.matchable.get(name)?.form === 'number';
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, isNumber(name) ? Number(value) : value]),
  );
}
