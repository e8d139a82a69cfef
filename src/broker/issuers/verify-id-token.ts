import { calculateJwkThumbprint, type JWK } from 'jose';
import { MalformedJws, parseCompactJws, type CompactJws } from '../../protocol/compact-jws.ts';
import { keyBoundAudience } from '../../protocol/dpop.ts';
import { isObject, member } from '../../protocol/json.ts';
import { signatureHolds } from '../../protocol/jws-verify.ts';
import { hexSha256, sha256 } from '../domain/digest.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { Passage, VerifiedNames } from '../domain/passage.ts';
import { Refusal, type RefusalReason } from '../domain/refusal.ts';
import type { VerifiedClaims, VerifiedFacts } from '../domain/verified-claims.ts';
import { jobIdentity } from './job-identity.ts';
import type { KeyCache } from './key-cache.ts';
import { knownClaims } from './remember-claims.ts';

const longestIdToken = 16 * 1024;
const longestJti = 256;
const leewaySeconds = 30;

/** What the token is presented with. */
export interface Presentation extends TokenPresentation {
  /** Only cryptography waits its turn in it: who waits for an issuer's keys must not keep others out. */
  readonly passage: Pick<Passage, 'verify' | 'identified'>;
}

interface TokenPresentation {
  /** RFC 7638 thumbprint of the proof's key. */
  readonly thumbprint: string;
  /** The public URL at which it was presented: the default audience. */
  readonly publicUrl: string;
  readonly now: Date;
  /** `borrow`: no older than the issuer's maximum. `give-back`: any age until it expires. */
  readonly purpose: 'borrow' | 'give-back';
  /** Older ones are refused to whoever borrows: which of them were used is not known any more. */
  readonly issuedSince?: Date | undefined;
  readonly passage: Pick<Passage, 'verify'>;
}

export interface TrustedIssuer {
  readonly issuer: Issuer;
  readonly keys: Pick<KeyCache, 'find' | 'ageSeconds' | 'usable'>;
}

type Claims = Readonly<Record<string, unknown>>;

/** The ID token taken apart, before any cryptography. @throws Refusal `invalid_grant` */
export function parseIdToken(text: string): CompactJws {
  try {
    return parseCompactJws(text, longestIdToken);
  } catch (error) {
    if (error instanceof MalformedJws) throw refused(`the ID token is malformed: ${error.message}`);
    throw error;
  }
}

/**
 * Verifies an ID token (OpenID Connect Core 1.0 §3.1.3.7) in the order of PROTOCOL.md: issuer from our own table, key
 * by `kid` from its pinned set, signature, times, then the binding to the proof's key.
 * @throws Refusal `invalid_grant`, or `temporarily_unavailable` when the issuer's keys cannot be had
 */
export async function verifyIdToken(
  issuers: ReadonlyMap<string, TrustedIssuer>,
  token: CompactJws,
  presentation: Presentation,
): Promise<VerifiedClaims> {
  const { claims } = token;
  const { issuer, expiresAt } = await verifyToken(issuers, token, presentation);
  const jti = member(claims, 'jti');
  if (typeof jti !== 'string' || jti === '' || jti.length > longestJti)
    throw refused('the ID token has no usable jti');
  const sub = member(claims, 'sub');
  if (typeof sub !== 'string' || sub === '') throw refused('the ID token has no sub');
  const facts: VerifiedFacts = {
    issuer,
    claims,
    known: knownClaims(issuer, claims),
    job: jobIdentity(issuer.identity, claims),
    thumbprint: presentation.thumbprint,
    tokenKey: sha256(JSON.stringify([issuer.url, jti])),
    tokenHash: hexSha256(token.text),
    expiresAt,
  };
  const { purpose, passage } = presentation;
  // What was lent can be given back however much its job or repository asked for.
  if (purpose === 'borrow') passage.identified(namesOf(facts));
  return facts as VerifiedClaims;
}

/**
 * All of it but what makes a token one of a job.
 * @returns whose it is, and when it ends
 * @throws Refusal `invalid_grant`, or `temporarily_unavailable` when the issuer's keys cannot be had
 */
export async function verifyToken(
  issuers: ReadonlyMap<string, TrustedIssuer>,
  token: CompactJws,
  presentation: TokenPresentation,
): Promise<{ readonly issuer: Issuer; readonly expiresAt: Date }> {
  const { claims } = token;
  const iss = member(claims, 'iss');
  const trusted = typeof iss === 'string' ? issuers.get(iss) : undefined;
  if (trusted === undefined) throw refused('the ID token’s issuer is not one of ours', 'issuer-unknown');
  const { issuer } = trusted;
  await verifySignature(trusted, token, presentation);
  const expiresAt = checkTimes(claims, issuer, presentation);
  checkAudience(claims, issuer, presentation);
  await checkConfirmation(claims, issuer, presentation);
  return { issuer, expiresAt };
}

