import type { AuditEvent } from '../domain/audit-event.ts';
import type { DeferredRecord } from '../domain/deferred-record.ts';
import { Refusal } from '../domain/refusal.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import type { Operator } from '../domain/operator.ts';
import { approversOf, decisionsOn } from './decide-roles.ts';
import type { Broker, Caller } from './broker.ts';
import type { AskedRole } from './exchange-order.ts';
import { claimFacts } from './note-decisions.ts';
import { waitingOrder } from './poll-deferred.ts';
import { recall } from './running-session.ts';

/** What POST /approvals/{id} was asked, by an operator who is known. */
export interface ApprovalOrder {
  readonly caller: Caller;
  readonly operator: Operator;
  readonly transactionId: string;
  /** Undefined: only to be shown what waits. */
  readonly decision: 'approve' | 'reject' | undefined;
}

/** What waits, as the one who decides has to see it. */
export interface Waiting {
  readonly record: DeferredRecord;
  readonly details: readonly AskedRole[];
  readonly claims: VerifiedClaims;
  /** The policies that grant the roles now, by id and version. */
  readonly policies: readonly { readonly id: string; readonly version: string }[];
}

/**
 * Shows a request that waits for an approval, after its decision where there is one. The first decision stands.
 * @throws Refusal `not_found`; `conflict` when it is decided or over already
 */
export async function approve(broker: Broker, order: ApprovalOrder): Promise<Waiting> {
  const { transactionId: id, decision } = order;
  const found = await broker.store.findDeferred(id);
  if (found === undefined) throw new Refusal('not_found', 'no request waits under this id');
  const claims = await recall(broker, order.caller, found);
  const record = decision === undefined ? found : await decided(broker, order, { found, claims });
  const { details } = waitingOrder(record);
  const policies = decisionsOn(broker, details, claims).flatMap((each) =>
    each.allowed ? [each.policy] : [],
  );
  return { record, details, claims, policies };
}

/** The line comes first: what nobody can read of was not approved. */
async function decided(
  broker: Broker,
  { caller, operator, transactionId: id, decision }: ApprovalOrder,
  { found, claims }: { readonly found: DeferredRecord; readonly claims: VerifiedClaims },
): Promise<DeferredRecord> {
  const now = broker.leaseTime.now();
  const state = decision === 'approve' ? 'approved' : 'rejected';
  const detail = { transaction_id: id, approver: operator.id, decision, ...claimFacts(claims) };
  const note = (message: string, outcome: AuditEvent['outcome']): Promise<void> =>
    broker.audit([{ name: 'decision', outcome, message, ...caller, detail }]);
  await note(`approver decides: ${state}`, 'unknown');
  const { details } = waitingOrder(found);
  const approvers = approversOf(decisionsOn(broker, details, claims));
  const done = await broker.store.decideDeferred({ id, state, by: operator.id, approvers, now });
  if (done === 'decided' || done === 'noted') return (await broker.store.findDeferred(id)) ?? found;
  if (done === 'again')
    throw new Refusal('conflict', 'this operator has agreed already: another one has to, too');
  await note('approver came too late', 'failure');
  throw new Refusal('conflict', 'the request was decided already, or is over');
}
