import { CredsError } from '../../domain/errors.ts';
import type { AuditEvent, WriteAudit } from '../domain/audit-event.ts';
import type { BrokerFiles } from '../domain/outside.ts';
import type { PolicyLoader } from '../policy/load-policies.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import type { Settings } from './settings.ts';

/** What became of the attempt to take the policies as they are now. */
export interface Reload {
  /** `taken`: they are in force. `same`: they were already. `refused`: the last good ones stay. */
  readonly outcome: 'taken' | 'same' | 'refused';
  /** Version of the set that is in force now. */
  readonly version: string;
  /** Why they were refused, or what the operator should know of them; one line each. */
  readonly lines: readonly string[];
}

export interface PolicyReloading {
  /** At once, however the folder looks. Rejects when the audit log does not take a line: then nothing changes. */
  readonly reload: () => Promise<Reload>;
  /** One look at the folder: takes what has changed, once it has not changed since the look before. */
  readonly watch: () => Promise<void>;
}

interface Means {
  readonly settings: Pick<Settings, 'policyFolder' | 'readPolicies'>;
  readonly files: Pick<BrokerFiles, 'stamp'>;
  readonly audit: WriteAudit;
}

/** How many lines of what is wrong stand in the audit log. */
const linesInAudit = 20;

/**
 * Puts a new set of policies in the place of the one in force, as one assignment: a request is decided by the one or
 * by the other. A folder that does not load changes nothing.
 * @param inForce whose `current` is replaced
 * @param loader that loaded it
 */
export function policyReloading(
  inForce: { current: PolicySet },
  loader: PolicyLoader,
  { settings, files, audit }: Means,
): PolicyReloading {
  let judged: string | undefined;
  let seen: string | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const stamp = (): string => files.stamp(settings.policyFolder);

  const take = async (): Promise<Reload> => {
    const before = stamp();
    const next = load(() => loader.load(settings.readPolicies()));
    // Half of it may be of before, and half of after: the next look takes the whole.
    if (stamp() !== before) return { ...torn, version: inForce.current.version };
    const outcome = await settle(inForce, next, audit);
    judged = before;
    return outcome;
  };
  // One after the other: whoever comes second sees what the first has done.
  const reload = (): Promise<Reload> => {
    const result = turn.then(take, take);
    turn = result.catch(() => undefined);
    return result;
  };
  const watch = async (): Promise<void> => {
    const now = stamp();
    const settled = now === seen;
    seen = now;
    if (settled && now !== judged) await reload();
  };
  return { reload, watch };
}

const torn = { outcome: 'refused', lines: ['the folder changed while it was read'] } as const;

/** @returns what is wrong, when it is the folder */
function load(work: () => PolicySet): PolicySet | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof CredsError) return error.message;
    throw error;
  }
}

/** It is written down before it is in force. */
async function settle(
  inForce: { current: PolicySet },
  next: PolicySet | string,
  audit: WriteAudit,
): Promise<Reload> {
  const { version } = inForce.current;
  if (typeof next === 'string') {
    const lines = next.split('\n');
    await audit([refused(version, lines)]);
    return { outcome: 'refused', version, lines };
  }
  if (next.version === version) return { outcome: 'same', version, lines: next.warnings };
  await audit([taken(version, next)]);
  inForce.current = next;
  return { outcome: 'taken', version: next.version, lines: next.warnings };
}

function taken(previous: string, { version, size, warnings }: PolicySet): AuditEvent {
  return {
    name: 'broker',
    outcome: 'success',
    message: 'policies taken',
    detail: {
      policies: size,
      policy_set: version,
      previous,
      policy_warnings: warnings.slice(0, linesInAudit),
    },
  };
}

function refused(version: string, lines: readonly string[]): AuditEvent {
  return {
    name: 'broker',
    outcome: 'failure',
    message: 'policies refused: the last good ones stay in force',
    alarm: true,
    detail: { policy_set: version, problems: lines.slice(0, linesInAudit) },
  };
}
