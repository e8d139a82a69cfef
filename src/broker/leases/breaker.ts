import type { BrokerClock } from '../domain/outside.ts';
import { backoffMs } from './backoff.ts';

/** So many failures one after the other, and the backend is left alone for a while. */
const mostFailures = 5;
const longestRestMs = 60_000;

/** Which backends are left alone since they fail, so that what waits for one does not load it, nor us. */
export interface Breakers {
  /** How many attempts may be made now: none while it rests, one to see whether it is back, else any number. */
  room(backend: string): number;
  /** The outcome of an attempt. @returns `rests`, `back` when that is new */
  noted(backend: string, succeeded: boolean): 'rests' | 'back' | undefined;
}

interface Trouble {
  failures: number;
  rests: number;
  untilMs: number;
}

/** One for each backend: it opens by failures, and one success closes it. @param random from 0 up to 1 */
export function breakers(clock: Pick<BrokerClock, 'monotonicMs'>, random: () => number): Breakers {
  const troubles = new Map<string, Trouble>();
  return {
    room: (backend) => {
      const trouble = troubles.get(backend);
      if (trouble === undefined || trouble.failures < mostFailures) return Infinity;
      return clock.monotonicMs() < trouble.untilMs ? 0 : 1;
    },
    noted: (backend, succeeded) => {
      const trouble = troubles.get(backend) ?? { failures: 0, rests: 0, untilMs: 0 };
      if (succeeded) {
        troubles.delete(backend);
        return trouble.rests > 0 ? 'back' : undefined;
      }
      trouble.failures += 1;
      troubles.set(backend, trouble);
      const now = clock.monotonicMs();
      // Attempts that ran beside the one that opened it say nothing new.
      if (trouble.failures < mostFailures || now < trouble.untilMs) return undefined;
      trouble.untilMs = now + Math.min(longestRestMs, backoffMs(trouble.rests, random()));
      trouble.rests += 1;
      return trouble.rests === 1 ? 'rests' : undefined;
    },
  };
}
