import { MalformedJws, parseCompactJws, type CompactJws } from '../../protocol/compact-jws.ts';
import { member } from '../../protocol/json.ts';
import { leaseOf } from '../domain/lease-record.ts';
import type { ResourceServer } from '../domain/resource-server.ts';
import type { Broker } from './broker.ts';

const longestToken = 16 * 1024;

/** What may be said of a token that counts (RFC 7662 §2.2). */
export type Introspection =
  { readonly active: false } | ({ readonly active: true } & Readonly<Record<string, unknown>>);

/**
 * Does this token still count? Only the resource server that it was made for is told; for everyone else, and for
 * whatever is not ours, the answer is no.
 */
export async function introspect(
  broker: Broker,
  caller: ResourceServer,
  text: string,
): Promise<Introspection> {
  const token = parse(text);
  if (token === undefined || !(await broker.signer.made(token))) return { active: false };
  const { claims } = token;
  const jti = member(claims, 'jti');
  if (member(token.header, 'typ') !== 'at+jwt' || !isFor(claims, caller)) return { active: false };
  const lease = typeof jti === 'string' ? await broker.store.lease(leaseOf(jti)) : undefined;
  const now = broker.leaseTime.now();
  if (lease?.state !== 'active' || lease.endsAt <= now) return { active: false };
  const type = member(claims, 'cnf') === undefined ? 'Bearer' : 'DPoP';
  return { ...claims, active: true, token_type: type };
}

function isFor(claims: CompactJws['claims'], { audience }: ResourceServer): boolean {
  const wanted = member(claims, 'aud');
  return Array.isArray(wanted) ? wanted.includes(audience) : wanted === audience;
}

function parse(text: string): CompactJws | undefined {
  try {
    return parseCompactJws(text, longestToken);
  } catch (error) {
    if (error instanceof MalformedJws) return undefined;
    throw error;
  }
}
