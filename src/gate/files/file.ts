import type { ContextReference, Expression } from './expressions.ts';
import type { Literal } from './literals.ts';
import type { Source, Span } from './source.ts';
import type { SecretUse } from './secret-use.ts';
import type { ShellScript } from './shell.ts';
import type { Trust } from './trust.ts';
import type { WrittenText } from './written-text.ts';
import type { Tree } from './yaml-tree.ts';

export type PlatformName =
  | 'github-actions'
  | 'gitlab-ci'
  | 'bitbucket-pipelines'
  | 'circleci'
  | 'buildkite'
  | 'forgejo'
  | 'dockerfile'
  | 'trust-policy';

/** A pipeline file as rules see it: the same nouns for every platform, each with its place. */
export interface PipelineFile {
  readonly source: Source;
  readonly platform: PlatformName;
  /** `workflow` runs by itself, `action` is a part that others call, `script` what one of both starts, `policy` no pipeline. */
  readonly kind: 'workflow' | 'action' | 'script' | 'policy';
  /** Names of the events that start it; empty where the platform has none, or the file does not say. */
  readonly triggers: readonly Named[];
  /** Of the whole file; jobs may have their own. */
  readonly permissions: Permissions | undefined;
  readonly variables: readonly Binding[];
  readonly jobs: readonly Job[];
  /** Every reference to a secret in the file, with what takes its value. */
  readonly uses: readonly SecretUse[];
  /** Every reference in an expression, to whatever context; empty where a platform has none. */
  readonly references: readonly PlacedReference[];
  /** Other files that it takes in, as far as their names are written out. */
  readonly includes: readonly Include[];
  readonly documents: readonly Tree[];
  /** Secrets that are written out; `literalsIn` finds them, which takes longer than all the rest. */
  readonly literals: readonly Literal[];
  /** Whom it lets in by ID tokens. */
  readonly trusts?: readonly Trust[];
  /** Paths of files that become part of an image. */
  readonly copied?: readonly CopiedFile[];
  /** What the jobs of its repository that call it may do. */
  readonly callers?: readonly CallerRights[];
}

/** A reusable workflow has those of the job that calls it, as far as it asks for them. */
export interface CallerRights {
  readonly ofJob: Permissions | undefined;
  readonly ofFile: Permissions | undefined;
}

/** A file that becomes part of an image. */
export interface CopiedFile {
  readonly path: string;
  readonly span: Span;
  /** What the committed file of that name holds; undefined where there is none. */
  readonly holds?: 'credential' | 'nothing' | undefined;
}

/** A reference in an expression. */
export interface PlacedReference {
  readonly reference: ContextReference;
  readonly span: Span;
  readonly job: Job | undefined;
  readonly step: Step | undefined;
  /** It is put into a script before a shell reads it. */
  readonly inScript: boolean;
}

/** A file of a platform that is no pipeline that can be read: nothing is known about it, so nothing is said to be well. */
export interface UnreadableFile {
  readonly source: Source;
  readonly problem: string;
  readonly span: Span;
  /** Where it is no pipeline, and stops no job. */
  readonly severity?: 'warning';
}

/** A file before its values are followed. */
export type UntracedFile = Omit<PipelineFile, 'uses' | 'references'>;

/** One kind of files. */
export type FileReader = PipelineReader | TextReader;

/** One platform’s files, which are YAML. */
export interface PipelineReader {
  readonly platform: PlatformName;
  /** Whether a path, below the root of a repository and with `/`, is a file of this platform. */
  owns(path: string): boolean;
  /** Whether a file that lies anywhere says by its content that it is one of this platform. */
  resembles(document: Tree): boolean;
  read(source: Source, documents: readonly Tree[]): UntracedFile;
  /** Follows its values. @param beside the other files that the platform makes one pipeline of with it */
  trace(file: UntracedFile, beside: readonly UntracedFile[]): Pick<PipelineFile, 'uses' | 'references'>;
}

/** Files beside the pipelines. */
export interface TextReader {
  readonly platform: PlatformName;
  /** Whether a file of such a name can be one. */
  mayBe(path: string): boolean;
  /** Undefined for one that is none by its content. */
  read(source: Source): PipelineFile | UnreadableFile | undefined;
}

export interface Named {
  readonly name: string;
  readonly span: Span;
}

/** A name and what is bound to it: a variable, an input, a secret that is handed on. */
export interface Binding extends Named {
  readonly text: WrittenText;
  readonly expressions: readonly Expression[];
}

export interface Permissions {
  readonly span: Span;
  /** `read-all`, `write-all`, or each scope. */
  readonly all: string | undefined;
  readonly scopes: readonly (Named & { readonly access: string })[];
}

export interface Job extends Named {
  readonly variables: readonly Binding[];
  readonly steps: readonly Step[];
  readonly permissions: Permissions | undefined;
  readonly environment: Named | undefined;
  /** Labels of the runner, as they are written. */
  readonly runsOn: readonly string[];
  /** The reusable workflow that it calls. */
  readonly calls: Call | undefined;
  readonly outputs: readonly Binding[];
  readonly condition: Binding | undefined;
  /** GitLab’s `id_tokens`, CircleCI’s contexts and the like: where an ID token comes from. */
  readonly idTokens: readonly IdTokenRequest[];
  readonly tree: Tree;
}

export interface IdTokenRequest extends Named {
  readonly audiences: readonly string[];
}

export interface Call {
  readonly target: string;
  readonly span: Span;
  readonly inputs: readonly Binding[];
  readonly secrets: readonly Binding[];
  /** `secrets: inherit`. */
  readonly inherits: Span | undefined;
}

export interface Step {
  readonly span: Span;
  /** Its `id`, or its name, or what it is: stays the same when lines move. */
  readonly name: string;
  readonly id: string | undefined;
  readonly action: ActionReference | undefined;
  readonly inputs: readonly Binding[];
  readonly variables: readonly Binding[];
  readonly script: Script | undefined;
  /** In which it runs, where it says so. */
  readonly folder?: string | undefined;
  readonly condition: Binding | undefined;
  /** The steps of the action that it uses, where that lies in the same repository. */
  readonly within?: readonly Step[];
}

/** What `uses:` names. */
export interface ActionReference {
  /** `owner/name` or `owner/name/path`, in lower case; `./path`, `docker://image`. */
  readonly name: string;
  /** Behind the `@`; empty where there is none. */
  readonly ref: string;
  readonly span: Span;
}

export interface Script {
  readonly text: WrittenText;
  readonly expressions: readonly Expression[];
  /** `bash`, `sh`; `other` for what is no shell of that kind: PowerShell, cmd, Python. */
  readonly language: 'shell' | 'other';
  readonly shell: ShellScript;
}

export interface Include extends Named {
  /** `unresolvable` where a variable is in its name; `missing` where there is no such file. */
  readonly how: 'local' | 'elsewhere' | 'unresolvable' | 'missing';
}
