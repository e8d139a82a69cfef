import { sha256 } from '../../protocol/dpop.ts';
import type { CheckedProof } from '../../protocol/dpop-check.ts';
import type { UsedOnce } from '../store/store.ts';

/** How long a proof's number is remembered; a proof is good for 60 s either way. */
const memoryMs = 300_000;

/** A proof as the store remembers it (RFC 9449 §11.1): its number counts per key. */
export function usedProof({ thumbprint, jti }: CheckedProof, now: Date): UsedOnce {
  return {
    key: sha256(JSON.stringify([thumbprint, jti])),
    expiresAt: new Date(now.getTime() + memoryMs),
  };
}
