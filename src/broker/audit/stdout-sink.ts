import type { AuditSink } from './sink.ts';

/** Prints each line; whoever collects the process's output keeps it. When nobody does any more, nothing is lent. */
export function stdoutSink(write: (text: string) => Promise<void>): AuditSink {
  return { kind: 'stdout', write, close: () => Promise.resolve() };
}
