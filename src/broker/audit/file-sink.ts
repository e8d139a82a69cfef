import type { AppendLog } from '../domain/outside.ts';
import type { AuditSink } from './sink.ts';

/**
 * Appends to a file, synced before it resolves. What arrives while a sync runs goes out together with the next one,
 * so many requests share one.
 */
export function fileSink(name: string, log: AppendLog): AuditSink {
  let waiting: { text: string; written: Promise<void> } | undefined;
  let last: Promise<void> = Promise.resolve();
  return {
    name,
    write: (lines) => {
      if (waiting !== undefined) {
        waiting.text += lines;
        return waiting.written;
      }
      const batch = { text: lines, written: Promise.resolve() };
      waiting = batch;
      batch.written = last
        .catch(() => undefined)
        .then(() => {
          waiting = undefined;
          return log.append(batch.text);
        });
      last = batch.written;
      return batch.written;
    },
    close: async () => {
      await last.catch(() => undefined);
      await log.close();
    },
  };
}
