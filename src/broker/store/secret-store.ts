import type { SecretReader, SecretRecord, SecretVersion } from '../domain/secret-record.ts';
import type { Envelope } from '../sealing/envelope.ts';

/** Secrets that the broker keeps, sealed. Every call is one transaction, as those of `Store`. */
export interface SecretStore {
  /** Makes the next version and lends it from now on; the one before is kept for its time of grace. */
  put(version: NewVersion): Promise<Put>;
  /** The version that is lent, without counting it. */
  current(name: string): Promise<SealedVersion | undefined>;
  /** The same, counted as read. */
  read(read: SecretRead): Promise<ReadVersion | undefined>;
  list(): Promise<readonly SecretRecord[]>;
  /** The youngest versions first, and those who read most. */
  show(name: string): Promise<SecretDetail | undefined>;
  /** Lends an earlier version again. @returns false when it is not there, destroyed, or past its time of grace */
  rollBack(change: RollBack): Promise<boolean>;
  /** Destroys data keys: of one version that is not lent, or of all. @returns the versions whose key is gone now */
  destroy(which: Destroyed): Promise<readonly number[] | 'current'>;
  /** Destroys those whose time of grace is over. @returns what was destroyed */
  fade(now: Date): Promise<readonly VersionName[]>;
  /** Some whose data key another sealing key than this wraps. */
  wrappedElsewhere(keyId: string, after: VersionName | undefined): Promise<readonly WrappedVersion[]>;
  /** Puts another wrapping in the place of this one, unless it has changed meanwhile. */
  rewrap(version: VersionName, wrapped: { readonly from: Envelope; readonly to: Envelope }): Promise<boolean>;
  /** Takes the rotation of a secret on, until a time; undefined: another is at it, or it is neither due nor was cut off. */
  claimRotation(claim: RotationClaim): Promise<ClaimedRotation | undefined>;
  /** The rotation has ended without a new version. */
  endRotation(name: string, ended: RotationEnd): Promise<void>;
}

/** `changed`: it is not the next version, or no longer this rotation’s. `rotating`: a rotation is under way. */
export type Put = 'put' | 'changed' | 'rotating';

export interface VersionName {
  readonly name: string;
  readonly version: number;
}

export interface SealedVersion extends VersionName {
  readonly envelope: Envelope;
  /** The last version that was made. */
  readonly latest: number;
}

export interface WrappedVersion extends VersionName {
  readonly envelope: Envelope;
}

export interface ReadVersion extends SealedVersion {
  /** This one counted. */
  readonly readsSince: number;
  /** True of the one read from which on it is due: the first that finds so many, whatever the number was before. */
  readonly due: boolean;
}

export interface NewVersion extends VersionName {
  /** Sealed for exactly this version, which must be the next: else `changed`. */
  readonly envelope: Envelope;
  readonly by: string;
  /** The end of the claim of the rotation that made it; undefined: an operator did. */
  readonly claimedUntil?: Date;
  /** How long the version before is kept. */
  readonly graceUntil: Date;
  readonly now: Date;
}

export interface SecretRead {
  readonly name: string;
  readonly reader: { readonly issuer: string; readonly repositoryId: string; readonly repository: string };
  readonly now: Date;
  /** The number of reads of a version after which it is due; undefined: never. */
  readonly dueAfter?: number | undefined;
}

export interface SecretDetail {
  readonly record: SecretRecord;
  readonly versions: readonly SecretVersion[];
  readonly readers: readonly SecretReader[];
}

export interface RollBack extends VersionName {
  readonly now: Date;
  /** How long the version that was lent is kept. */
  readonly graceUntil: Date;
}

export interface Destroyed {
  readonly name: string;
  /** Undefined: all, the one that is lent, too. */
  readonly version: number | undefined;
  readonly now: Date;
}

export interface RotationClaim {
  readonly name: string;
  /** How many reads make it due; 0: it is due, however often it was read; undefined: reads do not make it due. */
  readonly afterReads: number | undefined;
  readonly now: Date;
  readonly until: Date;
}

export interface ClaimedRotation {
  readonly version: SealedVersion;
  /** Somebody had begun before and was never heard of again. */
  readonly abandoned: boolean;
  readonly failures: number;
}

export interface RotationEnd {
  readonly failed: boolean;
  /** Before then it is not tried again. */
  readonly nextAt: Date;
}
