import type { RoleEntry } from '../domain/settings.ts';
import type { RoleTerms } from '../domain/role.ts';
import type { Promises } from './engine.ts';

const standardSeconds = 900;
const hourSeconds = 3600;
/** Above this, an engine that cannot revoke needs `accept_expiry_only`. */
const expiryOnlySeconds = 900;

/** A mistake in a role, with the field in which it is. */
export interface RoleProblem {
  readonly path: readonly string[];
  readonly what: string;
}

/** Who lends, and on which promises. */
export interface Lender {
  readonly engine: string;
  /** In messages, if not so. */
  readonly called?: string;
  readonly promises: Promises;
}

/**
 * The terms on which a role is lent: the engine's promises narrowed by what broker.yaml says.
 * @returns the problem instead, when they contradict each other
 */
export function roleTerms(
  name: string,
  entry: RoleEntry,
  { engine, called = engine, promises }: Lender,
): RoleTerms | RoleProblem {
  const { minTtlSeconds: min, maxTtlSeconds: most, revocability } = promises;
  const accepted = entry.accept_expiry_only ?? expiryOnlySeconds;
  const usual =
    revocability === 'expiry-only' ? Math.min(expiryOnlySeconds, most) : Math.min(hourSeconds, most);
  const max = entry.ttl?.max ?? Math.max(usual, entry.ttl?.default ?? 0);
  const standard = entry.ttl?.default ?? Math.min(max, Math.max(standardSeconds, min));
  const seconds = (n: number): string => `${String(n)} s`;
  if (max > most) return { path: ['ttl', 'max'], what: `${called} lends for at most ${seconds(most)}` };
  if (standard < min)
    return { path: ['ttl', 'default'], what: `${called} lends for at least ${seconds(min)}` };
  if (standard > max) return { path: ['ttl', 'default'], what: `longer than ttl.max (${seconds(max)})` };
  if (revocability === 'expiry-only' && max > accepted)
    return {
      path: ['ttl', 'max'],
      what: `${called} cannot revoke, so more than 15m must be accepted: write accept_expiry_only: ${String(max)}s, or a shorter ttl.max`,
    };
  return {
    name,
    engine,
    revocability,
    defaultSeconds: standard,
    minSeconds: min,
    maxSeconds: max,
    fixedSeconds: promises.fixedTtlSeconds,
    grantableBy: entry.grantable_by,
    requireEncryption: entry.require_encryption ?? false,
  };
}
