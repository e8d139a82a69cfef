import type { CompactJws } from '../../protocol/compact-jws.ts';
import type { CheckedProof } from '../../protocol/dpop-check.ts';
import { sha256 } from '../domain/digest.ts';
import type { LeaseRecord } from '../domain/lease-record.ts';
import { Refusal } from '../domain/refusal.ts';
import { verifyIdToken } from '../issuers/verify-id-token.ts';
import type { RevocationTarget } from '../store/store.ts';
import type { Broker, Caller } from './broker.ts';
import { noteStates, revokeNow } from './keep-leases.ts';
import { usedBefore, usedProof } from './used-proof.ts';

const tombstoneMs = 300_000;

/** What POST /revoke was asked: by what right, and for which leases. */
export interface RevokeOrder {
  readonly caller: Caller;
  readonly by: RevokeBy;
  /** Only these; undefined: all that the right covers. */
  readonly leaseIds: readonly string[] | undefined;
}

export type RevokeBy =
  | { readonly kind: 'handle'; readonly handle: string }
  | { readonly kind: 'access-token'; readonly token: string; readonly proof: CheckedProof }
  | {
      readonly kind: 'id-token';
      readonly token: CompactJws;
      readonly proof: CheckedProof;
      readonly publicUrl: string;
    };

/**
 * Gives leases back (RFC 7009, PROTOCOL.md The revocation handle). When it resolves, every lease is revoked or durably
 * queued. Unknown, foreign and repeated look alike.
 * @returns the leases as they now are
 * @throws Refusal for a proof or ID token that does not hold; StoreError when nothing could be made durable
 */
export async function revoke(broker: Broker, order: RevokeOrder): Promise<readonly LeaseRecord[]> {
  const now = broker.leaseTime.now();
  const target = await targetOf(broker, order, now);
  const found = await broker.store.beginRevocation(target, now);
  if (found === 'full')
    throw new Refusal('temporarily_unavailable', 'too many unknown handles were given back', {
      reason: 'store',
      retryAfterSeconds: 60,
    });
  if (found === 'proof-replayed' || found === 'nonce-used') throw usedBefore(found);
  await noteRequest(broker, order, found);
  await revokeNow(broker, found);
  const leases = await broker.store.leases(found.map(({ id }) => id));
  const only = order.leaseIds;
  return only === undefined ? leases : leases.filter(({ id }) => only.includes(id));
}

async function targetOf(broker: Broker, order: RevokeOrder, now: Date): Promise<RevocationTarget> {
  const { by, leaseIds } = order;
  const narrow = leaseIds === undefined ? {} : { leaseIds };
  if (by.kind === 'handle')
    return {
      ...narrow,
      handleHash: sha256(by.handle),
      tombstoneUntil: new Date(now.getTime() + tombstoneMs),
    };
  const proof = usedProof(by.proof, now);
  if (by.kind === 'access-token')
    return { ...narrow, proof, accessTokenHash: sha256(by.token), thumbprint: by.proof.thumbprint };
  const claims = await verifyIdToken(broker.issuers, by.token, {
    thumbprint: by.proof.thumbprint,
    publicUrl: by.publicUrl,
    now: broker.host.clock.now(),
    purpose: 'give-back',
    passage: order.caller.passage,
  });
  if (claims.job.level !== 'job')
    throw new Refusal(
      'unsupported_token_type',
      'ID tokens of this issuer do not tell jobs apart; give back by handle or access token',
    );
  return { ...narrow, proof, issuer: claims.issuer.url, job: claims.job.key };
}

async function noteRequest(broker: Broker, order: RevokeOrder, found: readonly LeaseRecord[]): Promise<void> {
  if (found.length === 0) {
    await broker.auditSampled({
      name: 'revocation',
      outcome: 'unknown',
      message: 'nothing to give back',
      ...order.caller,
      detail: { by: order.by.kind },
    });
    return;
  }
  const event = {
    name: 'revocation' as const,
    outcome: 'success' as const,
    message: 'asked to give back',
    ...order.caller,
    detail: { by: order.by.kind, leases: found.map(({ id }) => id) },
  };
  await broker.audit([event]).catch(() => undefined);
  await noteStates(
    broker,
    found.filter(({ state }) => state === 'revoking'),
  );
}
