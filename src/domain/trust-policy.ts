import { z } from 'zod';
import { anyOf, duration, flag, named, text } from './yaml-values.ts';

const name = named(/[A-Za-z0-9][A-Za-z0-9._@/-]{0,127}/, 'write a name of letters, digits and . _ @ / -');

/** A reusable workflow's file and, in `job_workflow_ref`, what follows the `@`. */
const jobWorkflow = z
  .strictObject({
    path: text,
    ref: text.optional(),
    sha: anyOf.optional(),
  })
  .refine((value) => value.ref !== undefined || value.sha !== undefined, {
    error: 'pin the workflow by ref (refs/tags/v3) or by sha: a path alone lets any branch speak for it',
  });

/** Every claim that may be matched. Which of them an issuer has stands in its table (broker/issuers). */
const match = z
  .strictObject({
    repository_id: anyOf.optional(),
    repository_owner_id: anyOf.optional(),
    repository: anyOf.optional(),
    repository_owner: anyOf.optional(),
    repository_visibility: anyOf.optional(),
    event_name: anyOf.optional(),
    job_workflow: jobWorkflow.optional(),
    project_id: anyOf.optional(),
    project_path: anyOf.optional(),
    namespace_id: anyOf.optional(),
    namespace_path: anyOf.optional(),
    job_project_id: anyOf.optional(),
    pipeline_source: anyOf.optional(),
    environment_protected: flag.optional(),
    deployment_tier: anyOf.optional(),
    ref: anyOf.optional(),
    ref_path: anyOf.optional(),
    ref_type: anyOf.optional(),
    ref_protected: flag.optional(),
    environment: anyOf.optional(),
    runner_environment: anyOf.optional(),
    /** Of an issuer whose claims broker.yaml names (`platform: oidc`): by their own names. */
    claims: z.record(text, anyOf).optional(),
  })
  .refine(({ claims = {}, ...others }) => Object.keys(claims).every((name) => !Object.hasOwn(others, name)), {
    path: ['claims'],
    error: 'a claim stands here that stands in match itself, too; keep one',
  });

const grant = z.strictObject({
  role: name,
  ttl: z.strictObject({ max: duration }).optional(),
  access: z.enum(['read', 'write']),
});

const limits = z.strictObject({
  session_max: duration.optional(),
  issues_per_job: z.int().min(1).max(1000).optional(),
  parallel_sessions: z.int().min(1).max(100).optional(),
  max_keys_per_job: z.int().min(1).max(100).optional(),
  on_excess: z.enum(['deny', 'revoke']).optional(),
});

const longestApproval = 7 * 86_400;

/** Who must agree before anything is minted. */
const approval = z.strictObject({
  source: z.literal('operator'),
  within: duration.refine((seconds) => seconds <= longestApproval, { error: 'at most seven days' }),
});

const exampleClaims = z.record(z.string(), z.union([text, z.boolean().transform(String)]));

/** A trust policy as it stands in its file. */
export const trustPolicySchema = z
  .strictObject({
    $schema: z.string().optional(),
    apiVersion: z.literal('ephemeral-creds/v1'),
    kind: z.literal('TrustPolicy'),
    metadata: z.strictObject({ id: name, owner: name }),
    issuer: text,
    match,
    limits: limits.optional(),
    approval: approval.optional(),
    grants: z.array(grant).min(1, 'grant at least one role'),
    examples: z
      .strictObject({ allow: z.array(exampleClaims).optional(), deny: z.array(exampleClaims).optional() })
      .optional(),
  })
  .transform(toTrustPolicy);

/** Who may borrow what. Everything in `match` must hold; nothing that is not granted is allowed. */
export interface TrustPolicy {
  readonly id: string;
  readonly owner: string;
  /** The issuer's URL, exact. */
  readonly issuer: string;
  /** Claim → values of which one must be there. */
  readonly claims: ReadonlyMap<string, readonly string[]>;
  readonly jobWorkflow: JobWorkflow | undefined;
  readonly limits: SessionLimits;
  /** Undefined: the policy alone decides. */
  readonly approval: Approval | undefined;
  readonly grants: readonly Grant[];
  readonly examples: { readonly allow: readonly ExampleClaims[]; readonly deny: readonly ExampleClaims[] };
}

export interface JobWorkflow {
  readonly path: string;
  readonly ref?: string | undefined;
  readonly sha?: readonly string[] | undefined;
}

export interface SessionLimits {
  readonly sessionMaxSeconds: number;
  /** Requests that open a session or ask for a further role, per job. */
  readonly issuesPerJob: number;
  /** Live sessions per job and role. */
  readonly parallelSessions: number;
  /** Keys that may open sessions, per job; Infinity: as many as come. */
  readonly maxKeysPerJob: number;
  /** What a request beyond these limits brings about, besides its refusal: `revoke` takes back all that the job has. */
  readonly onExcess: 'deny' | 'revoke';
}

export interface Approval {
  readonly source: 'operator';
  /** How long the request waits. */
  readonly withinSeconds: number;
}

export interface Grant {
  readonly role: string;
  readonly maxSeconds: number | undefined;
  readonly access: 'read' | 'write';
}

/** Claims by name, as a token would carry them. */
export type ExampleClaims = Readonly<Record<string, string>>;

interface PolicyFile {
  readonly metadata: { readonly id: string; readonly owner: string };
  readonly issuer: string;
  readonly match: z.output<typeof match>;
  readonly limits?: z.output<typeof limits> | undefined;
  readonly approval?: z.output<typeof approval> | undefined;
  readonly grants: readonly z.output<typeof grant>[];
  readonly examples?: { allow?: ExampleClaims[] | undefined; deny?: ExampleClaims[] | undefined } | undefined;
}

function toTrustPolicy(file: PolicyFile): TrustPolicy {
  const { job_workflow: workflow, claims: named, ...claims } = file.match;
  return {
    id: file.metadata.id,
    owner: file.metadata.owner,
    issuer: file.issuer,
    claims: new Map(
      Object.entries({ ...named, ...claims }).flatMap(([name, values]) =>
        values === undefined ? [] : [[name, values]],
      ),
    ),
    jobWorkflow: workflow,
    limits: {
      sessionMaxSeconds: file.limits?.session_max ?? 3600,
      issuesPerJob: file.limits?.issues_per_job ?? 5,
      parallelSessions: file.limits?.parallel_sessions ?? 1,
      maxKeysPerJob: file.limits?.max_keys_per_job ?? Infinity,
      onExcess: file.limits?.on_excess ?? 'deny',
    },
    approval: file.approval && { source: file.approval.source, withinSeconds: file.approval.within },
    grants: file.grants.map(({ role, ttl, access }) => ({ role, maxSeconds: ttl?.max, access })),
    examples: { allow: file.examples?.allow ?? [], deny: file.examples?.deny ?? [] },
  };
}
