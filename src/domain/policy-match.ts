import { z } from 'zod';
import { anyOf, flag, text } from './yaml-values.ts';

/** A file and, in the claim, what follows the `@`. A path alone would let any branch speak for it. */
const pinnedFile = z
  .strictObject({
    path: anyOf.meta({ description: 'The file, without what follows the @.' }),
    ref: anyOf
      .optional()
      .meta({ description: 'Full refs: refs/tags/v3. A commit, where it is called by one.' }),
    sha: anyOf.optional().meta({ description: 'Commits of the file, as whole hashes.' }),
  })
  .refine((value) => value.ref !== undefined || value.sha !== undefined, {
    error: 'pin the workflow by ref (refs/tags/v3) or by sha: a path alone lets any branch speak for it',
  });

/** Every claim that may be matched. Which of them an issuer has stands in its table (broker/issuers). */
export const matchSchema = z
  .strictObject({
    repository_id: anyOf.optional(),
    repository_owner_id: anyOf.optional(),
    repository: anyOf.optional(),
    repository_owner: anyOf.optional(),
    repository_visibility: anyOf.optional(),
    enterprise: anyOf.optional(),
    enterprise_id: anyOf.optional(),
    environment_node_id: anyOf.optional(),
    event_name: anyOf.optional(),
    base_ref: anyOf.optional(),
    head_ref: anyOf.optional(),
    actor_id: anyOf.optional(),
    job_workflow: pinnedFile.optional(),
    caller_workflow: pinnedFile.optional(),
    properties: z.record(text, anyOf).optional(),
    project_id: anyOf.optional(),
    project_path: anyOf.optional(),
    project_visibility: anyOf.optional(),
    namespace_id: anyOf.optional(),
    namespace_path: anyOf.optional(),
    job_project_id: anyOf.optional(),
    job_project_path: anyOf.optional(),
    job_namespace_id: anyOf.optional(),
    job_namespace_path: anyOf.optional(),
    pipeline_source: anyOf.optional(),
    environment_protected: flag.optional(),
    environment_action: anyOf.optional(),
    deployment_tier: anyOf.optional(),
    runner_id: anyOf.optional(),
    user_id: anyOf.optional(),
    user_access_level: anyOf.optional(),
    ci_config: pinnedFile.optional(),
    ref: anyOf.optional(),
    ref_path: anyOf.optional(),
    ref_type: anyOf.optional(),
    ref_protected: flag.optional(),
    environment: anyOf.optional(),
    runner_environment: anyOf.optional(),
    sha: anyOf.optional(),
    /** Of an issuer whose claims broker.yaml names (`platform: oidc`): by their own names. */
    claims: z.record(text, anyOf).optional(),
  })
  .refine(({ claims = {}, ...others }) => Object.keys(claims).every((name) => !Object.hasOwn(others, name)), {
    path: ['claims'],
    error: 'a claim stands here that stands in match itself, too; keep one',
  });

/** What must hold, in the parts by which it is judged. */
export interface PolicyMatch {
  /** Claim → values of which one must be there. */
  readonly claims: ReadonlyMap<string, readonly string[]>;
  /** `job_workflow`, `caller_workflow`, `ci_config` → the file that it must be. */
  readonly files: ReadonlyMap<string, PinnedFile>;
  /** Custom property → values of which it must have one. */
  readonly properties: ReadonlyMap<string, readonly string[]>;
}

export interface PinnedFile {
  readonly path: readonly string[];
  readonly ref?: readonly string[] | undefined;
  readonly sha?: readonly string[] | undefined;
}

/** The parts of what stands under `match`. */
export function matchOf(file: z.output<typeof matchSchema>): PolicyMatch {
  const { job_workflow, caller_workflow, ci_config, properties, claims: named, ...claims } = file;
  return {
    claims: present({ ...named, ...claims }),
    files: present({ job_workflow, caller_workflow, ci_config }),
    properties: present(properties ?? {}),
  };
}

function present<T>(record: Readonly<Record<string, T | undefined>>): Map<string, T> {
  return new Map(
    Object.entries(record).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
