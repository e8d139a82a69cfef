import type { Credential } from '../domain/credential.ts';
import type { Lease } from '../domain/lease.ts';
import type { SshKey } from '../protocol/ssh-key.ts';

/** A form in which tools read credentials. One file each; see registry.ts. */
export interface Exporter {
  readonly name: string;
  /** What it takes is made for a key of this run, whose public half is sent with the request. */
  readonly needsKey?: true;
  /** True when `auto` may choose this exporter for the credential. */
  takes(credential: Credential): boolean;
  /**
   * Puts everything that was lent into this exporter's form. Pure: nothing is delivered yet.
   * @throws CredsError `input-invalid` for a setting that does not fit what was lent
   */
  pack(loans: readonly Lent[], place: Place): Parcel;
  /** @throws CredsError `input-invalid`; called before anything is sent */
  check(settings: Readonly<Record<string, string>>): void;
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
}

/** What is to be delivered: to variables of later steps, to outputs of this step, to files (absolute paths). */
export interface Parcel {
  readonly variables?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}
