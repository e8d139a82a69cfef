/**
 * ```
 * pending → approved → used
 *   ├→ rejected
 *   └→ cancelled   given back, its job ended, or a later attempt of its run began
 * ```
 */
export type DeferredState = 'pending' | 'approved' | 'rejected' | 'cancelled' | 'used';

/** A request that waits for an approval, or waited. Nothing in it is secret. */
export interface DeferredRecord {
  readonly id: string;
  readonly issuer: string;
  readonly job: string;
  /** Thumbprint of the key that asked, and that alone may poll. */
  readonly thumbprint: string;
  readonly handleHash: string | undefined;
  /** What is asked for, as parsed JSON. */
  readonly asked: unknown;
  /** What is remembered of the ID token's claims, as parsed JSON. */
  readonly claims: unknown;
  readonly tokenKey: string;
  readonly tokenExpiresAt: Date;
  readonly state: DeferredState;
  /** Who decided. */
  readonly decidedBy: string | undefined;
  /** The operators who have agreed so far, in their order. */
  readonly approvals: readonly string[];
  /** Until when it may be decided and fetched. */
  readonly expiresAt: Date;
}
