import type { Credential } from '../../domain/credential.ts';
import type { CompactJws } from '../../protocol/compact-jws.ts';
import type { CheckedProof } from '../../protocol/dpop-check.ts';
import { newAccessToken } from '../domain/identifiers.ts';
import { verifyIdToken } from '../issuers/verify-id-token.ts';
import type { NewLease } from '../store/store.ts';
import type { Broker, Caller } from './broker.ts';
import { decideRoles } from './decide-roles.ts';
import { mintLeases } from './mint-leases.ts';
import { revokeNow } from './keep-leases.ts';
import { judgeOpening } from './judge-opening.ts';
import { noteDecisions } from './note-decisions.ts';
import { openingOf } from './opening.ts';

const accessTokenSeconds = 900;
/** What POST /token was asked, read and strictly parsed, its proof checked. */
export interface ExchangeOrder<Sealed> {
  readonly caller: Caller;
  readonly proof: CheckedProof;
  /** The public URL at which it came in. */
  readonly publicUrl: string;
  readonly idToken: CompactJws;
  readonly details: readonly AskedRole[];
  /** Base64url SHA-256 of the revocation handle. */
  readonly handleHash: string | undefined;
  /** Makes of credentials what is sent. Called before the lease is active, since it may fail. */
  readonly seal: (credentials: readonly Credential[]) => Promise<Sealed>;
  readonly encrypted: boolean;
}

export interface AskedRole {
  readonly role: string;
  readonly ttlSeconds: number | undefined;
}

export interface ExchangeResult<Sealed> {
  readonly accessToken: string;
  readonly accessSeconds: number;
  readonly sessionId: string;
  /** In the order in which the roles were asked for. */
  readonly leases: readonly LentLease<Sealed>[];
}

export interface LentLease<Sealed> {
  readonly lease: NewLease;
  readonly ttlSeconds: number;
  readonly credentialExpiresAt: Date;
  readonly sealed: Sealed;
}

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
