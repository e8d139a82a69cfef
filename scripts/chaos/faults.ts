/** What goes wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fate } from '../../test/support/tcp-proxy.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

export interface Faults {
  /** How often each happened. */
  readonly counts: Readonly<Record<string, number>>;
  /** Ends them; resolves when everything is up again. */
  stop(): Promise<void>;
}

/** Of each piece that a broker sends to the backend. */
const wayFailure = 0.004;
const wayFates: readonly Fate[] = ['cut', 'lose', 'hold'];

/** By how much work was done, so that a slow machine does not only see its brokers start: after so many leases … */
const leasesBetween = [5, 50] as const;
/** … or when as many seconds have passed. */
const mostSeconds = 15;
const lookMs = 100;

/** @param lent how many leases there were so far */
export function startFaults(stage: Stage, random: Random, lent: () => number): Faults {
  const counts: Record<string, number> = {};
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const stopped = new AbortController();
  stage.way.judge = () => {
    if (!random.chance(wayFailure)) return 'pass';
    const fate = random.pick(wayFates);
    count(`backend: ${fate}`);
    if (fate === 'hold')
      setTimeout(
        () => {
          stage.way.letGo();
        },
        random.between(100, 6000),
      );
    return fate;
  };
  const { store, backend, fleet, way } = stage;
  const crash = async (cluster: Stage['store']): Promise<void> => {
    await cluster.stop('immediate');
    await sleep(random.between(300, 2000));
    await cluster.start();
  };
  const events: readonly (readonly [number, string, () => Promise<void>])[] = [
    [
      10,
      'broker: SIGKILL',
      () => {
        fleet.kill(random.between(0, fleet.urls.length - 1));
        return Promise.resolve();
      },
    ],
    [1, 'store: crash', () => crash(store)],
    [
      1,
      'store: stands still',
      async () => {
        store.pause();
        await sleep(random.between(300, 3000));
        store.resume();
      },
    ],
    [1, 'backend: crash', () => crash(backend.cluster)],
    [
      2,
      'backend: all connections cut',
      () => {
        way.cutAll();
        return Promise.resolve();
      },
    ],
  ];
  const bag = events.flatMap((event) => Array.from({ length: event[0] }, () => event));
  const going = (async () => {
    for (;;) {
      const enough = lent() + random.between(...leasesBetween);
      const latest = Date.now() + mostSeconds * 1000;
      while (!stopped.signal.aborted && lent() < enough && Date.now() < latest) await sleep(lookMs);
      if (stopped.signal.aborted) return;
      const [, what, happen] = random.pick(bag);
      count(what);
      await happen();
    }
  })();
  return {
    counts,
    stop: async () => {
      stopped.abort();
      await going;
      way.judge = () => 'pass';
      way.letGo();
    },
  };
}
