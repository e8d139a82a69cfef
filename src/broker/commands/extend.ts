import { denied } from '../domain/refusal.ts';
import { newAccessToken } from '../domain/identifiers.ts';
import { verifyIdToken } from '../issuers/verify-id-token.ts';
import type { Broker } from './broker.ts';
import { noteStranger } from './decide-roles.ts';
import type { ExchangeResult, TokenOrder } from './exchange-order.ts';
import { judge } from './judge-outcome.ts';
import { claimFacts } from './note-decisions.ts';
import { newAccess, tokenUse } from './opening.ts';
import { secondsBetween } from './seconds-between.ts';
import { usedProof } from './used-proof.ts';

/** What POST /token was asked with `session_id`. */
export interface ExtendOrder extends TokenOrder {
  readonly sessionId: string;
  /** Where it is there, it must be the session's. */
  readonly handleHash: string | undefined;
}

/**
 * A running session's access token anew, for the same key and job; the earlier one is good for nothing from then on.
 * The session's end stays where it was.
 * @throws Refusal
 */
export async function extend(broker: Broker, order: ExtendOrder): Promise<ExchangeResult<never>> {
  const { caller, proof, sessionId, handleHash } = order;
  const now = broker.leaseTime.now();
  const claims = await verifyIdToken(broker.issuers, order.idToken, {
    thumbprint: proof.thumbprint,
    publicUrl: order.publicUrl,
    now: broker.host.clock.now(),
    purpose: 'borrow',
    issuedSince: broker.restored.at,
    passage: caller.passage,
  });
  if (await noteStranger(broker, caller, claims)) throw denied();
  const accessToken = newAccessToken();
  const outcome = await broker.store.extendSession({
    proof: usedProof(proof, now),
    token: tokenUse(claims),
    thumbprint: claims.thumbprint,
    issuer: claims.issuer.url,
    job: claims.job,
    sessionId,
    handleHash,
    ...newAccess(accessToken, now),
    now,
  });
  if ('revoked' in outcome) throw await judge(broker, caller, { refused: outcome, claims });
  await broker.audit([
    {
      name: 'session',
      outcome: 'success',
      message: 'session extended',
      ...caller,
      detail: { session_id: sessionId, ...claimFacts(claims) },
    },
  ]);
  return { accessToken, accessSeconds: secondsBetween(now, outcome.accessExpiresAt), sessionId, leases: [] };
}
