/** What the store knows of a secret that the broker keeps. The value is not in it. */
export interface SecretRecord {
  readonly name: string;
  /** The version that is lent; 0: none, since it was deleted. */
  readonly current: number;
  /** The last version that was made. */
  readonly latest: number;
  readonly reads: number;
  /** Since the last version was made. */
  readonly readsSince: number;
  /** Undefined: never. */
  readonly readAt: Date | undefined;
  readonly createdAt: Date;
  /** When the last version was made. */
  readonly changedAt: Date;
  /** A rotation is under way, or was cut off, until then; undefined: none. */
  readonly rotatingUntil: Date | undefined;
  readonly rotationFailures: number;
  /** Before then no rotation is tried. */
  readonly rotateAt: Date;
}

/** One version of a secret, without what is sealed in it. */
export interface SecretVersion {
  readonly version: number;
  readonly createdAt: Date;
  /** The operator, or the rotation’s program. */
  readonly createdBy: string;
  readonly reads: number;
  /** The sealing key that wraps its data key; empty: destroyed. */
  readonly keyId: string;
  /** Until then it is kept besides the current one; undefined: no end is set. */
  readonly graceUntil: Date | undefined;
  /** When its data key was destroyed. */
  readonly destroyedAt: Date | undefined;
}

/** A repository or project that a secret was lent to. */
export interface SecretReader {
  readonly issuer: string;
  readonly repositoryId: string;
  readonly repository: string;
  readonly reads: number;
  readonly readAt: Date;
}
