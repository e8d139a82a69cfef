import type { LeaseRecord, RevocableLease } from '../domain/lease-record.ts';
import { revocationQueue, type RevocationQueue } from '../leases/revocation-queue.ts';
import { leaseFacts, revokeLease, type RevocationParts } from '../leases/revoke-lease.ts';
import { withTimeLimit } from '../domain/time-limit.ts';
import type { Broker } from './broker.ts';

const mostBites = 40;
const inlineMs = 5000;
const pollMs = 100;
/** A mint has 15 s; what is still open after this was left by somebody who is gone. */
const staleMintMs = 30_000;

/** Ends what is past its end, and takes up mints that were left, bite by bite. */
export async function endLeases(broker: Broker): Promise<void> {
  const { store, leaseTime } = broker;
  await takeUp(broker, staleMintMs);
  for (;;) {
    const ended = await store.expire(leaseTime.now());
    if (ended.length === 0) return;
    await noteStates(broker, ended);
  }
}

/**
 * At the start: with a store of its own a broker takes up every mint that is open, since nobody else is there to finish
 * it. Where others work on the store too, only what they have left.
 */
export async function takeUpMints(broker: Broker): Promise<void> {
  await takeUp(broker, broker.store.shared ? staleMintMs : 0);
}

/** Mints that began so long ago and that nobody finished are revoked by name. */
async function takeUp(broker: Broker, agoMs: number): Promise<void> {
  const now = broker.leaseTime.now();
  await noteStates(broker, await broker.store.reconcile(new Date(now.getTime() - agoMs), now));
}

/** What waits to be revoked in this broker's store. */
export function queueOf(broker: Broker): RevocationQueue {
  const { store, leaseTime, breakers, attemptsIn } = broker;
  return revocationQueue({
    breakers,
    places: attemptsIn,
    dueBackends: () => store.dueBackends(leaseTime.now()),
    begin: async (backend, limit) => {
      const begun = await begin(broker, { backend, taken: limit }, () =>
        store.claimDue(leaseTime.now(), limit, backend),
      );
      return begun.map(({ attempt }) => attempt);
    },
  });
}

/** Places of a backend that are taken for attempts. */
interface Taken {
  readonly backend: string;
  readonly taken: number;
}

interface Begun {
  readonly lease: LeaseRecord;
  readonly attempt: Promise<void>;
}

/**
 * Claims, and begins an attempt at each. Who finds a lease claimed must be able to tell that it is tried here, though
 * the store has only just done it and its answer is on the way: a claim counts from when it is asked for.
 */
async function begin(
  broker: Broker,
  { backend, taken }: Taken,
  claim: () => Promise<readonly LeaseRecord[]>,
): Promise<readonly Begun[]> {
  const places = broker.attemptsIn(backend);
  let unused = taken;
  const begun = claim().then((leases) => {
    unused -= leases.length;
    return leases.map((lease) => {
      const attempt = revokeClaimed(broker, lease).finally(() => {
        places.free(1);
      });
      // Whoever began it may be waiting for another one's place when it fails.
      attempt.catch(() => undefined);
      return { lease, attempt };
    });
  });
  broker.claiming.add(begun);
  try {
    return await begun;
  } finally {
    places.free(unused);
    broker.claiming.delete(begun);
  }
}

/** Until its outcome is stored it is known to be claimed here. */
async function revokeClaimed(broker: Broker, lease: LeaseRecord): Promise<void> {
  const attempt = revokeLease(revocationParts(broker), lease).then(() => undefined);
  broker.claimed.set(lease.id, attempt);
  try {
    await attempt;
  } finally {
    broker.claimed.delete(lease.id);
  }
}

/** What was claimed and is not done when the broker ends waits for no claim to run out. */
export async function releaseClaims({ store, leaseTime, claimed }: Broker): Promise<void> {
  await store.release([...claimed.keys()], leaseTime.now()).catch(() => undefined);
}

/** Forgets the old. By the earlier of two clocks: what is used once stays used though one of them is ahead. */
export async function forget({ store, host, leaseTime }: Broker): Promise<void> {
  const until = new Date(Math.min(host.clock.now().getTime(), leaseTime.now().getTime()));
  // What is left when a round has done its share, the next one forgets.
  for (let bites = 0; bites < mostBites && (await store.purge(until)); bites++);
}

/** Writes down in which state leases now are; what took a right away is never put off because of it. */
export async function noteStates(broker: Broker, leases: readonly LeaseRecord[]): Promise<void> {
  const events = leases.map((lease) => ({
    name: 'lease' as const,
    outcome: 'success' as const,
    message: `lease ${lease.state}`,
    // It lived to its own end though it was to be revoked.
    alarm: lease.state === 'failed',
    detail: { ...leaseFacts(lease), state: lease.state },
  }));
  await broker.audit(events).catch(() => undefined);
}

