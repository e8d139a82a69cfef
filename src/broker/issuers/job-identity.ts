import { fullMatch } from '../../domain/pattern.ts';
import { member } from '../../protocol/json.ts';
import type { IdentityClaims } from '../domain/issuer.ts';
import { Refusal } from '../domain/refusal.ts';
import type { JobIdentity } from '../domain/verified-claims.ts';

/**
 * Which job the claims speak for. Where the platform's token does not tell the jobs of a run apart, the identity is
 * the run's, and says so.
 * @throws Refusal `invalid_grant` when not even the run is named
 */
export function jobIdentity(names: IdentityClaims, claims: Readonly<Record<string, unknown>>): JobIdentity {
  const parts = names.required.map((name) => part(name, claims));
  if (names.perJob === undefined) return { key: parts.join('/'), level: 'job' };
  if (member(claims, names.perJob) === undefined) return { key: parts.join('/'), level: 'run' };
  return { key: [...parts, part(names.perJob, claims)].join('/'), level: 'job' };
}

/** The values are numbers in the platforms' own databases, so nothing in them can be taken for our separators. */
function part(name: string, claims: Readonly<Record<string, unknown>>): string {
  const value = member(claims, name);
  if (typeof value !== 'string' || !fullMatch(/[0-9]{1,24}/, value))
    throw new Refusal('invalid_grant', `the ID token has no usable ${name}`);
  return `${name}=${value}`;
}
