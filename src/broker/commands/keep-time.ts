import { newId } from '../domain/identifiers.ts';
import type { BrokerClock } from '../domain/outside.ts';
import { leaseClock, type LeaseClock } from '../leases/lease-clock.ts';
import type { StoreClock } from '../store/store-clock.ts';
import type { Store } from '../store/store.ts';
import type { Broker } from './broker.ts';
import type { Checkpoint } from './checkpoint.ts';
import { noteStates } from './keep-leases.ts';

/** How often the store is told the time though nothing happens. */
const markMs = 10_000;

/** The clock of leases, which goes on from where the store was left. @throws StoreError */
export async function openLeaseClock(store: Store, clock: BrokerClock): Promise<LeaseClock> {
  const leaseTime = leaseClock(clock, (await store.time?.()) ?? clock.now());
  leaseTime.follow((await store.clock()).seen);
  return leaseTime;
}

/**
 * Tells the store how far time has come, and is told how far others are. A store that has lost what this broker wrote
 * was restored from a backup: then nothing that the backup lent goes on.
 * @returns what is to be done at the start, and each second after it
 */
export function timeKeeping(broker: Broker, checkpoint: Checkpoint | undefined): () => Promise<void> {
  const { store, host, leaseTime, restored } = broker;
  let reached = checkpoint?.reached ?? new Date(0);
  const name = checkpoint?.broker ?? newId('brk');
  let frozen = checkpoint?.frozen ?? false;
  let markedMs = -Infinity;
  return async () => {
    const always = host.clock.monotonicMs() - markedMs >= markMs;
    const now = leaseTime.now();
    const before = await store.markTime({ broker: name, now, reached, always });
    if (before === undefined) return;
    if (before.behind) {
      await beginAnew(broker, name, { found: before, reached, frozen });
      return;
    }
    leaseTime.follow(before.seen);
    if (before.restoredAt !== undefined && before.restoredAt.getTime() !== restored.at?.getTime())
      Object.assign(restored, { at: before.restoredAt, swept: before.swept });
    reached = before.seen > now ? before.seen : now;
    markedMs = host.clock.monotonicMs();
    ({ frozen } = before);
    writeDown(broker, () => checkpoint?.write(reached, frozen));
  };
}

/** Leases end also while there is no room for the checkpoint; the next mark tries again. */
function writeDown({ log, auditSampled }: Broker, write: () => void): void {
  try {
    write();
  } catch (error) {
    const message =
      'the checkpoint cannot be written: if the store were restored now, what is lent since would not be missed';
    log.error(message, { error });
    void auditSampled({ name: 'broker', outcome: 'failure', message, alarm: true });
  }
}

interface Behind {
  readonly found: StoreClock;
  readonly reached: Date;
  readonly frozen: boolean;
}

async function beginAnew(broker: Broker, name: string, { found, reached, frozen }: Behind): Promise<void> {
  const { store, host, leaseTime, restored } = broker;
  leaseTime.follow(reached);
  const at = host.clock.now();
  const ended = await store.beginAnew({ broker: name, reached, frozen, at, now: leaseTime.now() });
  if (ended === undefined) return;
  Object.assign(restored, { at, swept: false });
  const detail = { store_reached: found.seen.toISOString(), checkpoint: reached.toISOString(), frozen };
  const message = 'the store was restored from a backup: what it lent is taken back';
  await broker
    .audit([{ name: 'broker', outcome: 'unknown', message, alarm: true, detail }])
    .catch(() => undefined);
  await noteStates(broker, ended);
}
