import type { BrokerClock } from '../domain/outside.ts';
import { Overtime, withTimeLimit } from '../domain/time-limit.ts';
import type { AuditSink } from './sink.ts';

const writeMs = 5000;

/**
 * A sink that takes what it is given within five seconds, or fails. A disk that hangs, unlike one that is full, reports
 * nothing: whoever gives back, and the worker that revokes, would wait with it. Until the write that was late is over,
 * it takes nothing more, so that lines stand in their order and none are heaped up in memory.
 */
export function punctualSink(sink: AuditSink, clock: BrokerClock): AuditSink {
  let late = false;
  const onTime = (): void => {
    late = false;
  };
  return {
    kind: sink.kind,
    write: async (lines) => {
      if (late) throw new Overtime();
      const writing = sink.write(lines);
      try {
        await withTimeLimit(clock, writeMs, () => writing);
      } catch (error) {
        if (error instanceof Overtime) {
          late = true;
          writing.then(onTime, onTime);
        }
        throw error;
      }
    },
    close: () => (late ? Promise.resolve() : sink.close()),
  };
}
