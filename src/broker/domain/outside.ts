import type { Clock, Host } from '../../domain/host.ts';

/** The outside world as the broker needs it. `entry/broker-host.ts` makes the real one. */
export interface BrokerHost extends Pick<Host, 'env' | 'signal' | 'send'> {
  /** Writes to standard error as it is. */
  readonly printError: (text: string) => void;
  /** Standard error is a terminal: a person reads it as it comes. */
  readonly attended: boolean;
  /** Writes to standard output; rejects when nobody takes it any more. */
  readonly write: (text: string) => Promise<void>;
  readonly clock: BrokerClock;
  /** How many threads of this process can run at once. */
  readonly cores: number;
  readonly files: BrokerFiles;
  readonly run: RunProgram;
}

/**
 * Runs a program without a shell and gives its standard output. Rejects, in words that go after the program's name,
 * when it cannot be started, fails, takes longer than `ms` milliseconds or writes more than `maxBytes`.
 */
export type RunProgram = (
  command: readonly [string, ...string[]],
  how: {
    readonly ms: number;
    readonly maxBytes: number;
    /** What it reads from its standard input; absent: nothing. */
    readonly input?: string;
  },
) => Promise<string>;

export interface BrokerClock extends Pick<Clock, 'now' | 'monotonicMs'> {
  /** Milliseconds since the machine started, its sleep included; nobody sets it. */
  uptimeMs(): number;
  /** Resolves after `ms` milliseconds, or rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The operator's files, by absolute path. Links are followed: mounted configuration is made of them. */
export interface BrokerFiles {
  /** Reads at most `maxBytes` bytes; undefined when there is no such file. */
  read(path: string, maxBytes: number): string | undefined;
  /** Makes a file, 0600, that must not exist yet. */
  create(path: string, text: string): void;
  /** Puts a file, 0600, in the place of what is there: whatever happens there is the old one or the new, and on the disk. */
  replace(path: string, text: string): void;
  /** The same for what others are to read (0644); of several that write it at once, one is there whole. */
  publish(path: string, octets: Uint8Array): void;
  /** Removes a file; one that is not there is removed. */
  remove(path: string): void;
  /** Names in a folder; undefined when there is none. */
  list(folder: string): string[] | undefined;
  /** Whether files can be made in a folder. Nothing is written to find out. */
  mayWrite(folder: string): boolean;
  /** Whether a file that is there can be written to. Nothing is written to find out. */
  mayAppend(path: string): boolean;
  /** How many bytes may still be written to a folder's disk; Infinity where it cannot be told. */
  room(folder: string): number;
  /**
   * Changes with every change to a file, or to the files of a folder and what they are called; links are followed.
   */
  stamp(path: string): string;
  /**
   * Opens a file for appending; made 0600 where it does not exist.
   * @throws with the code `EBUSY` where another process has it open so, and that can be known
   */
  openLog(path: string): Promise<AppendLog>;
  /** The octets of a file of any length. Rejects while it is read when it cannot be. */
  chunks(path: string): AsyncIterable<Uint8Array>;
}

/** A file that only grows. */
export interface AppendLog {
  /** How it ends: its last 4 MiB; where it is shorter, the end of the part that was renamed before it. */
  ending(): Promise<Uint8Array>;
  /** Resolves when the text is on the disk. After a write that was cut short the next one begins a line of its own. */
  append(text: string): Promise<void>;
  close(): Promise<void>;
}
