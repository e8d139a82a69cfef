import { CredsError } from '../../domain/errors.ts';
import type { AuditEvent, WriteAudit } from '../domain/audit-event.ts';
import type { BrokerFiles } from '../domain/outside.ts';

/** Policies, guardrails or a certificate, as a set of which all or none is in force. */
interface Rules {
  readonly version: string;
  readonly size: number;
  readonly warnings?: readonly string[];
}

/** What became of the attempt to take them as they are now. */
export interface Reload {
  readonly called: Called;
  /** `taken`: they are in force. `same`: they were already. `refused`: the last good ones stay. */
  readonly outcome: 'taken' | 'same' | 'refused';
  /** Version of the set that is in force now. */
  readonly version: string;
  /** Why they were refused, or what the operator should know of them; one line each. */
  readonly lines: readonly string[];
}

export interface PolicyReloading {
  /** At once, however the folder looks. Rejects when the audit log does not take a line: then nothing changes. */
  readonly reload: () => Promise<readonly Reload[]>;
  /** One look at the folder: takes what has changed, once it has not changed since the look before. */
  readonly watch: () => Promise<void>;
}

interface Means<Set extends Rules> {
  readonly called: Called;
  /** Folders or files; what they hold is looked at. */
  readonly places: readonly string[];
  /** Reads and loads the folder. @throws CredsError when it is not sound */
  readonly load: () => Set | Promise<Set>;
  readonly files: Pick<BrokerFiles, 'stamp'>;
  readonly audit: WriteAudit;
  /** Takes what became of each attempt, the operator's and our own; must not throw. */
  readonly told: (reload: Reload) => void;
}

/** How many lines of what is wrong stand in the audit log. */
const linesInAudit = 20;

/**
 * Puts a new set of rules in the place of the one in force, as one assignment: a request is decided by the one or
 * by the other. A folder that does not load changes nothing.
 * @param inForce whose `current` is replaced
 */
export function reloading<Set extends Rules>(inForce: { current: Set }, means: Means<Set>): PolicyReloading {
  let judged: string | undefined;
  let seen: string | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const stamp = (): string => means.places.map((place) => means.files.stamp(place)).join('\n');

  const take = async (): Promise<Reload> => {
    const before = stamp();
    const next = await load(means.load);
    // Half of it may be of before, and half of after: the next look takes the whole.
    if (stamp() !== before) return { called: means.called, ...torn, version: inForce.current.version };
    const outcome = await settle(inForce, next, means);
    judged = before;
    return outcome;
  };
  // One after the other: whoever comes second sees what the first has done.
  const reload = async (): Promise<Reload[]> => {
    const result = turn.then(take, take);
    turn = result.catch(() => undefined);
    const outcome = await result;
    means.told(outcome);
    return [outcome];
  };
  const watch = async (): Promise<void> => {
    const now = stamp();
    const settled = now === seen;
    seen = now;
    if (settled && now !== judged) await reload();
  };
  return { reload, watch };
}

const torn = { outcome: 'refused', lines: ['it changed while it was read'] } as const;

/** @returns what is wrong, when it is the folder */
async function load<Set>(work: () => Set | Promise<Set>): Promise<Set | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CredsError) return error.message;
    throw error;
  }
}

/** It is written down before it is in force. */
async function settle<Set extends Rules>(
  inForce: { current: Set },
  next: Set | string,
  { called, audit }: Pick<Means<Set>, 'called' | 'audit'>,
): Promise<Reload> {
  const { version } = inForce.current;
  if (typeof next === 'string') {
    const lines = next.split('\n');
    await audit([refused(called, version, lines)]);
    return { called, outcome: 'refused', version, lines };
  }
  const { warnings = [] } = next;
  if (next.version === version) return { called, outcome: 'same', version, lines: warnings };
  await audit([taken(called, version, next)]);
  inForce.current = next;
  return { called, outcome: 'taken', version: next.version, lines: warnings };
}

/** As the audit log has it: the name of the set, and the field of its version. */
const setOf = {
  policies: 'policy_set',
  guardrails: 'guardrail_set',
  certificate: 'certificate_sha256',
  admin_certificate: 'admin_certificate_sha256',
} as const;
type Called = keyof typeof setOf;
const warningsOf = {
  policies: 'policy_warnings',
  guardrails: 'warnings',
  certificate: 'warnings',
  admin_certificate: 'warnings',
} as const;

/** As people say it. */
export function inWords(called: Called): string {
  return called.replace('_', ' ');
}

function taken(called: Called, previous: string, { version, size, warnings }: Rules): AuditEvent {
  return {
    name: 'broker',
    outcome: 'success',
    message: `${inWords(called)} taken`,
    detail: {
      [called]: size,
      [setOf[called]]: version,
      previous,
      ...(warnings && { [warningsOf[called]]: warnings.slice(0, linesInAudit) }),
    },
  };
}

function refused(called: Called, version: string, lines: readonly string[]): AuditEvent {
  return {
    name: 'broker',
    outcome: 'failure',
    message: `${inWords(called)} refused: the last good ones stay in force`,
    alarm: true,
    detail: { [setOf[called]]: version, problems: lines.slice(0, linesInAudit) },
  };
}

/** Several sets, one after the other, each by itself: what is wrong with one keeps no other from being taken. */
export function together(all: readonly PolicyReloading[]): PolicyReloading {
  return {
    reload: async () => {
      const outcomes: Reload[] = [];
      for (const { reload } of all) outcomes.push(...(await reload()));
      return outcomes;
    },
    watch: async () => {
      for (const { watch } of all) await watch();
    },
  };
}
