import type { Credential } from '../domain/credential.ts';
import type { Lease, Prospect } from '../domain/lease.ts';
import type { SshIdentity } from '../protocol/ssh-agent.ts';
import type { SshKey } from '../protocol/ssh-key.ts';

/** A form in which tools read credentials. One file each; see registry.ts. */
export interface Exporter {
  readonly name: string;
  /** What it takes is made for a key of this run, whose public half is sent with the request. */
  readonly needsKey?: true;
  /** The agent that a line asks for. */
  agentFor?(settings: Readonly<Record<string, string>>): AgentWish | undefined;
  /** True when `auto` may choose this exporter for the credential. */
  takes(credential: Credential): boolean;
  /**
   * Puts everything that was lent into this exporter's form. Pure: nothing is delivered yet.
   * @throws CredsError `input-invalid` for a setting that does not fit what was lent
   */
  pack(loans: readonly Lent[], place: Place): Parcel;
  /** @throws CredsError `input-invalid`; called before anything is sent */
  check(settings: Readonly<Record<string, string>>): void;
  /**
   * Refuses a line that nothing of what is about to be borrowed can satisfy.
   * @throws CredsError `input-invalid`; called before anything is sent
   */
  foresee?(prospects: readonly Prospect[], settings: Readonly<Record<string, string>>): void;
}

/** One credential and the lease that it belongs to. */
export interface Lent {
  readonly lease: Lease;
  readonly credential: Credential;
}

export interface Place {
  /** The line's own settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Absolute path of the folder for files of this run; made before the first file is written. */
  readonly folder: string;
  /** The key of this run, where an exporter needs one. */
  readonly sshKey?: SshKey | undefined;
  /** Absolute path of the socket of an agent of this run, should one be started. */
  readonly socket?: string | undefined;
  /** Absolute path of the user’s home folder; undefined where none is known. */
  readonly home: string | undefined;
  /** What a variable holds now, for this step and those that follow; undefined when it is empty, too. */
  readonly variable: (name: string) => string | undefined;
  /**
   * Reads a file of the user’s own, for what a tool reads from one file only: ours is then a copy of it with ours added.
   * @param path absolute
   * @returns at most 1 MiB of text; undefined when there is no such file
   * @throws CredsError `delivery-failed` when something is there that must not be taken for the user’s settings: a link
   *   that leads out of the home folder, no regular file, one that is too long, unreadable or no UTF-8
   */
  readonly read: (path: string) => string | undefined;
  /** Whether a file is there, of whatever it may be. */
  readonly isFile: (path: string) => boolean;
}

/** What a variable that leads a tool somewhere holds, and what it is to hold when all is given back. */
export interface Pointer {
  readonly value: string;
  /** As it was before, as a rule; empty where it was not set. */
  readonly after: string;
}

export interface AgentWish {
  /** Absolute path of another ssh-agent than the first on PATH. */
  readonly program: string | undefined;
  /** It may take the place of an agent that the job has already. */
  readonly instead: boolean;
}

/**
 * What is to be delivered: to variables of later steps, to outputs of this step, to files (absolute paths), to an agent
 * of this run that listens at the place's socket.
 */
export interface Parcel {
  readonly variables?: Readonly<Record<string, string>>;
  /** Variables that lead tools to the files, or hold no secret either: they are not blanked but set back. */
  readonly pointers?: Readonly<Record<string, Pointer>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly identities?: readonly HeldIdentity[];
}

/** What the agent forgets at an end. */
export type HeldIdentity = SshIdentity & { readonly endsAt: Date };
