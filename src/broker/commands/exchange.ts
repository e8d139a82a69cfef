import { newAccessToken } from '../domain/identifiers.ts';
import { verifyIdToken } from '../issuers/verify-id-token.ts';
import type { Broker } from './broker.ts';
import { decideRoles } from './decide-roles.ts';
import type { ExchangeOrder, ExchangeResult } from './exchange-order.ts';
import { mintLeases } from './mint-leases.ts';
import { revokeNow } from './keep-leases.ts';
import { judgeOpening } from './judge-opening.ts';
import { noteDecisions } from './note-decisions.ts';
import { openingOf } from './opening.ts';

const accessTokenSeconds = 900;

/**
 * Trades an ID token for leases: all the roles, or none (PROTOCOL.md, Order of verification, from step 4 on).
 * @throws Refusal
 */
export async function exchange<Sealed>(
  broker: Broker,
  order: ExchangeOrder<Sealed>,
): Promise<ExchangeResult<Sealed>> {
  const now = broker.host.clock.now();
  const claims = await verifyIdToken(broker.issuers, order.idToken, {
    thumbprint: order.proof.thumbprint,
    publicUrl: order.publicUrl,
    now,
    purpose: 'borrow',
    passage: order.caller.passage,
  });
  const decisions = await decideRoles(broker, order, claims);
  const accessToken = newAccessToken();
  const opening = openingOf(order, { claims, decisions, accessToken, now });
  const outcome = await broker.store.openSession(opening);
  const { sessionId, superseded } = await judgeOpening(broker, order.caller, { outcome, claims });
  await revokeNow(broker, superseded);
  await noteDecisions(broker, order.caller, { claims, decisions, opening });
  const leases = await mintLeases(broker, order, { claims, opening, sessionId });
  const accessSeconds = Math.min(accessTokenSeconds, secondsBetween(now, opening.session.expiresAt));
  return { accessToken, accessSeconds, sessionId, leases };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.floor((to.getTime() - from.getTime()) / 1000));
}
