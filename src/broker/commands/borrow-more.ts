import { namesOf } from '../issuers/verify-id-token.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import { denied } from '../domain/refusal.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import type { Allowed } from '../policy/decide.ts';
import { askPlatform } from './ask-platform.ts';
import type { Broker, Caller } from './broker.ts';
import { decideRoles } from './decide-roles.ts';
import type { AskedRole, Delivery, LentLease } from './exchange-order.ts';
import { judge } from './judge-outcome.ts';
import { takenBack } from './keep-leases.ts';
import { mintLeases } from './mint-leases.ts';
import { decisionEvent, noteDecisions } from './note-decisions.ts';
import { hashOf, newLease } from './opening.ts';
import { capsOf } from './role-access.ts';
import { entryOf, recall, type SessionOrder } from './running-session.ts';

/** What POST /credentials was asked. */
export interface BorrowOrder<Sealed> extends SessionOrder, Delivery<Sealed> {
  readonly detail: AskedRole;
  /** The caller's own name for the request, by which it is known again. */
  readonly requestId: string;
  /** The lease whose place the new one takes. */
  readonly replaces: string | undefined;
}

/**
 * One more lease in a running session, or one in another's place: decided anew, by the session's claims and the
 * policies as they are now.
 * @throws Refusal
 */
export async function borrowMore<Sealed>(
  broker: Broker,
  order: BorrowOrder<Sealed>,
): Promise<LentLease<Sealed>> {
  const { caller, detail, requestId, replaces, seal } = order;
  const now = broker.leaseTime.now();
  const entry = entryOf(order, now);
  const session = await broker.store.findSession(entry);
  if (session === undefined)
    throw await judge(broker, caller, { refused: { kind: 'no-access', revoked: [] } });
  const claims = await recall(broker, caller, session);
  caller.passage.identified(namesOf(claims));
  const decisions = await decideRoles(broker, { ...order, details: [detail] }, claims);
  const decision = onlyOne(decisions);
  // One that was approved may be renewed; another approval can only be asked for at /token.
  if (decision.approval !== undefined && !(session.approved && replaces !== undefined)) {
    await broker.audit([needsApproval(caller, claims, decision)]);
    throw denied();
  }
  const lease = newLease(broker.roles, { decision, asked: detail, now });
  const outcome = await broker.store.addLease({
    ...entry,
    issuer: session.issuer,
    job: claims.job,
    requestId,
    detailsHash: hashOf([detail], replaces),
    replaces,
    lease,
    limits: decision.limits,
    caps: capsOf(broker, [detail]).get(detail.role),
  });
  if ('revoked' in outcome) throw await judge(broker, caller, { refused: outcome, claims });
  await takenBack(broker, outcome.superseded);
  await noteDecisions(broker, caller, { claims, decisions, leases: [lease] });
  await askPlatform(broker, caller, { claims, decisions, leases: [lease] });
  const lent = await mintLeases(broker, {
    caller,
    seal,
    claims,
    sessionId: session.id,
    leases: [lease],
    now,
  });
  return onlyOne(lent);
}

function needsApproval(caller: Caller, claims: VerifiedClaims, decision: Allowed): AuditEvent {
  const event = decisionEvent(caller, claims, decision);
  const detail = { ...event.detail, decision: 'deny', approval: 'needed' };
  return { ...event, outcome: 'failure', message: 'role denied: it has to be approved first', detail };
}

function onlyOne<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined || list.length !== 1) throw new Error('one role, one lease');
  return first;
}
