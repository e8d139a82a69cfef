import type { CheckedProof } from '../../protocol/dpop-check.ts';
import type { DeferredRecord } from '../domain/deferred-record.ts';
import { denied, type Refusal } from '../domain/refusal.ts';
import { namesOf } from '../issuers/verify-id-token.ts';
import type { Broker, Caller } from './broker.ts';
import { approversOf, decideRoles } from './decide-roles.ts';
import { pending } from './defer.ts';
import { openSession } from './exchange.ts';
import type { Delivery, ExchangeResult, WaitingOrder } from './exchange-order.ts';
import { judge } from './judge-outcome.ts';
import { recall } from './running-session.ts';
import { usedProof } from './used-proof.ts';

/** What POST /credentials/deferred was asked. */
export interface PollOrder<Sealed> {
  readonly caller: Caller;
  readonly proof: CheckedProof;
  readonly transactionId: string;
  /** How credentials are sent to whoever gave this key. */
  readonly deliver: (encryptTo: string | undefined) => Promise<Delivery<Sealed>>;
}

/**
 * Goes on with a request that was approved: the policies as they are now decide once more, then it opens its session as
 * at /token; again, it is repeated. The ID token is not needed any more.
 * @throws Refusal; `authorization_pending` until it is decided
 */
export async function pollDeferred<Sealed>(
  broker: Broker,
  order: PollOrder<Sealed>,
): Promise<ExchangeResult<Sealed>> {
  const { caller, proof, transactionId: id, deliver } = order;
  const now = broker.leaseTime.now();
  const { thumbprint } = proof;
  const outcome = await broker.store.pollDeferred({ proof: usedProof(proof, now), id, thumbprint, now });
  if ('revoked' in outcome) throw await judge(broker, caller, { refused: outcome });
  const { record } = outcome;
  if (record.state === 'pending') throw pending(id, { now, expiresAt: record.expiresAt });
  const claims = await recall(broker, caller, record);
  caller.passage.identified(namesOf(claims));
  const { details, encryptTo } = waitingOrder(record);
  const decisions = await decideRoles(broker, { caller, details, encryptTo }, claims);
  // A policy that asks for more now than when it was approved, or an approver who is none any more.
  if (approversOf(decisions) > standing(broker, record)) throw await tooFew(broker, caller, id);
  const { seal } = await deliver(encryptTo);
  // Without a handle of its own the request is known by its id, so that it can be repeated, too.
  const handleHash = record.handleHash ?? id;
  const right = { deferredId: id };
  return openSession(broker, { caller, seal, details, handleHash, right }, { claims, decisions, now });
}

/** How many have agreed who still may. Before several could, only the name was written down. */
function standing({ operators }: Broker, { approvals, decidedBy }: DeferredRecord): number {
  const agreed = approvals.length === 0 && decidedBy !== undefined ? [decidedBy] : approvals;
  const known = new Set([...operators.values()].map(({ id }) => id));
  return agreed.filter((id) => known.has(id)).length;
}

async function tooFew(broker: Broker, caller: Caller, id: string): Promise<Refusal> {
  const message =
    'session refused: its policy asks for more approvals than it has now by operators of this broker';
  const detail = { transaction_id: id };
  await broker.audit([{ name: 'session', outcome: 'failure', message, ...caller, detail }]);
  return denied();
}

/** What we wrote ourselves is read as it was written. */
export function waitingOrder({ asked }: DeferredRecord): WaitingOrder {
  return asked as WaitingOrder;
}
