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
  const run = attemptOf(names, claims);
  if (names.perJob === undefined) return { key: parts.join('/'), level: 'job', ...run };
  if (member(claims, names.perJob) === undefined) return { key: parts.join('/'), level: 'run', ...run };
  return { key: [...parts, part(names.perJob, claims)].join('/'), level: 'job', ...run };
}

function attemptOf(
  { run }: IdentityClaims,
  claims: Readonly<Record<string, unknown>>,
): Pick<JobIdentity, 'run'> {
  if (run === undefined) return {};
  const attempt = Number(part(run.attempt, claims).slice(run.attempt.length + 1));
  if (!Number.isSafeInteger(attempt)) throw unusable(run.attempt);
  return { run: { key: run.names.map((name) => part(name, claims)).join('/'), attempt } };
}

/** The values are numbers in the platforms' own databases, so nothing in them can be taken for our separators. */
function part(name: string, claims: Readonly<Record<string, unknown>>): string {
  const value = member(claims, name);
  if (typeof value !== 'string' || !fullMatch(/[0-9]{1,24}/, value)) throw unusable(name);
  return `${name}=${value}`;
}

function unusable(name: string): Refusal {
  return new Refusal('invalid_grant', `the ID token has no usable ${name}`);
}
