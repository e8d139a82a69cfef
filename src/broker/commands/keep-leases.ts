import type { LeaseRecord } from '../domain/lease-record.ts';
import { leaseFacts, revokeLease, type RevocationParts } from '../leases/revoke-lease.ts';
import { withTimeLimit } from '../domain/time-limit.ts';
import type { Broker } from './broker.ts';

const batch = 100;
const mostBites = 40;
const inlineMs = 5000;
/** A mint has 15 s; what is still open after this was left by somebody who is gone. */
const staleMintMs = 30_000;

/** What a tick does: takes up abandoned mints, ends what is past its end, works off the queue, forgets the old. */
export async function keepLeases(broker: Broker): Promise<void> {
  const { store, host } = broker;
  const now = host.clock.now();
  await reconcile(broker, new Date(now.getTime() - staleMintMs));
  const ended = await store.expire(now);
  await noteStates(broker, ended);
  let due: readonly LeaseRecord[];
  do {
    due = await store.claimDue(now, batch);
    await Promise.all(due.map((lease) => revokeLease(revocationParts(broker), lease)));
  } while (due.length === batch);
  // What is left when a tick has done its share, the next one forgets.
  for (let bites = 0; bites < mostBites && (await store.purge(now)); bites++);
}

/** Mints that began before this time and that nobody finished are revoked by name. */
export async function reconcile(broker: Broker, before: Date): Promise<void> {
  await noteStates(broker, await broker.store.reconcile(before, broker.host.clock.now()));
}

/** Writes down in which state leases now are; what took a right away is never put off because of it. */
export async function noteStates(broker: Broker, leases: readonly LeaseRecord[]): Promise<void> {
  const events = leases.map((lease) => ({
    name: 'lease' as const,
    outcome: 'success' as const,
    message: `lease ${lease.state}`,
    detail: { ...leaseFacts(lease), state: lease.state },
  }));
  await broker.audit(events).catch(() => undefined);
}

/**
 * Tries at once, for up to five seconds, to revoke those of the leases that can be revoked at once. What is not done
 * by then stays queued.
 */
export async function revokeNow(broker: Broker, leases: readonly LeaseRecord[]): Promise<void> {
  const ready = leases.filter(
    ({ state, revocability, minting }) => state === 'revoking' && revocability === 'immediate' && !minting,
  );
  if (ready.length === 0) return;
  const attempts = ready.map((lease) => revokeLease(revocationParts(broker), lease));
  await withTimeLimit(broker.host.clock, inlineMs, () => Promise.allSettled(attempts)).catch(() => undefined);
}

/** Leases that another request took back: written down, and revoked at once where that can be done. */
export async function takenBack(broker: Broker, leases: readonly LeaseRecord[]): Promise<void> {
  await noteStates(broker, leases);
  await revokeNow(broker, leases);
}

function revocationParts(broker: Broker): RevocationParts {
  return {
    clock: broker.host.clock,
    settle: (id, outcome) => broker.store.settle(id, outcome),
    audit: broker.audit,
    revoke: async (lease, signal) => {
      const engine = broker.engines.get(lease.engine);
      if (engine === undefined) throw new Error(`there is no engine ${lease.engine} any more`);
      await engine.revoke(lease, signal);
    },
  };
}
