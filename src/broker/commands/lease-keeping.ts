import { settleAbandoned } from './abandon.ts';
import type { Broker } from './broker.ts';
import { releaseTold, toldJobs } from './close-told-jobs.ts';
import { endLeases, forget, queueOf, releaseClaims } from './keep-leases.ts';
import { tendingSecrets } from './tend-secrets.ts';
import { sweeping } from './sweep-backends.ts';

/** What a broker does about its leases by itself, each duty for itself: none waits for another to end. */
export interface LeaseKeeping {
  readonly duties: readonly Duty[];
  /** All of it once, to the end. */
  readonly round: () => Promise<void>;
  /** Takes up no further revocation. Resolves when none is under way. */
  stop(): Promise<void>;
  /** Gives back what is claimed and not done, and tells the store once more what it did not take. */
  release(): Promise<void>;
}

interface Duty {
  readonly everyMs: number;
  readonly perform: () => Promise<void>;
}

const endingMs = 1000;
const queueMs = 1000;
const forgettingMs = 1000;
/** After a restore, until every backend was searched. */
const sweepingMs = 5000;
const tendingMs = 5000;
const toldMs = 1000;

/** @param keepTime tells the store the time */
export function keepLeases(broker: Broker, keepTime: () => Promise<void>): LeaseKeeping {
  const queue = queueOf(broker);
  const sweep = sweeping(broker);
  const tend = tendingSecrets(broker);
  const told = toldJobs(broker);
  const end = async (): Promise<void> => {
    await keepTime();
    await settleAbandoned(broker);
    await endLeases(broker);
  };
  const work = async (): Promise<void> => {
    const { done } = await queue.work();
    done.catch((error: unknown) => void noteTrouble(broker, error));
  };
  return {
    duties: [
      // What has just ended does not wait for the queue's own turn.
      { everyMs: endingMs, perform: () => end().then(work) },
      { everyMs: queueMs, perform: work },
      { everyMs: toldMs, perform: () => told.work() },
      { everyMs: sweepingMs, perform: sweep },
      { everyMs: tendingMs, perform: tend },
      { everyMs: forgettingMs, perform: () => forget(broker) },
    ],
    round: async () => {
      await end();
      await sweep();
      await tend();
      await told.work();
      await (
        await queue.work()
      ).done;
      await forget(broker);
    },
    stop: () => {
      told.stop();
      return queue.stop();
    },
    release: async () => {
      await settleAbandoned(broker).catch(() => undefined);
      await releaseClaims(broker);
      await releaseTold(broker);
    },
  };
}

/** What was claimed is taken up again when the claim has run out. */
async function noteTrouble(broker: Broker, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : 'unknown';
  await broker.auditSampled({ name: 'broker', outcome: 'failure', message, alarm: true });
}
