import { fullMatch } from '../../domain/pattern.ts';
import { member } from '../../protocol/json.ts';
import type { IdentityClaims } from '../domain/issuer.ts';
import { Refusal } from '../domain/refusal.ts';
import type { JobIdentity } from '../domain/verified-claims.ts';

type Claims = Readonly<Record<string, unknown>>;

const longestText = 256;
// Made once: of a pattern that stands where it is used, each use makes another.
const digits = /[0-9]{1,24}/;

/**
 * Which job the claims speak for. Where the platform's token does not tell the jobs of a run apart, the identity is
 * the run's, and says so.
 * @throws Refusal `invalid_grant` when not even the run is named
 */
export function jobIdentity(names: IdentityClaims, claims: Claims): JobIdentity {
  const { required, perJob, ofRun } = names;
  const key = keyOf(names, required, claims);
  const run = attemptOf(names, claims);
  if (ofRun === true) return { key, level: 'run', ...run };
  if (perJob === undefined) return { key, level: 'job', ...run };
  if (member(claims, perJob) === undefined) return { key, level: 'run', ...run };
  return { key: keyOf(names, [...required, perJob], claims), level: 'job', ...run };
}

function attemptOf(names: IdentityClaims, claims: Claims): Pick<JobIdentity, 'run'> {
  const { run } = names;
  if (run === undefined) return {};
  const attempt = Number(valueOf(names, run.attempt, claims));
  if (!Number.isSafeInteger(attempt)) throw unusable(run.attempt);
  return { run: { key: keyOf(names, run.names, claims), attempt } };
}

function keyOf(names: IdentityClaims, parts: readonly string[], claims: Claims): string {
  return parts.map((name) => `${name}=${valueOf(names, name, claims)}`).join('/');
}

/** Nothing in a value can be taken for our separators: it is digits, or encoded as in a URL. */
function valueOf({ form }: IdentityClaims, name: string, claims: Claims): string {
  const value = member(claims, name);
  if (typeof value !== 'string') throw unusable(name);
  if (form === 'number' && fullMatch(digits, value)) return value;
  if (form === 'text' && value !== '' && value.length <= longestText && value.isWellFormed())
    return encodeURIComponent(value);
  throw unusable(name);
}

function unusable(name: string): Refusal {
  return new Refusal('invalid_grant', `the ID token has no usable ${name}`);
}
