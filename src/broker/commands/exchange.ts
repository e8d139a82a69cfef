import { newAccessToken } from '../domain/identifiers.ts';
import { verifyIdToken } from '../issuers/verify-id-token.ts';
import type { Broker } from './broker.ts';
import { decideRoles } from './decide-roles.ts';
import type { ExchangeOrder, ExchangeResult } from './exchange-order.ts';
import { judge } from './judge-outcome.ts';
import { takenBack } from './keep-leases.ts';
import { mintLeases } from './mint-leases.ts';
import { noteDecisions } from './note-decisions.ts';
import { openingOf } from './opening.ts';
import { secondsBetween } from './seconds-between.ts';

/**
 * Trades an ID token for leases: all the roles, or none (PROTOCOL.md, Order of verification, from step 4 on).
 * @throws Refusal
 */
export async function exchange<Sealed>(
  broker: Broker,
  order: ExchangeOrder<Sealed>,
): Promise<ExchangeResult<Sealed>> {
  const now = broker.host.clock.now();
  const { caller, seal } = order;
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
  if ('revoked' in outcome) throw await judge(broker, caller, { refused: outcome, claims });
  const { sessionId, superseded, accessExpiresAt } = outcome;
  await takenBack(broker, superseded);
  const { leases } = opening;
  await noteDecisions(broker, caller, { claims, decisions, leases });
  const lent = await mintLeases(broker, { caller, seal, claims, sessionId, leases, now });
  return { accessToken, accessSeconds: secondsBetween(now, accessExpiresAt), sessionId, leases: lent };
}
