import type { PipelineFile } from '../files/file.ts';
import type { SecretUse } from '../files/secret-use.ts';
import type { Span } from '../files/source.ts';
import type { Recogniser } from './recogniser.ts';

/** One thing that the gate says no to. One file each, named after its id; see registry.ts. */
export interface RuleText {
  readonly id: `EO${string}`;
  /** A few words in kebab-case, for reports. */
  readonly name: string;
  /** What it finds, in one sentence. */
  readonly what: string;
  /** `error` fails the job; `warning` and `note` are told. */
  readonly severity: Severity;
  /** What can go wrong, in one or two sentences. */
  readonly why: string;
  readonly hint: Hint;
  /** Run by the contract suite. */
  readonly examples: { readonly finds: readonly Example[]; readonly passes: readonly Example[] };
}

export type Severity = 'error' | 'warning' | 'note';

/** What to do instead. */
export interface Hint {
  readonly text: string;
  /** Of a pipeline file, as it is now and as it should be. */
  readonly before: string;
  readonly after: string;
}

/** A file, or a part of one that `exampleFile` puts into a file of its own. Parts are not indented. */
export type Example =
  | {
      /** Left out: `.github/workflows/ci.yml`. */
      readonly path?: string;
      readonly text: string;
      /** Lines, from 1, on which the rule has to find something; left out: one, wherever it is. */
      readonly lines?: readonly number[];
      /** The same file in the branch that the change goes to. */
      readonly before?: string;
    }
  /** A step of a workflow’s only job. */
  | { readonly step: string }
  /** A workflow’s only job. */
  | { readonly job: string }
  /** A line of script in a GitLab pipeline. */
  | { readonly gitlab: string };

/** Says which secrets it means; `decide` gives each reference to one rule. */
export interface CredentialRule extends RuleText {
  readonly recognises: Recogniser;
}

/** Looks through a file by itself. */
export interface FileRule extends RuleText {
  /** @param judged every reference to a secret, and what it was found to be */
  find(file: PipelineFile, judged: readonly Judged[]): readonly Spot[];
}

/** A reference to a secret, and the rule that knows it; without one it is no secret. */
export interface Judged {
  readonly use: SecretUse;
  readonly rule: CredentialRule | undefined;
}

export type Rule = CredentialRule | FileRule;

/** Where a rule has found something. */
export interface Spot {
  readonly span: Span;
  /** What is found there, in one sentence without a value; left out, the rule’s own words. */
  readonly message?: string;
  readonly job?: string | undefined;
  readonly step?: string | undefined;
  readonly secret?: string | undefined;
  /** Where it is less than the rule usually is: a presence check, a platform without a replacement. */
  readonly severity?: Severity;
}
