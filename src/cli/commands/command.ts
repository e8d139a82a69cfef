import type { Given } from '../../config/reading.ts';
import type { Host } from '../../domain/host.ts';

/**
 * One row of the command line. Grammar, help, completion and docs/reference/command-line.md are made from the rows and
 * from THE table of options. One file each; see registry.ts.
 */
export interface Command {
  /** The words that name it: `exec`, `policy check`. */
  readonly name: string;
  /** One sentence, without a full stop. */
  readonly text: string;
  /** What a reader has to know besides, in sentences. */
  readonly more?: string;
  /** What stands behind the name: `[OPTIONS] -- COMMAND [ARG…]`. */
  readonly usage: string;
  /** Takes the options of THE table, `--inputs` and `--state`. */
  readonly borrows?: true;
  readonly flags?: readonly Flag[];
  /** Words that are no options; left out: there are none. */
  readonly operands?: Operands;
  readonly examples: readonly Example[];
  /** Exit statuses of its own: what each means. */
  readonly exits?: Readonly<Record<string, string>>;
  /** The exit status of all its failures, where it is not the error's own. */
  readonly failure?: number;
  /** What it does: `answer` at once and of the rows alone, `run` with the outside world at hand. */
  readonly does: { readonly answer: Answer } | { readonly run: Run };
}

/** An option of one command. */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** What stands for its value in the usage; left out, it is a switch. */
  readonly value?: string;
  readonly repeats?: true;
  /** What leaving it out means, where that is more than a default: `to give back everything`. */
  readonly leftOut?: string;
  readonly text: string;
  readonly completes?: Completes;
}

/** What a shell may propose for a value. */
export type Completes = 'file' | 'folder' | 'variable' | readonly string[];

export interface Operands {
  readonly least: number;
  readonly most: number;
  /** They stand behind `--`, and nothing of them is an option of ours. */
  readonly behindDashes?: true;
  /** Besides: a command of ours, a program of the machine. */
  readonly completes?: Completes | 'command' | 'program';
}

export interface Example {
  /** What stands behind `ephemeral-creds`. */
  readonly words: string;
  readonly text: string;
}

/** What was written behind the command’s name, its names and its form checked. */
export interface Said {
  /** Options of THE table, raw. One that takes lines has a line for each time that it was written. */
  readonly options: Given;
  /** The values of one of the command’s own flags, in their order; a switch that is on has one. */
  values(flag: string): readonly string[];
  readonly operands: readonly string[];
  /** Everything behind the command’s first word, as it was written. */
  readonly words: readonly string[];
}

/** Where a command runs. */
export interface Scene {
  readonly host: Host;
  readonly commands: readonly Command[];
  /** The folder from which relative paths count. */
  readonly folder: string;
  readonly next: Neighbours;
}

/** Houses next door, a bundle of their own that is loaded when it is asked for. Each gives its exit status. */
export type Neighbours = Readonly<
  Record<
    'broker' | 'policy' | 'audit' | 'lease' | 'freeze' | 'secret' | 'gate',
    (words: readonly string[]) => Promise<number>
  >
>;

/** @returns text for standard output. @throws CredsError */
export type Answer = (said: Said, commands: readonly Command[]) => string;

/** @returns the exit status. @throws CredsError */
export type Run = (said: Said, scene: Scene) => Promise<number>;
