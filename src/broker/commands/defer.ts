import { Refusal } from '../domain/refusal.ts';
import type { Broker } from './broker.ts';
import type { ExchangeOrder } from './exchange-order.ts';
import { judge } from './judge-outcome.ts';
import { takenBack } from './keep-leases.ts';
import { claimFacts, decisionEvent } from './note-decisions.ts';
import { deferralOf, type Granted } from './opening.ts';
import { secondsBetween } from './seconds-between.ts';

const intervalSeconds = 5;

/**
 * Keeps a request until somebody approves it; nothing is minted (PROTOCOL.md, Errors, `authorization_pending`).
 * @returns what the caller is told: to wait, or why not
 */
export async function defer(
  broker: Broker,
  order: ExchangeOrder<unknown>,
  granted: Granted,
): Promise<Refusal> {
  const { caller } = order;
  const { claims, decisions, now } = granted;
  const within = decisions.flatMap(({ approval }) => approval?.withinSeconds ?? []);
  const outcome = await broker.store.defer(deferralOf(order, granted, Math.min(...within)));
  if ('revoked' in outcome) return judge(broker, caller, { refused: outcome, claims });
  await takenBack(broker, outcome.superseded);
  const transaction = { transaction_id: outcome.id };
  await broker.audit([
    ...decisions.map((decision) => {
      const event = decisionEvent(caller, claims, decision);
      return { ...event, detail: { ...transaction, approval: 'pending', ...event.detail } };
    }),
    {
      name: 'session',
      outcome: 'unknown',
      message: 'request waits for approval',
      ...caller,
      detail: { ...transaction, ...claimFacts(claims) },
    },
  ]);
  return pending(outcome.id, { now, expiresAt: outcome.expiresAt });
}

/** The caller is to ask again (OpenID for Verifiable Credential Issuance 1.0 §9.2, RFC 8628 §3.5). */
export function pending(
  transactionId: string,
  { now, expiresAt }: { readonly now: Date; readonly expiresAt: Date },
): Refusal {
  return new Refusal('authorization_pending', 'an approval is needed; ask again with transaction_id', {
    members: {
      transaction_id: transactionId,
      interval: intervalSeconds,
      expires_in: secondsBetween(now, expiresAt),
    },
  });
}
