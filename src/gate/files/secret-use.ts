import type { Job, Step } from './file.ts';
import type { Span } from './source.ts';
import type { ShellCommand } from './shell.ts';

/** One place in which a file refers to a secret. */
export interface SecretUse {
  /** As the platform calls it. */
  readonly secret: string;
  /**
   * `secret`: the platform’s own store. `variable`: a name that the file does not define and the platform does not
   * promise (GitLab’s project variables). `input`: what the caller of an action hands in. `setting`: a store that is
   * not for secrets (`vars`). `literal`: written out.
   */
  readonly origin: 'secret' | 'variable' | 'input' | 'setting' | 'literal';
  readonly span: Span;
  readonly job: Job | undefined;
  readonly step: Step | undefined;
  /** What takes its value, the nearest first. */
  readonly takers: readonly Taker[];
  /** It is put together with others to one value. */
  readonly piece?: boolean;
  /** Nothing takes its value: it is only asked whether it is there. */
  readonly tested: boolean;
}

/** What takes a value. */
export type Taker =
  /** An input of an action: `owner/name` in lower case. */
  | { readonly by: 'input'; readonly action: string; readonly input: string; readonly step: Step }
  /** A reusable workflow’s secret or input. */
  | { readonly by: 'call'; readonly workflow: string; readonly name: string }
  | { readonly by: 'variable'; readonly name: string; readonly level: 'file' | 'job' | 'step' | 'script' }
  | CommandTaker
  /** A file that a script writes. */
  | { readonly by: 'file'; readonly path: string; readonly command: ShellCommand }
  /** Any other field of the file: `jobs.x.container.credentials.password`. */
  | { readonly by: 'field'; readonly path: string };

export interface CommandTaker {
  readonly by: 'command';
  readonly command: ShellCommand;
  /** The option whose value it is, as it is written: `-p`, `--password`. */
  readonly option: string | undefined;
  /** The word that it stands in; undefined where it comes by standard input. */
  readonly word: string | undefined;
}
