import { sha256 } from '../../protocol/dpop.ts';
import { newId } from '../domain/identifiers.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import type { Allowed } from '../policy/decide.ts';
import type { NewLease, Opening } from '../store/store.ts';
import type { ExchangeOrder } from './exchange-order.ts';
import { usedProof } from './used-proof.ts';

/** A token's use is remembered until its end plus the leeway that verification grants. */
const tokenMemoryMs = 60_000;

export interface Granted {
  readonly claims: VerifiedClaims;
  readonly decisions: readonly Allowed[];
  readonly accessToken: string;
  readonly now: Date;
}

/** Everything that is written before anything is minted (PROTOCOL.md, Order of verification, step 8). */
export function openingOf(order: ExchangeOrder<unknown>, granted: Granted): Opening {
  const { claims, decisions, accessToken, now } = granted;
  const limits = strictest(decisions);
  const details = order.details.map(({ role, ttlSeconds }) => [role, ttlSeconds ?? null]);
  return {
    proof: usedProof(order.proof, now),
    token: {
      key: claims.tokenKey,
      expiresAt: new Date(claims.expiresAt.getTime() + tokenMemoryMs),
      singleUse: claims.issuer.binding !== 'first-use',
    },
    thumbprint: claims.thumbprint,
    issuer: claims.issuer.url,
    job: claims.job,
    handleHash: order.handleHash,
    detailsHash: sha256(JSON.stringify(details)),
    session: {
      id: newId('ses'),
      accessTokenHash: sha256(accessToken),
      expiresAt: sessionEnd(claims, after(now, limits.sessionMaxSeconds)),
    },
    leases: decisions.map((decision) => newLease(decision, now)),
    limits,
    now,
  };
}

/** Where several policies grant the roles of one request, the narrowest limits hold. */
function strictest(decisions: readonly Allowed[]): Opening['limits'] {
  return {
    sessionMaxSeconds: Math.min(...decisions.map(({ limits }) => limits.sessionMaxSeconds)),
    issuesPerJob: Math.min(...decisions.map(({ limits }) => limits.issuesPerJob)),
    parallelSessions: Math.min(...decisions.map(({ limits }) => limits.parallelSessions)),
  };
}

/** A platform that mints one token a job gives no second proof of who asks, so its session ends with the token. */
function sessionEnd({ issuer, expiresAt }: VerifiedClaims, latest: Date): Date {
  return issuer.sessionEndsWithToken && expiresAt < latest ? expiresAt : latest;
}

function newLease(decision: Allowed, now: Date): NewLease {
  const { role, terms, policy, ttlSeconds } = decision;
  const expiresAt = after(now, ttlSeconds);
  return {
    id: newId('lse'),
    role,
    engine: terms.engine,
    revocability: terms.revocability,
    policyId: policy.id,
    policyVersion: policy.version,
    expiresAt,
    credentialExpiresAt: expiresAt,
  };
}

function after(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}
