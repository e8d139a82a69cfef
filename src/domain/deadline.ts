import type { Clock } from './host.ts';

/** An end in time, on the monotonic clock, that several calls share. */
export interface Deadline {
  /** Milliseconds left; 0 when it has passed. */
  remainingMs(): number;
  readonly budgetSeconds: number;
}

/** Starts a budget of so many seconds; never later than `outer`. */
export function startDeadline(clock: Clock, budgetSeconds: number, outer?: Deadline): Deadline {
  const end = clock.monotonicMs() + Math.min(budgetSeconds * 1000, outer?.remainingMs() ?? Infinity);
  return { budgetSeconds, remainingMs: () => Math.max(0, end - clock.monotonicMs()) };
}
