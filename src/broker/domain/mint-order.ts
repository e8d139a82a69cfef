import type { Revocability } from '../../domain/lease.ts';

/** From what can be taken back best to what cannot. */
const ranks: Readonly<Record<Revocability, number>> = { immediate: 0, policy: 1, 'expiry-only': 2 };

interface Revocable {
  readonly revocability: Revocability;
}

/** What can be taken back is minted first, so that a later failure leaves nothing alive (PROTOCOL.md, POST /token). */
export function inMintOrder<T extends Revocable>(leases: readonly T[]): T[] {
  return leases.toSorted((a, b) => ranks[a.revocability] - ranks[b.revocability]);
}

/** What may be said of all of them together. */
export function weakest(several: readonly Revocable[]): Revocability {
  return inMintOrder(several).at(-1)?.revocability ?? 'immediate';
}
