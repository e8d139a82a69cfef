import type { AppendLog } from '../domain/outside.ts';
import type { AuditSink } from './sink.ts';

/** Appends to a file, synced before it resolves. */
export function fileSink(log: AppendLog): AuditSink {
  return { kind: 'file', write: (lines) => log.append(lines), close: () => log.close() };
}
