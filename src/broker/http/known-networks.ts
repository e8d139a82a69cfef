import type { BrokerClock } from '../domain/outside.ts';

const knownMs = 10 * 60_000;
/** Beyond this the one to which nothing was granted for the longest time is forgotten. */
const mostNetworks = 10_000;

/** Networks to which something was granted in the last ten minutes. */
export interface KnownNetworks {
  note(network: string): void;
  has(network: string): boolean;
}

/** Knows nobody yet. What it knows lies in memory and is gone with the process. */
export function knownNetworks(clock: BrokerClock): KnownNetworks {
  const until = new Map<string, number>();
  return {
    note: (network) => {
      // Taken out and put back: the map's order is that of the last grant.
      until.delete(network);
      until.set(network, clock.monotonicMs() + knownMs);
      const [oldest] = until.keys();
      if (until.size > mostNetworks && oldest !== undefined) until.delete(oldest);
    },
    has: (network) => (until.get(network) ?? -Infinity) > clock.monotonicMs(),
  };
}
