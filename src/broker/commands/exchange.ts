import type { Credential } from '../../domain/credential.ts';
import type { CompactJws } from '../../protocol/compact-jws.ts';
import { sha256 } from '../../protocol/dpop.ts';
import type { CheckedProof } from '../../protocol/dpop-check.ts';
import { newAccessToken, newId } from '../domain/identifiers.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import { verifyIdToken } from '../issuers/verify-id-token.ts';
import type { Allowed } from '../policy/decide.ts';
import type { NewLease, Opening } from '../store/store.ts';
import type { Broker, Caller } from './broker.ts';
import { decideRoles } from './decide-roles.ts';
import { mintLeases } from './mint-leases.ts';
import { revokeNow } from './keep-leases.ts';
import { judgeOpening } from './judge-opening.ts';
import { noteDecisions } from './note-decisions.ts';

const accessTokenSeconds = 900;
/** How long a proof's number is remembered; a proof is good for 60 s either way. */
const proofMemoryMs = 300_000;
/** A token's use is remembered until its end plus the leeway that verification grants. */
const tokenMemoryMs = 60_000;

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

interface Granted {
  readonly claims: VerifiedClaims;
  readonly decisions: readonly Allowed[];
  readonly accessToken: string;
  readonly now: Date;
}

/** Everything that is written before anything is minted. */
function openingOf<Sealed>(order: ExchangeOrder<Sealed>, granted: Granted): Opening {
  const { claims, decisions, accessToken, now } = granted;
  const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
  const limits = {
    sessionMaxSeconds: Math.min(...decisions.map((each) => each.limits.sessionMaxSeconds)),
    issuesPerJob: Math.min(...decisions.map((each) => each.limits.issuesPerJob)),
    parallelSessions: Math.min(...decisions.map((each) => each.limits.parallelSessions)),
  };
  const sessionEnd = after(limits.sessionMaxSeconds);
  const bounded = claims.issuer.sessionEndsWithToken && claims.expiresAt < sessionEnd;
  return {
    proof: {
      key: sha256(JSON.stringify([order.proof.thumbprint, order.proof.jti])),
      expiresAt: new Date(now.getTime() + proofMemoryMs),
    },
    token: {
      key: claims.tokenKey,
      expiresAt: new Date(claims.expiresAt.getTime() + tokenMemoryMs),
      singleUse: claims.issuer.binding !== 'first-use',
    },
    thumbprint: claims.thumbprint,
    issuer: claims.issuer.url,
    job: claims.job,
    handleHash: order.handleHash,
    detailsHash: sha256(
      JSON.stringify(order.details.map(({ role, ttlSeconds }) => [role, ttlSeconds ?? null])),
    ),
    session: {
      id: newId('ses'),
      accessTokenHash: sha256(accessToken),
      expiresAt: bounded ? claims.expiresAt : sessionEnd,
    },
    leases: decisions.map((decision) => {
      const expiresAt = after(decision.ttlSeconds);
      return {
        id: newId('lse'),
        role: decision.role,
        engine: decision.terms.engine,
        revocability: decision.terms.revocability,
        policyId: decision.policy.id,
        policyVersion: decision.policy.version,
        expiresAt,
        credentialExpiresAt: expiresAt,
      };
    }),
    limits,
    now,
  };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.floor((to.getTime() - from.getTime()) / 1000));
}
