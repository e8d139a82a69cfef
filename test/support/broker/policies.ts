/** Trust policies as tests write them, and the claims for which they grant. */
import type { Issuer } from '../../../src/broker/domain/issuer.ts';
import type { RoleTerms } from '../../../src/broker/domain/role.ts';
import type { VerifiedClaims } from '../../../src/broker/domain/verified-claims.ts';
import { findIssuer } from '../../../src/broker/issuers/registry.ts';
import { decide, type Decision } from '../../../src/broker/policy/decide.ts';
import { loadPolicies, type PolicyContext } from '../../../src/broker/policy/load-policies.ts';
import type { PolicySet } from '../../../src/broker/policy/policy-set.ts';

export type Claims = Readonly<Record<string, unknown>>;

export const sha = 'f1d2d2f924e986ac86fdf7b36c94bcdf32beec15';

export const github = issuer('github');
export const gitlab = issuer({ platform: 'gitlab', url: 'https://gitlab.example.com' });

/** What a job of each platform has; the policies below grant for it. */
export const jobOf = {
  github: {
    repository_id: '1',
    repository_owner_id: '2',
    repository: 'octo-org/octo-repo',
    repository_owner: 'octo-org',
    repository_visibility: 'private',
    enterprise: 'octo-enterprise',
    enterprise_id: '77',
    environment: 'production',
    environment_node_id: 'EN_kwDOABCDEF',
    event_name: 'push',
    ref: 'refs/heads/main',
    ref_type: 'branch',
    ref_protected: 'true',
    sha,
    runner_environment: 'github-hosted',
    actor_id: '583231',
    workflow_ref: 'octo-org/octo-repo/.github/workflows/ci.yml@refs/heads/main',
    workflow_sha: sha,
    job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v3',
    job_workflow_sha: sha,
    repo_property_tier: 'gold',
    repo_property_regions: 'eu,us',
  },
  gitlab: {
    project_id: '20',
    project_path: 'my-group/my-project',
    namespace_id: '72',
    namespace_path: 'my-group',
    job_project_id: '20',
    job_project_path: 'my-group/my-project',
    job_namespace_id: '72',
    job_namespace_path: 'my-group',
    project_visibility: 'private',
    pipeline_source: 'push',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    environment: 'production',
    environment_protected: 'true',
    environment_action: 'start',
    deployment_tier: 'production',
    runner_environment: 'gitlab-hosted',
    runner_id: 12,
    sha,
    user_id: '1',
    user_access_level: 'developer',
    ci_config_ref_uri: 'gitlab.example.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main',
    ci_config_sha: sha,
  },
} as const;

const idsOf = {
  github: 'repository_id: "1", repository_owner_id: "2"',
  gitlab: 'project_id: "20", namespace_id: "72"',
};

export const terms: RoleTerms = {
  name: 'deploy',
  engine: 'jwt',
  revocability: 'immediate',
  defaultSeconds: 900,
  minSeconds: 60,
  maxSeconds: 1800,
  grantableBy: undefined,
  requireEncryption: false,
};

export const context: PolicyContext = {
  operators: 1,
  forges: new Set([github.url]),
  issuers: new Map([github, gitlab].map((each) => [each.url, each])),
  roles: new Map([
    ['deploy', terms],
    ['owned', { ...terms, name: 'owned', grantableBy: ['platform'] }],
  ]),
};

export interface PolicyParts {
  readonly platform?: 'github' | 'gitlab';
  readonly id?: string;
  /** Further keys of the file. */
  readonly more?: string;
  readonly access?: 'read' | 'write';
  readonly grants?: string;
  /** Claims of the allow example that differ from the job's. */
  readonly example?: Claims;
  readonly examples?: string;
  /** The ids, which every policy needs. */
  readonly ids?: string;
}

/** The text of a policy that matches the ids and `match`, with examples that hold if the job above fits. */
export function policyText(match = '', parts: PolicyParts = {}): string {
  const { platform = 'github', id = 'p', more = '', access = 'read' } = parts;
  const ids = parts.ids ?? idsOf[platform];
  const allow = Object.fromEntries(
    Object.entries({ ...jobOf[platform], ...parts.example })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
  const index = platform === 'github' ? 'repository_id' : 'project_id';
  const examples = parts.examples ?? `{ allow: [ ${JSON.stringify(allow)} ], deny: [ { ${index}: "999" } ] }`;
  return `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: ${id}, owner: team }
issuer: ${platform === 'github' ? github.url : gitlab.url}
match: { ${[ids, match].filter((each) => each !== '').join(', ')} }
grants: ${parts.grants ?? `[ { role: deploy, access: ${access} } ]`}
examples: ${examples}
${more}
`;
}

export function loadTexts(texts: readonly string[], within: PolicyContext = context): PolicySet {
  return loadPolicies(
    texts.map((text, index) => ({ file: `p${String(index)}.yaml`, text })),
    within,
  );
}

/** Stands for what the verifier would have made of a token with these claims. */
export function verified(claims: Claims, by: Issuer = github): VerifiedClaims {
  return { issuer: by, claims } as unknown as VerifiedClaims;
}

/** What the set says to a job that differs in these claims. */
export function ask(
  set: PolicySet,
  changes: Claims = {},
  { platform = 'github', ttlSeconds }: { platform?: 'github' | 'gitlab'; ttlSeconds?: number } = {},
): Decision {
  const claims = { ...jobOf[platform], ...changes };
  const by = platform === 'github' ? github : gitlab;
  return decide(set, verified(claims, by), { role: 'deploy', terms, ttlSeconds });
}

function issuer(entry: Parameters<typeof findIssuer>[0]): Issuer {
  const found = findIssuer(entry);
  if (typeof found === 'string') throw new Error(found);
  return found.issuer;
}
