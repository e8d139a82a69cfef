import { newAccessToken } from '../domain/identifiers.ts';
import { verifyIdToken } from '../issuers/verify-id-token.ts';
import type { Opening, OpeningByToken, OpenOutcome } from '../store/session-requests.ts';
import { abandon } from './abandon.ts';
import { askPlatform } from './ask-platform.ts';
import type { Broker, Caller } from './broker.ts';
import { decideRoles } from './decide-roles.ts';
import { defer } from './defer.ts';
import type { Delivery, ExchangeOrder, ExchangeResult } from './exchange-order.ts';
import { judge } from './judge-outcome.ts';
import { issueAtOnce, issuesAtOnce } from './issue-at-once.ts';
import { takenBack } from './keep-leases.ts';
import { mintLeases } from './mint-leases.ts';
import { noteDecisions } from './note-decisions.ts';
import { capsOf } from './role-access.ts';
import { openingOf, tokenUse, type Granted } from './opening.ts';
import { secondsBetween } from './seconds-between.ts';
import { usedProof } from './used-proof.ts';

/**
 * Trades an ID token for leases: all the roles, or none (PROTOCOL.md, Order of verification, from step 4 on).
 * @throws Refusal; `authorization_pending` when somebody has to approve it first
 */
export async function exchange<Sealed>(
  broker: Broker,
  order: ExchangeOrder<Sealed>,
): Promise<ExchangeResult<Sealed>> {
  const now = broker.leaseTime.now();
  const claims = await verifyIdToken(broker.issuers, order.idToken, {
    thumbprint: order.proof.thumbprint,
    publicUrl: order.publicUrl,
    now: broker.host.clock.now(),
    purpose: 'borrow',
    issuedSince: broker.restored.at,
    passage: order.caller.passage,
  });
  const decisions = await decideRoles(broker, order, claims);
  const granted = { claims, decisions, now };
  if (decisions.some(({ approval }) => approval !== undefined)) throw await defer(broker, order, granted);
  const right = { proof: usedProof(order.proof, now), token: tokenUse(claims) };
  return openSession(broker, { ...order, right }, granted);
}

/** By what a session is opened: a proof and an ID token, or an approval. */
type Right = Pick<OpeningByToken, 'proof' | 'token'> | { readonly deferredId: string };

interface SessionOrder<Sealed> extends Pick<Delivery<Sealed>, 'seal'> {
  readonly caller: Caller;
  readonly details: ExchangeOrder<Sealed>['details'];
  readonly handleHash: string | undefined;
  readonly right: Right;
}

/**
 * Opens the session and lends what was decided, or repeats it.
 * @throws Refusal
 */
export async function openSession<Sealed>(
  broker: Broker,
  order: SessionOrder<Sealed>,
  granted: Granted,
): Promise<ExchangeResult<Sealed>> {
  const { caller, seal, right } = order;
  const { claims, decisions, now } = granted;
  const accessToken = newAccessToken();
  const caps = capsOf(broker, order.details);
  const atOnce = issuesAtOnce(broker, granted);
  const opening = { ...openingOf(broker, order, { ...granted, accessToken }), ...right, caps, atOnce };
  const outcome = await open(broker, opening);
  if ('revoked' in outcome) throw await judge(broker, caller, { refused: outcome, claims });
  const { sessionId, superseded, accessExpiresAt } = outcome;
  await takenBack(broker, superseded);
  const { leases } = opening;
  await noteDecisions(broker, caller, { claims, decisions, leases, atOnce });
  await askPlatform(broker, caller, { claims, decisions, leases });
  const minting = { caller, seal, claims, sessionId, leases, now };
  const lent = await (atOnce ? issueAtOnce(broker, minting) : mintLeases(broker, minting));
  caller.passage.granted();
  return { accessToken, accessSeconds: secondsBetween(now, accessExpiresAt), sessionId, leases: lent };
}

/** A store that fails may have taken it all the same, and what is active at once nobody takes up. */
async function open(broker: Broker, opening: Opening): Promise<OpenOutcome> {
  try {
    return await broker.store.openSession(opening);
  } catch (error) {
    const unminted = opening.leases.map(({ id }) => id);
    if (opening.atOnce === true) await abandon(broker, { toRevoke: [], unminted }).catch(() => undefined);
    throw error;
  }
}