async function verifySignature(
  { issuer, keys }: TrustedIssuer,
  token: CompactJws,
  { passage }: TokenPresentation,
): Promise<void> {
  const typ = member(token.header, 'typ');
  const kid = member(token.header, 'kid');
  const types = [undefined, 'JWT', ...(issuer.binding === 'cnf' ? ['dpop+id_token'] : [])];
  if (!types.includes(typ as string | undefined)) throw refused('the ID token’s typ is not JWT', 'signature');
  if (!issuer.algorithms.includes(token.algorithm))
    throw refused(`the ID token’s alg is not ${issuer.algorithms.join(' or ')}`, 'signature');
  if (typeof kid !== 'string') throw refused('the ID token names no key', 'signature');
  const found = await keys.find(kid);
  if (found === undefined) throw refused('the issuer has no such key', 'signature');
  const { key, algorithm } = found;
  const holds = await passage.verify(() => signatureHolds(token, key, algorithm));
  if (!holds) throw refused('the ID token’s signature does not verify', 'signature');
}

function checkTimes(claims: Claims, issuer: Issuer, { now, purpose, issuedSince }: TokenPresentation): Date {
  const nowSeconds = now.getTime() / 1000;
  const expires = numericDate(claims, 'exp');
  const issued = numericDate(claims, 'iat');
  const notBefore = member(claims, 'nbf') === undefined ? issued : numericDate(claims, 'nbf');
  if (expires + leewaySeconds <= nowSeconds) throw refused('the ID token has expired', 'token-expired');
  if (Math.max(issued, notBefore) - leewaySeconds > nowSeconds)
    throw refused('the ID token is not valid yet: compare the clocks');
  if (purpose === 'borrow' && nowSeconds - issued > issuer.maxAgeSeconds + leewaySeconds)
    throw refused('the ID token is too old', 'token-too-old');
  if (purpose === 'borrow' && issuedSince !== undefined && issued * 1000 < issuedSince.getTime())
    throw refused('the ID token is from before the store was restored; ask for a new one', 'token-too-old');
  return new Date(expires * 1000);
}

/** Seconds since the epoch (RFC 7519 §2), within the range of a Date. */
function numericDate(claims: Claims, name: string): number {
  const value = member(claims, name);
  if (typeof value !== 'number' || !(value >= 0 && value < 8.64e12))
    throw refused(`the ID token has no usable ${name}`);
  return value;
}

export function namesOf({ issuer, claims, job }: VerifiedFacts): VerifiedNames {
  const index = member(claims, issuer.indexClaim);
  return {
    issuer: issuer.url,
    index: typeof index === 'string' ? index : '',
    job: job.level === 'job' ? job.key : undefined,
  };
}

/** The one acceptable audience is computed and compared; what came is never parsed. */
function checkAudience(claims: Claims, issuer: Issuer, presentation: TokenPresentation): void {
  const base = issuer.audience ?? presentation.publicUrl;
  const bound = issuer.binding === 'key-bound-audience';
  const expected = bound ? keyBoundAudience(base, presentation.thumbprint) : base;
  const audience = member(claims, 'aud');
  if (audience === expected) return;
  const otherKey = bound && typeof audience === 'string' && audience.startsWith(keyBoundAudience(base, ''));
  if (otherKey) throw refused('the ID token is bound to another key', 'token-bound-to-other-key');
  throw refused(
    `the ID token’s audience is not ${bound ? 'ours, bound to the proof’s key' : 'ours'}`,
    'audience-mismatch',
  );
}

/** Where the token names a key (RFC 7800 §3.1, RFC 9449 §6.1), it must be the proof's. */
async function checkConfirmation(
  claims: Claims,
  issuer: Issuer,
  { thumbprint }: TokenPresentation,
): Promise<void> {
  const confirmation = member(claims, 'cnf');
  if (confirmation === undefined && issuer.binding !== 'cnf') return;
  const named = isObject(confirmation) ? await confirmedKeys(confirmation) : [];
  if (named.length === 0 || named.some((each) => each !== thumbprint))
    throw refused('the ID token does not name the proof’s key in cnf', 'token-bound-to-other-key');
}

/** The thumbprint of each key that is named; undefined among them where a member is of no use. */
async function confirmedKeys(confirmation: Claims): Promise<unknown[]> {
  const jwk = member(confirmation, 'jwk');
  const named = Object.hasOwn(confirmation, 'jkt') ? [member(confirmation, 'jkt')] : [];
  if (jwk === undefined) return named;
  try {
    return [...named, await calculateJwkThumbprint(jwk as JWK)];
  } catch {
    return [undefined];
  }
}

function refused(message: string, reason?: RefusalReason): Refusal {
  return new Refusal('invalid_grant', message, reason === undefined ? {} : { reason });
}
