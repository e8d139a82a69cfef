import type { VerificationKey } from '../../protocol/jwks.ts';

/** One who takes our tokens and may ask whether they still count (RFC 7662). */
export interface ResourceServer {
  /** The `client_id` of its assertions. */
  readonly id: string;
  /** It is told about tokens for this audience only. */
  readonly audience: string;
  readonly keys: ReadonlyMap<string, VerificationKey>;
}
