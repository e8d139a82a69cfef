import type { Revocability } from '../../domain/lease.ts';

const ranks: Readonly<Record<Revocability, number>> = { immediate: 0, policy: 1, 'expiry-only': 2 };

/** What can be taken back is minted first, so that a later failure leaves nothing alive (PROTOCOL.md, POST /token). */
export function inMintOrder<T extends { readonly revocability: Revocability }>(leases: readonly T[]): T[] {
  return leases.toSorted((a, b) => ranks[a.revocability] - ranks[b.revocability]);
}
