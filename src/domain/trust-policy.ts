import { z } from 'zod';
import { matchOf, matchSchema, type PolicyMatch } from './policy-match.ts';
import { duration, named, text } from './yaml-values.ts';

const name = named(/[A-Za-z0-9][A-Za-z0-9._@/-]{0,127}/, 'write a name of letters, digits and . _ @ / -');

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
  approvers: z.int().min(1).max(5).optional(),
});

const exampleClaim = z.union([text, z.literal(''), z.boolean().transform(String), z.null()]);
const exampleClaims = z.record(z.string(), exampleClaim);
const examples = z.array(exampleClaims).min(1).max(1000);

const reason = text
  .refine((value) => value.trim().length >= 10, { error: 'say in a sentence why the risk is taken' })
  .meta({ description: 'Why what the lints find is accepted; every run shows it.' });

/** A trust policy as it stands in its file. */
export const trustPolicySchema = z
  .strictObject({
    $schema: z.string().optional(),
    apiVersion: z.literal('ephemeral-creds/v1'),
    kind: z.literal('TrustPolicy'),
    metadata: z.strictObject({ id: name, owner: name }),
    issuer: text,
    match: matchSchema,
    on_missing_claim: z.literal('deny').optional(),
    allow_merge_request: z.literal('same-project').optional(),
    allow_pull_request: z.literal('same-repository').optional(),
    accept_risk: reason.optional(),
    limits: limits.optional(),
    approval: approval.optional(),
    grants: z.array(grant).min(1, 'grant at least one role'),
    examples: z.strictObject({ allow: examples, deny: examples }),
  })
  .transform(toTrustPolicy);

/** Who may borrow what. Everything in `match` must hold; nothing that is not granted is allowed. */
export interface TrustPolicy {
  readonly id: string;
  readonly owner: string;
  /** The issuer's URL, exact. */
  readonly issuer: string;
  readonly match: PolicyMatch;
  /** GitLab: merge requests are believed where project and job's project are the same. */
  readonly allowMergeRequest: boolean;
  /** GitHub: pull requests are believed where the platform says that their head is in the repository itself. */
  readonly allowPullRequest: boolean;
  /** Why what the lints find is accepted. */
  readonly acceptRisk: string | undefined;
  readonly limits: SessionLimits;
  /** Undefined: the policy alone decides. */
  readonly approval: Approval | undefined;
  readonly grants: readonly Grant[];
  readonly examples: { readonly allow: readonly ExampleClaims[]; readonly deny: readonly ExampleClaims[] };
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
  /** How many operators must agree, each for himself; undefined: one. */
  readonly approvers?: number | undefined;
}

export interface Grant {
  readonly role: string;
  readonly maxSeconds: number | undefined;
  readonly access: 'read' | 'write';
}

/** Claims by name, as a token would carry them; null: the token lacks it. */
export type ExampleClaims = Readonly<Record<string, string | null>>;

interface PolicyFile {
  readonly metadata: { readonly id: string; readonly owner: string };
  readonly issuer: string;
  readonly match: z.output<typeof matchSchema>;
  readonly allow_merge_request?: 'same-project' | undefined;
  readonly allow_pull_request?: 'same-repository' | undefined;
  readonly accept_risk?: string | undefined;
  readonly limits?: z.output<typeof limits> | undefined;
  readonly approval?: z.output<typeof approval> | undefined;
  readonly grants: readonly z.output<typeof grant>[];
  readonly examples: TrustPolicy['examples'];
}

function toApproval(file: PolicyFile['approval']): Approval | undefined {
  if (file === undefined) return undefined;
  const { source, within: withinSeconds, approvers } = file;
  return { source, withinSeconds, ...(approvers !== undefined && { approvers }) };
}

function toTrustPolicy(file: PolicyFile): TrustPolicy {
  return {
    id: file.metadata.id,
    owner: file.metadata.owner,
    issuer: file.issuer,
    match: matchOf(file.match),
    allowMergeRequest: file.allow_merge_request !== undefined,
    allowPullRequest: file.allow_pull_request !== undefined,
    acceptRisk: file.accept_risk,
    limits: {
      sessionMaxSeconds: file.limits?.session_max ?? 3600,
      issuesPerJob: file.limits?.issues_per_job ?? 5,
      parallelSessions: file.limits?.parallel_sessions ?? 1,
      maxKeysPerJob: file.limits?.max_keys_per_job ?? Infinity,
      onExcess: file.limits?.on_excess ?? 'deny',
    },
    approval: toApproval(file.approval),
    grants: file.grants.map(({ role, ttl, access }) => ({ role, maxSeconds: ttl?.max, access })),
    examples: file.examples,
  };
}
