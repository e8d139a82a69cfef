import type { VerificationKey } from '../../protocol/jwks.ts';

/** One who may approve what a policy does not decide alone. */
export interface Operator {
  /** The `client_id` of its assertions. */
  readonly id: string;
  readonly keys: ReadonlyMap<string, VerificationKey>;
}
