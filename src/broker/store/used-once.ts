/** A number that may be used once, and how long that has to be remembered. */
export interface UsedOnce {
  readonly key: string;
  readonly expiresAt: Date;
}

/** A proof's number and, where the broker asks for one, the nonce in it. */
export interface UsedProof extends UsedOnce {
  readonly nonce?: UsedOnce;
}

/** `new`, or which of the two was used before. */
export type ProofUse = 'new' | 'proof-replayed' | 'nonce-used';
