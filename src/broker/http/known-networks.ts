import type { BrokerClock } from '../domain/outside.ts';
import { recentMap } from './recent-map.ts';

const ms = 10 * 60_000;
/** So many are remembered at least. */
const most = 10_000;

/** Networks to which something was granted in the last ten minutes. */
export interface KnownNetworks {
  note(network: string): void;
  has(network: string): boolean;
}

/** Knows nobody yet. What it knows lies in memory and is gone with the process. */
export function knownNetworks(clock: BrokerClock): KnownNetworks {
  const until = recentMap<number>(clock, { ms, most });
  return {
    note: (network) => {
      until.set(network, clock.monotonicMs() + ms);
    },
    has: (network) => (until.get(network) ?? -Infinity) > clock.monotonicMs(),
  };
}
