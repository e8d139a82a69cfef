import type { ByteSink } from '../domain/processes.ts';

/** A place that several write to, each when the one before is done. */
export interface Outlet extends ByteSink {
  /** Says something of our own, on lines of its own, when it is its turn. That nobody hears it is no error. */
  say(text: string): void;
  /** Resolves when all that was written and said so far is out, or lost. */
  settled(): Promise<void>;
}

const newline = 0x0a;

export function makeOutlet(sink: ByteSink): Outlet {
  let turn: Promise<void> = Promise.resolve();
  let inLine = false;
  const queue = (bytes: () => Uint8Array): Promise<void> => {
    const mine = turn.then(async () => {
      const now = bytes();
      inLine = now.at(-1) !== newline;
      await sink.write(now);
    });
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    write: (bytes) => queue(() => bytes),
    say: (text) => {
      queue(() => Buffer.from(`${inLine ? '\n' : ''}${text}`)).catch(() => undefined);
    },
    settled: () => turn,
  };
}
