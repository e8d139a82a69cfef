import type { Clock } from '../../src/domain/host.ts';

/** A clock that a test moves. */
export interface ManualClock extends Clock {
  /** Milliseconds that have passed. */
  readonly passedMs: () => number;
  /** Time passes; what was due in it is called, in order. */
  advance(ms: number): void;
  /** Time passes until the next call is due; false when none is. */
  jump(): boolean;
}

interface Due {
  readonly at: number;
  readonly call: () => void;
}

/** @param onWait told each time that somebody begins to wait */
export function manualClock(start = new Date(), onWait: () => void = () => undefined): ManualClock {
  let passed = 0;
  const waiting = new Set<Due>();
  const next = (until: number): Due | undefined =>
    [...waiting].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
  const advance = (ms: number): void => {
    const end = passed + ms;
    for (let due = next(end); due !== undefined; due = next(end)) {
      waiting.delete(due);
      passed = Math.max(passed, due.at);
      due.call();
    }
    passed = end;
  };
  return {
    now: () => new Date(start.getTime() + passed),
    monotonicMs: () => passed,
    passedMs: () => passed,
    after: (ms, call) => {
      const due = { at: passed + ms, call };
      waiting.add(due);
      onWait();
      return () => {
        waiting.delete(due);
      };
    },
    advance,
    jump: () => {
      const due = next(Infinity);
      if (due === undefined) return false;
      advance(Math.max(0, due.at - passed));
      return true;
    },
  };
}
