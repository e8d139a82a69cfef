import type { Secret } from '../../domain/secret.ts';
import { seal, unseal } from './sealed-secret.ts';
import type { SealingKey } from './sealing-key.ts';

/** Keeps what only revoking may see from whoever reads the store. */
export interface Sealer {
  /** By the first key. @throws when there is no key */
  readonly seal: (secret: Secret, leaseId: string) => Promise<string>;
  /** By whichever key it was sealed. @throws UnsealError */
  readonly unseal: (sealed: string, leaseId: string) => Promise<Secret>;
}

/** @param keys the first seals, all open; without any, nothing is sealed */
export function makeSealer(keys: readonly SealingKey[]): Sealer {
  const [first] = keys;
  const byId = new Map(keys.map((key) => [key.id, key]));
  return {
    seal: async (secret, leaseId) => {
      if (first === undefined) throw new Error('there is no sealing key');
      return seal(secret, leaseId, first);
    },
    unseal: (sealed, leaseId) => unseal(sealed, leaseId, byId),
  };
}
