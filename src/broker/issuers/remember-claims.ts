import { claimNames } from '../../domain/claim-form.ts';
import { isObject, member } from '../../protocol/json.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { KnownClaims, VerifiedClaims, VerifiedFacts } from '../domain/verified-claims.ts';
import { jobIdentity } from './job-identity.ts';

/** What a session keeps of the ID token that opened it, as JSON can hold it: nothing by which a token could be made. */
export interface RememberedClaims {
  readonly claims: KnownClaims;
  readonly tokenHash: string;
}

/** What the session's own row holds. */
export type SessionFacts = Pick<VerifiedFacts, 'thumbprint' | 'tokenKey' | 'expiresAt'>;

/** The claims that policy, engines and audit log use. */
export function rememberClaims({ known, tokenHash }: VerifiedClaims): RememberedClaims {
  return { claims: known, tokenHash };
}

/**
 * The claims with which a session was opened, as if its token were there again.
 * @param issuer as broker.yaml has it now; what it no longer names is left out
 * @param remembered what `rememberClaims` gave, read from JSON
 * @throws Error when it is not that; Refusal `invalid_grant` when the issuer's jobs are named by other claims now
 */
export function recallClaims(issuer: Issuer, remembered: unknown, session: SessionFacts): VerifiedClaims {
  const stored = isObject(remembered) ? member(remembered, 'claims') : undefined;
  const tokenHash = isObject(remembered) ? member(remembered, 'tokenHash') : undefined;
  if (!isObject(stored) || typeof tokenHash !== 'string') throw new Error('a session without its claims');
  const claims = knownClaims(issuer, stored);
  const { thumbprint, tokenKey, expiresAt } = session;
  const job = jobIdentity(issuer.identity, claims);
  const facts: VerifiedFacts = {
    issuer,
    claims,
    known: claims,
    job,
    thumbprint,
    tokenKey,
    tokenHash,
    expiresAt,
  };
  return facts as VerifiedClaims;
}

/** Those of the token's claims that its issuer's table knows. */
export function knownClaims(issuer: Issuer, claims: Readonly<Record<string, unknown>>): KnownClaims {
  const { names, prefixes } = tableOf(issuer);
  const found: Record<string, string | number | boolean | null> = {};
  for (const name of names) {
    const value = member(claims, name);
    if (value !== undefined) found[name] = plain(value);
  }
  if (prefixes.length === 0) return found;
  for (const name of Object.keys(claims)) if (isAdded(prefixes, name)) found[name] = plain(claims[name]);
  return found;
}

/** Whether the claim is one of those: a session remembers it if the token has it. */
export function tells(issuer: Issuer, name: string): boolean {
  const { names, prefixes } = tableOf(issuer);
  return names.includes(name) || isAdded(prefixes, name);
}

/** A claim that the platform's users add. */
function isAdded(prefixes: readonly string[], name: string): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix));
}

interface Table {
  readonly names: readonly string[];
  /** With what the names begin of claims that the platform's users add. */
  readonly prefixes: readonly string[];
}

/** An issuer's table does not change, and each request asks for it more than once. */
const tables = new WeakMap<Issuer, Table>();

function tableOf(issuer: Issuer): Table {
  const table = tables.get(issuer) ?? { names: namesIn(issuer), prefixes: prefixesIn(issuer) };
  tables.set(issuer, table);
  return table;
}

function prefixesIn({ matchable }: Issuer): string[] {
  return [...matchable.values()].flatMap((each) => (each.form === 'properties' ? [each.prefix] : []));
}

function namesIn({ identity, immutableIds, indexClaim, matchable, described }: Issuer): string[] {
  const { required, perJob, run } = identity;
  const ofRun = run === undefined ? [] : [...run.names, run.attempt];
  const ofJob = [...required, ...(perJob === undefined ? [] : [perJob]), ...ofRun];
  // In the order of the audit log's canonical form, which then costs less to make.
  return [...new Set([...ofJob, ...immutableIds, indexClaim, ...claimNames(matchable), ...described])].sort();
}

/** What stood there and is of no use stays there as such: absent would mean something else to a policy. */
function plain(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
