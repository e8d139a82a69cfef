import type { SessionLimits } from '../../domain/trust-policy.ts';
import { member } from '../../protocol/json.ts';
import { sha256 } from '../domain/digest.ts';
import { newId, newIdAt } from '../domain/identifiers.ts';
import { originOf } from '../domain/origin.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import { rememberClaims } from '../issuers/remember-claims.ts';
import type { Allowed } from '../policy/decide.ts';
import type { Deferral, NewAccess, NewLease, OpeningByToken, TokenUse } from '../store/session-requests.ts';
import type { Broker } from './broker.ts';
import type { AskedRole, ExchangeOrder, TokenOrder, WaitingOrder } from './exchange-order.ts';
import { usedProof } from './used-proof.ts';

/** A token's use is remembered until its end plus the leeway that verification grants. */
const tokenMemoryMs = 60_000;
const accessTokenSeconds = 900;
/** From the decision to the mint's end, whatever stood in between. */
const longestMintSeconds = 60;

export interface Granted {
  readonly claims: VerifiedClaims;
  readonly decisions: readonly Allowed[];
  readonly now: Date;
}

type Wanted = Pick<ExchangeOrder<unknown>, 'details' | 'handleHash'>;
type NewOpening = Omit<OpeningByToken, 'proof' | 'token' | 'caps'>;

/** What is written before anything is minted (PROTOCOL.md, Order of verification, step 8). */
export function openingOf(
  { roles }: Pick<Broker, 'roles'>,
  order: Wanted,
  { claims, decisions, now, accessToken }: Granted & { readonly accessToken: string },
): NewOpening {
  const limits = strictest(decisions);
  return {
    thumbprint: claims.thumbprint,
    issuer: claims.issuer.url,
    job: claims.job,
    handleHash: order.handleHash,
    detailsHash: hashOf(order.details),
    session: {
      id: newIdAt('ses', now),
      ...newAccess(accessToken, now),
      expiresAt: sessionEnd(claims, after(now, limits.sessionMaxSeconds)),
      claims: JSON.stringify(rememberClaims(claims)),
      origin: originOf(claims.issuer.origin, claims.claims),
      tokenKey: claims.tokenKey,
      tokenExpiresAt: claims.expiresAt,
    },
    leases: decisions.map((decision, index) =>
      newLease(roles, { decision, asked: order.details[index], now }),
    ),
    limits,
    now,
  };
}

/** What is kept of a request that has to be approved first. */
export function deferralOf(
  order: Wanted & Pick<TokenOrder, 'proof'> & { readonly encryptTo: string | undefined },
  granted: Granted,
  withinSeconds: number,
): Deferral {
  const { claims, decisions, now } = granted;
  const asked: WaitingOrder = { details: order.details, encryptTo: order.encryptTo };
  return {
    proof: usedProof(order.proof, now),
    token: tokenUse(claims),
    thumbprint: claims.thumbprint,
    issuer: claims.issuer.url,
    job: claims.job,
    handleHash: order.handleHash,
    detailsHash: hashOf(order.details),
    roles: decisions.map(({ role }) => role),
    waiting: {
      id: newId('txn'),
      asked: JSON.stringify(asked),
      claims: JSON.stringify(rememberClaims(claims)),
      origin: originOf(claims.issuer.origin, claims.claims),
      tokenKey: claims.tokenKey,
      tokenExpiresAt: claims.expiresAt,
      expiresAt: after(now, withinSeconds),
    },
    limits: strictest(decisions),
    now,
  };
}

/** The ID token as the store remembers it. */
export function tokenUse({ tokenKey, expiresAt, issuer, claims }: VerifiedClaims): TokenUse {
  return {
    issuedAt: new Date(Number(member(claims, 'iat')) * 1000),
    key: tokenKey,
    expiresAt: new Date(expiresAt.getTime() + tokenMemoryMs),
    singleUse: issuer.binding !== 'first-use',
    onReplay: issuer.onReplay,
  };
}

/** An access token as the store remembers it. */
export function newAccess(accessToken: string, now: Date): NewAccess {
  return { accessTokenHash: sha256(accessToken), accessUntil: after(now, accessTokenSeconds) };
}

/** What a request asks for, by which its repetition is told from another request. */
export function hashOf(details: readonly AskedRole[], replaces?: string): string {
  const asked = details.map(({ role, ttlSeconds, heartbeatSeconds, publicKey }) => [
    role,
    ttlSeconds ?? null,
    heartbeatSeconds ?? null,
    ...(publicKey === undefined ? [] : [publicKey]),
  ]);
  return sha256(JSON.stringify([asked, replaces ?? null]));
}

/** Where several policies grant the roles of one request, the narrowest limits hold. */
function strictest(decisions: readonly Allowed[]): SessionLimits {
  const all = decisions.map(({ limits }) => limits);
  return {
    sessionMaxSeconds: Math.min(...all.map(({ sessionMaxSeconds }) => sessionMaxSeconds)),
    issuesPerJob: Math.min(...all.map(({ issuesPerJob }) => issuesPerJob)),
    parallelSessions: Math.min(...all.map(({ parallelSessions }) => parallelSessions)),
    maxKeysPerJob: Math.min(...all.map(({ maxKeysPerJob }) => maxKeysPerJob)),
    onExcess: all.some(({ onExcess }) => onExcess === 'revoke') ? 'revoke' : 'deny',
  };
}

/** A platform that mints one token a job gives no second proof of who asks, so its session ends with the token. */
function sessionEnd({ issuer, expiresAt }: VerifiedClaims, latest: Date): Date {
  return issuer.sessionEndsWithToken && expiresAt < latest ? expiresAt : latest;
}

interface Grant {
  readonly decision: Allowed;
  readonly asked: AskedRole | undefined;
  readonly now: Date;
}

/** A lease of what was granted. */
export function newLease(roles: Broker['roles'], { decision, asked, now }: Grant): NewLease {
  const { role, terms, policy, ttlSeconds } = decision;
  const expiresAt = after(now, ttlSeconds);
  const prepared = roles.get(role)?.prepared;
  return {
    id: newIdAt('lse', now),
    role,
    engine: terms.engine,
    revocability: terms.revocability,
    policyId: policy.id,
    policyVersion: policy.version,
    expiresAt,
    heartbeatSeconds: asked?.heartbeatSeconds ?? 0,
    credentialExpiresAt: latestEnd(expiresAt, terms.fixedSeconds, now),
    revokeData: prepared?.backend ?? {},
    lingers: prepared?.lingers ?? false,
    publicKey: asked?.publicKey,
  };
}

/** Whether its mint is ever heard of again or not, a credential of a fixed lifetime may live so long. */
function latestEnd(expiresAt: Date, fixedSeconds: number | undefined, now: Date): Date {
  return fixedSeconds === undefined ? expiresAt : after(now, fixedSeconds + longestMintSeconds);
}

function after(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}
