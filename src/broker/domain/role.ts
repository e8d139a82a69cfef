import type { Revocability } from '../../domain/lease.ts';

/** What everyone but its engine needs to know of a role. */
export interface RoleTerms {
  readonly name: string;
  readonly engine: string;
  readonly revocability: Revocability;
  readonly defaultSeconds: number;
  readonly minSeconds: number;
  readonly maxSeconds: number;
  /** The credential lives exactly so long, whatever the lease. */
  readonly fixedSeconds?: number | undefined;
  /** Owners whose policies may grant it; undefined: anyone's. */
  readonly grantableBy: readonly string[] | undefined;
  /** What it lends of the secrets that the broker keeps; undefined: nothing. */
  readonly secrets?: readonly string[];
  /** The credential is only sent encrypted to the borrower's key. */
  readonly requireEncryption: boolean;
}
