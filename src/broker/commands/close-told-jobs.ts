import type { LeaseRecord } from '../domain/lease-record.ts';
import type { QueuedEvent } from '../store/job-event-store.ts';
import type { Broker } from './broker.ts';
import { noteStates } from './keep-leases.ts';

/**
 * How long one attempt has before another broker may take the event up: what was answered 2xx by one that died is closed
 * by then.
 */
export const claimMs = 20_000;
/** At once, of all owners: fewer than the store has connections. */
const atOnce = 4;
/** How long an event waits that could not be done. */
const againMs = 30_000;
/** From which attempt on an operator is told. */
const alarmAttempts = 2;

/** What platforms have told of the ends of jobs and nobody has done yet. */
export interface ToldJobs {
  /** Closes what is due, of all owners in turn. */
  work(): Promise<void>;
  /** Claims nothing more. */
  stop(): void;
}

export function toldJobs(broker: Broker): ToldJobs {
  const { store, leaseTime } = broker;
  let after = '';
  let stopped = false;

  async function workOff(): Promise<boolean> {
    const now = leaseTime.now();
    const until = new Date(now.getTime() + claimMs);
    const events = await store.jobEvents.claim({ now, until, limit: atOnce, after });
    after = events.at(-1)?.owner ?? '';
    const done = await Promise.allSettled(events.map((event) => closeTold(broker, event)));
    for (const each of done) if (each.status === 'rejected') throw each.reason;
    return events.length > 0;
  }

  return {
    work: async () => {
      while (!stopped && (await workOff()));
    },
    stop: () => {
      stopped = true;
    },
  };
}

/** With a store of its own a broker has all that is claimed: whoever claimed it is gone. */
export async function takeUpTold({ store, leaseTime }: Broker): Promise<void> {
  if (!store.shared) await store.jobEvents.release('all', leaseTime.now());
}

/** What is not done when the broker ends waits for no claim to run out. */
export async function releaseTold({ store, leaseTime, told }: Broker): Promise<void> {
  await store.jobEvents.release([...told], leaseTime.now()).catch(() => undefined);
}

/**
 * One attempt to do what an event that is claimed says: its jobs are closed, that is written down, and only then is the
 * event forgotten. Whoever dies in between leaves it to another, who closes nothing twice.
 * @returns the leases that this took back, queued for revocation; undefined: it closed nothing
 * @throws StoreError when the store failed; the claim then runs out and another attempt is made
 */
export async function closeTold(
  broker: Broker,
  event: QueuedEvent,
): Promise<readonly LeaseRecord[] | undefined> {
  const { store, leaseTime, told } = broker;
  told.add(event.id);
  try {
    const outcome = await store.jobEvents.close(event, leaseTime.now());
    if (outcome === 'full') {
      await putOff(broker, event, 'too many ended jobs are remembered');
      return undefined;
    }
    if (outcome === 'foreign') await noteForeign(broker, event);
    const closed = typeof outcome === 'string' ? undefined : outcome;
    if (closed !== undefined && !(await noteClosed(broker, event, closed)))
      await putOff(broker, event, 'it could not be written down');
    else await store.jobEvents.finish(event.id);
    return closed;
  } finally {
    told.delete(event.id);
  }
}

/** @returns false when the audit log does not take it */
async function noteClosed(
  broker: Broker,
  { id, issuer, jobs, facts }: QueuedEvent,
  leases: readonly LeaseRecord[],
): Promise<boolean> {
  const ids = leases.map((lease) => lease.id);
  try {
    await broker.audit([
      {
        name: 'session',
        outcome: 'success',
        message: 'job closed',
        detail: { issuer, jobs, by: 'webhook', event_id: id, ...facts, leases: ids },
      },
    ]);
  } catch {
    return false;
  }
  await noteStates(broker, leases);
  return true;
}

/** Between the event and its turn somebody else's claims have opened a session of the job. */
function noteForeign(broker: Broker, { id, issuer, jobs, scope, facts }: QueuedEvent): Promise<void> {
  return broker.auditSampled({
    name: 'session',
    outcome: 'failure',
    message: 'job event refused: its hook does not speak for this repository or project',
    alarm: true,
    detail: { issuer, jobs, hook: { [scope.claim]: scope.values }, event_id: id, ...facts },
  });
}

async function putOff(broker: Broker, event: QueuedEvent, why: string): Promise<void> {
  const { id, issuer, jobs, attempts, facts } = event;
  await broker.store.jobEvents.putOff(id, new Date(broker.leaseTime.now().getTime() + againMs));
  await broker.auditSampled({
    name: 'session',
    outcome: 'failure',
    message: `a job event waits: ${why}`,
    alarm: attempts >= alarmAttempts,
    detail: { issuer, jobs, event_id: id, attempts: attempts + 1, ...facts },
  });
}
