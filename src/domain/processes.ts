import type { Owner } from './intent.ts';

/** Bytes as they come. */
export interface ByteSource {
  /** What has come, one byte at least; undefined at the end. Until it is called again the writer has to wait. */
  read(): Promise<Uint8Array | undefined>;
  /** Reads no more: its writer is told so (EPIPE), and a `read` that is waiting has come to the end. */
  close(): void;
}

/** Where bytes go. */
export interface ByteSink {
  /**
   * Resolves when all are out, so that a slow reader slows whoever writes.
   * @throws Error with the system's `code`: EPIPE when nobody reads any more, ENOSPC for a full disk
   */
  write(bytes: Uint8Array): Promise<void>;
}

export type SignalName =
  | 'SIGINT'
  | 'SIGTERM'
  | 'SIGHUP'
  | 'SIGQUIT'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | 'SIGALRM'
  | 'SIGVTALRM'
  | 'SIGPROF'
  | 'SIGIO'
  | 'SIGPWR'
  | 'SIGSTKFLT'
  | 'SIGXCPU'
  | 'SIGWINCH'
  | 'SIGTSTP'
  | 'SIGSTOP'
  | 'SIGCONT'
  | 'SIGBREAK'
  | 'SIGKILL';

/** A command to run, without a shell. */
export interface Command {
  /** Where it lies, as `find` said. */
  readonly path: string;
  /** What it finds as its arguments, its own name first. */
  readonly words: readonly [string, ...string[]];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A private folder that exists, for what must have a name for a moment. */
  readonly folder: string;
}

/** A process that was started. It reads our standard input. */
export interface Child {
  readonly stdout: ByteSource;
  readonly stderr: ByteSource;
  /** Its exit status; 128 and the signal's number where a signal ended it. */
  readonly ended: Promise<number>;
  /** Sends it a signal, and to its whole group where it has one of its own. Nothing happens when they are gone. */
  signal(name: SignalName): void;
  /** True while a process of its own group lives, itself or what it has left behind. */
  hasGroup(): boolean;
}

/** Other processes, streams and signals. */
export interface Processes {
  /** True when standard input is a terminal: what is typed there (Ctrl+C) is meant for the command. */
  readonly attended: boolean;
  /**
   * True when a command gets a process group, and a session, of its own. Not at a terminal, which it may read only
   * from our group, and not on Windows, which has no groups.
   */
  readonly ownGroup: boolean;
  /**
   * Looks a command up as execvp(3) does.
   * @returns its path, or the exit status that says why it cannot be run: 126 not executable, 127 not found
   */
  find(word: string, path: string | undefined): string | 126 | 127;
  /** @throws Error with the system's `code` when it cannot be run */
  start(command: Command): Promise<Child>;
  /** True for a descriptor that whoever started us has opened, and that is no part of our own machinery. */
  isGiven(descriptor: number): boolean;
  /** An open descriptor of ours to read from. */
  source(descriptor: number): ByteSource;
  /** An open descriptor of ours to write to. */
  sink(descriptor: number): ByteSink;
  /** Calls back for each signal that a process can hear, until the function that it returns is called. */
  onSignal(hear: (name: SignalName) => void): () => void;
  /** Stops this process as SIGSTOP does, until it is told to go on. */
  stopSelf(): void;
  /** Ends this process at once, as the signal does where nobody hears it: no thread that is stuck is waited for. */
  endBy(name: 'SIGINT' | 'SIGTERM'): void;
  /** This process; undefined where the system does not tell when a process started. */
  self(): Owner | undefined;
  /** What is known of a process: `elsewhere` when it lives, if it does, on another machine or in another container. */
  stateOf(owner: Owner): 'running' | 'gone' | 'elsewhere';
}
