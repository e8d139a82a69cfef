import type { AuditSink } from './sink.ts';

/** Prints each line; whoever collects the process's output keeps it. */
export function stdoutSink(print: (text: string) => void): AuditSink {
  return {
    name: 'stdout',
    write: (lines) => {
      print(lines);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
