// A FAKE clock for the client: it stands still while requests are under way, and jumps to the next timer when
// nothing but a timer could go on. So back-off and deadlines are real, and no test waits for them.
import type { Clock } from '../../../src/domain/host.ts';

export interface JumpingClock extends Clock {
  advance(seconds: number): void;
  /** Marks work during which time stands still. */
  during<T>(work: Promise<T>): Promise<T>;
}

interface Timer {
  readonly dueMs: number;
  readonly call: () => void;
}

/** What the clock reads and moves: its own time, or that of a broker beside it. */
export interface Time {
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  readonly advance: (seconds: number) => void;
}

export function jumpingClock(time: Time = ownTime()): JumpingClock {
  const timers = new Set<Timer>();
  let working = 0;
  const jump = (): void => {
    const [next] = [...timers].sort((a, b) => a.dueMs - b.dueMs);
    if (working > 0 || next === undefined) return;
    timers.delete(next);
    time.advance(Math.max(0, next.dueMs - time.monotonicMs()) / 1000);
    next.call();
  };
  return {
    now: time.now,
    monotonicMs: time.monotonicMs,
    advance: time.advance,
    after: (ms, call) => {
      const timer = { dueMs: time.monotonicMs() + ms, call };
      timers.add(timer);
      setImmediate(jump);
      return () => {
        timers.delete(timer);
      };
    },
    during: async (work) => {
      working++;
      try {
        return await work;
      } finally {
        working--;
        setImmediate(jump);
      }
    },
  };
}

function ownTime(start = new Date('2026-11-20T16:00:00Z')): Time {
  let passedMs = 0;
  return {
    now: () => new Date(start.getTime() + passedMs),
    monotonicMs: () => passedMs,
    advance: (seconds) => {
      passedMs += seconds * 1000;
    },
  };
}

/** Time as it is: real processes take theirs. */
export function realClock(): JumpingClock {
  return {
    ...jumpingClock(),
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    during: (work) => work,
  };
}
