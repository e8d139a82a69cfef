import type { BrokerClock } from '../domain/outside.ts';

/**
 * The time by which leases end. It goes on as time passes on this machine, whatever becomes of the wall clock, and is
 * never behind what the store has seen: a clock that is set changes no lease's end.
 */
export interface LeaseClock {
  now(): Date;
  /** A time of this clock as everyone else calls it: what a credential, an answer or a backend is told. */
  readonly toWall: (at: Date) => Date;
  /** A time that somebody else named, on this clock. */
  readonly fromWall: (at: Date) => Date;
  /** Is not behind this time from now on. */
  follow(seen: Date): void;
}

/** Two clocks that differ by less are taken for one, so that a time that is told twice is the same. */
const sameMs = 1000;

/** @param start what it shows now: the time of the store's machine, or of this one, and not before what the store has seen */
export function leaseClock(clock: BrokerClock, start: Date): LeaseClock {
  let base = start.getTime() - clock.uptimeMs();
  const nowMs = (): number => base + clock.uptimeMs();
  const aheadMs = (): number => {
    const ahead = nowMs() - clock.now().getTime();
    return Math.abs(ahead) < sameMs ? 0 : ahead;
  };
  return {
    now: () => new Date(nowMs()),
    toWall: (at) => new Date(at.getTime() - aheadMs()),
    fromWall: (at) => new Date(at.getTime() + aheadMs()),
    follow: (seen) => {
      base += Math.max(0, seen.getTime() - nowMs());
    },
  };
}
