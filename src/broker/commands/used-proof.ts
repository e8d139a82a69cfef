import type { CheckedProof } from '../../protocol/dpop-check.ts';
import { sha256 } from '../domain/digest.ts';
import { Refusal } from '../domain/refusal.ts';
import type { ProofUse, UsedProof } from '../store/used-once.ts';

/** How long a proof's number is remembered; a proof is good for 60 s either way, a nonce for 120 s. */
const memoryMs = 300_000;

/** A proof as the store remembers it (RFC 9449 §11.1): its number counts per key, its nonce for everyone. */
export function usedProof({ thumbprint, jti, nonce }: CheckedProof, now: Date): UsedProof {
  const expiresAt = new Date(now.getTime() + memoryMs);
  return {
    key: sha256(JSON.stringify([thumbprint, jti])),
    expiresAt,
    ...(nonce === undefined ? {} : { nonce: { key: sha256(JSON.stringify(['nonce', nonce])), expiresAt } }),
  };
}

/** What the caller is told whose proof or nonce the store knew already. */
export function usedBefore(use: Exclude<ProofUse, 'new'>): Refusal {
  return use === 'nonce-used'
    ? new Refusal('use_dpop_nonce', 'the proof’s nonce was used before; take the one of this answer')
    : new Refusal('invalid_dpop_proof', 'the proof was used before', { reason: use });
}
