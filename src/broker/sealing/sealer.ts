import type { Secret } from '../../domain/secret.ts';
import { openEnvelope, rewrapEnvelope, sealEnvelope, type Envelope, type EnvelopeLabel } from './envelope.ts';
import { seal, unseal } from './sealed-secret.ts';
import type { SealingKey } from './sealing-key.ts';

/** Keeps what only revoking may see, and the secrets that are kept, from whoever reads the store. */
export interface Sealer {
  /** By the first key. @throws when there is no key */
  readonly seal: (secret: Secret, leaseId: string) => Promise<string>;
  /** By whichever key it was sealed. @throws UnsealError */
  readonly unseal: (sealed: string, leaseId: string) => Promise<Secret>;
  readonly envelopes: Envelopes;
}

/** Secrets with data keys of their own, wrapped by the first key. */
export interface Envelopes {
  /** The id of the key that wraps; undefined: there is none. */
  readonly keyId: string | undefined;
  /** @throws when there is no key */
  readonly seal: (value: Secret, label: EnvelopeLabel) => Promise<Envelope>;
  /** By whichever key it is wrapped. @throws UnsealError */
  readonly open: (envelope: Envelope, label: EnvelopeLabel) => Promise<Secret>;
  /** Under the first key. @throws UnsealError */
  readonly rewrap: (envelope: Envelope, label: EnvelopeLabel) => Promise<Envelope>;
}

/** @param keys the first seals, all open; without any, nothing is sealed */
export function makeSealer(keys: readonly SealingKey[]): Sealer {
  const [first] = keys;
  const byId = new Map(keys.map((key) => [key.id, key]));
  const sealing = (): SealingKey => {
    if (first === undefined) throw new Error('there is no sealing key');
    return first;
  };
  return {
    seal: async (secret, leaseId) => seal(secret, leaseId, sealing()),
    unseal: (sealed, leaseId) => unseal(sealed, leaseId, byId),
    envelopes: {
      keyId: first?.id,
      seal: async (value, label) => sealEnvelope(value, label, sealing()),
      open: (envelope, label) => openEnvelope(envelope, label, byId),
      rewrap: async (envelope, label) => rewrapEnvelope(envelope, label, { keys: byId, to: sealing() }),
    },
  };
}
