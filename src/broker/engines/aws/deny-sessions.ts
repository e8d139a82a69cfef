import { randomBytes } from 'node:crypto';
import { BackendFailure } from '../../domain/backend-failure.ts';
import type { BrokerClock } from '../../domain/outside.ts';
import { withTimeLimit } from '../../domain/time-limit.ts';
import { denyDocument, neededUntil, type Denied } from './deny-document.ts';
import { NotWritten, type InlinePolicies } from './inline-policies.ts';

const prefix = 'ec_deny_';
const writeMs = 13_000;
/** A policy that is needed no more is removed so long afterwards, by whichever broker sees it … */
const removeAfterMs = 3_600_000;
/** … and its own broker has long stopped adding to it. In between lies what clocks may be apart. */
const closeAfterMs = 1_800_000;

/** Keeps sessions of one role from everything. */
export interface DenySessions {
  /** Resolves when AWS has taken it. @throws BackendTrouble, NotWritten */
  deny(denied: Denied): Promise<void>;
  close(): void;
}

/** A policy of this process: nobody else writes it, so that brokers cannot lose each other's entries. */
interface Book {
  readonly name: string;
  readonly denied: readonly Denied[];
}

/**
 * IAM has no way to write only what has not changed since it was read. So each process writes policies of its own,
 * one after the other and always whole; what waits meanwhile goes into one. When it is not known whether a policy was
 * written, that one is left as it is and another one begun: a late packet cannot undo anything.
 */
export function denySessions(policies: InlinePolicies, clock: BrokerClock): DenySessions {
  let book = newBook();
  let waiting: Denied[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();
  const closing = new AbortController();
  let tidying = false;

  const write = async (signal: AbortSignal): Promise<void> => {
    const now = clock.now().getTime();
    if (lastNeeded(book) + closeAfterMs < now) book = newBook();
    const added = waiting;
    waiting = [];
    const mine = book;
    const denied = together([...mine.denied.filter(({ until }) => until > now), ...added]);
    // Until it is known: nobody waits longer for a write than its time, whatever it still does.
    book = newBook();
    try {
      await put(policies, { name: mine.name, denied }, { now, signal });
      if (!signal.aborted) book = { name: mine.name, denied };
    } catch (error) {
      if (error instanceof NotWritten && !signal.aborted) book = mine;
      throw error;
    }
  };

  const tidy = async (): Promise<void> => {
    tidying = true;
    try {
      for (let at = lastNeeded(book); at > 0; at = lastNeeded(book)) {
        const wait = at + removeAfterMs + 1000 - clock.now().getTime();
        if (wait > 0) await clock.sleep(wait, closing.signal);
        else break;
      }
      await withTimeLimit(clock, writeMs, (signal) =>
        sweep(policies, { now: clock.now().getTime(), signal }),
      );
    } finally {
      tidying = false;
    }
  };

  return {
    deny: (denied) => {
      waiting.push(denied);
      if (next === undefined) {
        const mine = last.then(async () => {
          next = undefined;
          await withTimeLimit(clock, writeMs, write);
          if (!tidying) tidy().catch(() => undefined);
        });
        next = mine;
        last = mine.catch(() => undefined);
      }
      return next;
    },
    close: () => {
      closing.abort(new Error('the broker ends'));
    },
  };
}

interface Moment {
  readonly now: number;
  readonly signal: AbortSignal;
}

async function put(policies: InlinePolicies, { name, denied }: Book, moment: Moment): Promise<void> {
  const document = denyDocument(denied);
  let outcome = await policies.put(name, document, moment.signal);
  if (outcome === 'full') {
    await sweep(policies, moment);
    outcome = await policies.put(name, document, moment.signal);
  }
  if (outcome !== 'full') return;
  const text =
    'AWS: denying the session failed (LimitExceeded: the role’s inline policies are full; let its leases be shorter, or use several roles)';
  throw new NotWritten(text, {
    cause: new BackendFailure(text, { reason: 'busy', code: 'LimitExceeded' }),
  });
}

/** Removes what no broker needs any more. What somebody changed is left to him. */
async function sweep(policies: InlinePolicies, { now, signal }: Moment): Promise<void> {
  for (const name of (await policies.names(signal)) ?? []) {
    if (!name.startsWith(prefix)) continue;
    const until = neededUntil((await policies.get(name, signal)) ?? '');
    if (until !== undefined && until + removeAfterMs < now) await policies.remove(name, signal);
  }
}

function newBook(): Book {
  return { name: `${prefix}${randomBytes(8).toString('hex')}`, denied: [] };
}

/** 0: nothing is in it. */
function lastNeeded({ denied }: Book): number {
  return Math.max(0, ...denied.map(({ until }) => until));
}

/** Who is denied twice is denied as long as the later entry says. */
function together(denied: readonly Denied[]): Denied[] {
  const latest = new Map<string, Denied>();
  for (const each of denied)
    if ((latest.get(each.sessionName)?.until ?? 0) <= each.until) latest.set(each.sessionName, each);
  return [...latest.values()];
}
