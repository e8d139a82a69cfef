import type { Secret } from './secret.ts';

/** The running job as its platform shows it to us: what is known of it, and what it can be told. */
export interface Job {
  /** The platform's name in our registry. */
  readonly platform: string;
  /** What identifies the job to a person, in the order in which to print it: repository, ref, workflow … */
  readonly facts: Readonly<Record<string, string>>;
  /** The folder for our files, absolute, outside the checkout; not made yet. */
  readonly folder: string;
  /** Whose files lie in that folder: this job’s alone, or those of all that the user runs on this machine. */
  readonly folderOf: 'job' | 'user';
  /** Asks the platform to hide each of these strings in everything that the job prints from now on. */
  mask(patterns: readonly string[]): void;
  /**
   * Where it is not certain that the platform hides anything: finds it out. Until this has said yes, `mask` asks
   * for nothing.
   */
  proveMasks?(): Promise<boolean>;
  /** Takes what is about to be delivered, for those who hide it by themselves. */
  hide?(secrets: readonly Secret[]): void;
  /** Why credentials cannot be handed to the whole job from a shell here: a sentence. Absent: they can. */
  readonly whyNoLogin?: string;
  /** True where a post step comes, which reads what `remember` kept. */
  readonly hasPost?: true;
  /** Keeps text for the post step, durably. A later call replaces an earlier one. */
  remember(text: string): void;
  /** What `remember` kept, in the post step. */
  recall(): string | undefined;
  /** Sets variables for the steps that follow. All or none. */
  exportVariables(variables: Readonly<Record<string, string>>): void;
  /** Sets outputs of this step. All or none. */
  setOutputs(outputs: Readonly<Record<string, string>>): void;
  /** Adds Markdown to the job's summary page. */
  summarise(markdown: string): void;
  /** Prints a line for people. `warning` and `error` stand out and are kept as annotations. */
  tell(level: 'debug' | 'info' | 'warning' | 'error', text: string): void;
  /** Files of the platform's through which this step told it things; secrets may lie in them. */
  commandFiles(): string[];
  /** Erases such files of an earlier step, where the platform left them. */
  eraseCommandFiles(paths: readonly string[]): void;
  /** Why the platform may refuse an ID token to this run (fork, Dependabot): a sentence, or undefined. */
  whyUntrusted(): Promise<string | undefined>;
}
