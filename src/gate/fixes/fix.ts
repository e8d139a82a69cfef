import type { Job, PipelineFile, Step } from '../files/file.ts';
import type { Judged } from '../rules/rule.ts';
import type { Change, PlainMap } from './change.ts';

/** One pattern that can be rewritten. One file each; see registry.ts. */
export interface Fix {
  readonly name: string;
  /** What it rewrites, and what into, in a sentence. */
  readonly what: string;
  readonly platform: PipelineFile['platform'];
  /** Every place of the pattern. */
  find(file: PipelineFile, scene: Scene): readonly Proposal[];
}

export interface Scene {
  /** Every reference to a secret, and the rule that knows it. */
  readonly judged: readonly Judged[];
  readonly wish: Wish;
  /** Scripts that the repository’s pipelines start. */
  readonly scripts: readonly PipelineFile[];
}

/** What the caller wants. */
export interface Wish {
  /** `broker`: credentials come from a broker. `platform`: from whoever is logged in to, by its own federation. */
  readonly to: 'broker' | 'platform';
  /** Set for `broker`. */
  readonly brokerUrl: string | undefined;
  /** `org/ephemeral-creds@REF`. */
  readonly action: string;
  /** What stands behind it, where the ref is a commit. */
  readonly actionComment: string | undefined;
  /** What would else be a variable of the repository, by the variable’s name. */
  readonly values: Readonly<Record<string, string>>;
  /** Before the names of roles and policies: several repositories share a broker. */
  readonly prefix: string;
  /** The branch of jobs that run by hand or by the clock. */
  readonly branch: string;
  /** Of the repository, by id; undefined: not known. */
  readonly repositoryId: string | undefined;
  readonly ownerId: string | undefined;
  /** GitLab’s own address, for its policies. */
  readonly gitlabUrl: string | undefined;
}

export interface Proposal {
  readonly job: Job;
  readonly step: Step | undefined;
  /** Static secrets that are in use here. */
  readonly secrets: readonly string[];
  /** @throws NotSure with the reason why it is left to a person */
  make(): Rewrite;
}

export interface Rewrite {
  readonly changes: readonly Change[];
  /** Under which the place runs: what a policy names. */
  readonly events: readonly string[];
  /** What the broker is to lend; nothing where it is not asked. */
  readonly lends?: LentRole;
  /** Variables of the repository that the result reads, unless the caller has said their values. */
  readonly reads: readonly Asked[];
  /** What a person does before the first run, in order: sentences in Markdown. */
  readonly before: readonly string[];
}

export interface Asked {
  readonly name: string;
  readonly what: string;
}

export interface LentRole {
  readonly role: string;
  readonly access: 'read' | 'write';
  /** Of the role in broker.yaml. */
  readonly settings: PlainMap;
  /** What stands beside it, where a static value is lent. */
  readonly secret?: { readonly name: string; readonly of: string };
}