/**
 * Tries at once, for up to five seconds, to revoke those of the leases that can be revoked at once. What is not done
 * by then stays queued, and so is what is in a backend that rests.
 */
export async function revokeNow(broker: Broker, leases: readonly LeaseRecord[]): Promise<void> {
  const ready = leases.filter(
    ({ state, revocability, minting, backend }) =>
      state === 'revoking' && revocability === 'immediate' && !minting && broker.breakers.room(backend) > 1,
  );
  if (ready.length === 0) return;
  const backends = Map.groupBy(ready, ({ backend }) => backend);
  await withTimeLimit(broker.host.clock, inlineMs, (signal) =>
    Promise.allSettled(
      [...backends].map(([backend, some]) => revokeInTurn(broker, { backend, leases: some }, signal)),
    ),
  ).catch(() => undefined);
}

interface InOneBackend {
  readonly backend: string;
  readonly leases: readonly LeaseRecord[];
}

/** As many at a time as the backend takes. What has no place in time is not claimed. */
async function revokeInTurn(
  broker: Broker,
  { backend, leases }: InOneBackend,
  signal: AbortSignal,
): Promise<void> {
  const begun: Begun[] = [];
  for (let left = leases; left.length > 0;) {
    const taken = await broker.attemptsIn(backend).take(left.length, signal);
    begun.push(...(await beginClaimed(broker, { backend, taken }, left.slice(0, taken))));
    left = left.slice(taken);
  }
  const others = leases.filter(
    ({ id, attempts }) => attempts === 0 && !begun.some(({ lease }) => lease.id === id),
  );
  await Promise.allSettled([...begun.map(({ attempt }) => attempt), othersDone(broker, others, signal)]);
}

/** Not claimed, another broker could be at it at the same moment. The queue does what cannot be claimed. */
function beginClaimed(
  broker: Broker,
  taken: Taken,
  leases: readonly LeaseRecord[],
): Promise<readonly Begun[]> {
  const { store, leaseTime } = broker;
  const ids = leases.map(({ id }) => id);
  const inOrder = (a: LeaseRecord, b: LeaseRecord): number => ids.indexOf(a.id) - ids.indexOf(b.id);
  return begin(broker, taken, () =>
    store.claim(ids, leaseTime.now()).then(
      (mine) => mine.toSorted(inOrder),
      () => [],
    ),
  );
}

/** Waits for the first attempt of those who were quicker to take these up. */
async function othersDone(
  broker: Broker,
  leases: readonly LeaseRecord[],
  signal: AbortSignal,
): Promise<void> {
  const { store, host, claiming, claimed } = broker;
  const ids = leases.map(({ id }) => id);
  if (ids.length === 0) return;
  // Here, mostly: another request, such as the job’s trap when after_script asks, or the queue.
  await Promise.allSettled(claiming);
  await Promise.allSettled(ids.flatMap((id) => claimed.get(id) ?? []));
  // A store of its own has nobody else; of other brokers it is found out by looking.
  const waits = ({ state, attempts }: LeaseRecord): boolean => state === 'revoking' && attempts === 0;
  while (store.shared && (await store.leases(ids)).some(waits)) await host.clock.sleep(pollMs, signal);
}

/** Leases that another request took back: written down, and revoked at once where that can be done. */
export async function takenBack(broker: Broker, leases: readonly LeaseRecord[]): Promise<void> {
  await noteStates(broker, leases);
  await revokeNow(broker, leases);
}

function revocationParts(broker: Broker): RevocationParts {
  return {
    clock: broker.host.clock,
    leaseTime: broker.leaseTime,
    breakers: broker.breakers,
    settle: (id, outcome) => broker.store.settle(id, outcome),
    audit: broker.audit,
    revoke: async (lease, signal) => {
      const engine = broker.engines.get(lease.engine);
      if (engine === undefined) throw new Error(`there is no engine ${lease.engine} any more`);
      await engine.revoke(lease, signal);
    },
    open: (lease) => revocable(broker, lease),
  };
}

/** The lease with the secret that revoking needs: nobody else is ever given it. @throws UnsealError */
async function revocable({ store, sealer }: Broker, lease: LeaseRecord): Promise<RevocableLease> {
  const sealed = await store.sealed(lease.id);
  // It was revoked meanwhile.
  if (sealed === '') return lease;
  return { ...lease, revokeSecret: await sealer.unseal(sealed, lease.id) };
}
