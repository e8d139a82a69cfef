import type { Clock } from '../domain/host.ts';
import type { ByteSink, ByteSource } from '../domain/processes.ts';
import type { Redactor } from '../redaction/redactor.ts';

/** A prompt is held back no longer than this, in milliseconds. */
const pauseMs = 50;
/** More than any pipe holds: what is still read from a writer that does not stop. */
const mostAfterEnough = 1024 * 1024;

export interface Pumping {
  readonly redactor: Redactor;
  readonly clock: Clock;
  /** Once it is aborted, only what is there already is read: whoever else holds the pipe is not waited for. */
  readonly enough?: AbortSignal;
  /** Told when nothing has come for a moment and all that may be shown is out, and when something comes again. */
  readonly onQuiet?: (isQuiet: boolean) => void;
}

/**
 * Moves bytes through a redactor, no faster than they are taken, to the end of the source, and closes the source.
 * @throws Error of the sink. The source is closed then, too, so that its writer learns that nobody reads any more.
 */
export async function pump(from: ByteSource, to: ByteSink, pumping: Pumping): Promise<void> {
  const { redactor, clock, enough, onQuiet } = pumping;
  const moment: Event = (call) => clock.after(pauseMs, call);
  let left = mostAfterEnough;
  try {
    for (;;) {
      const next = from.read();
      let chunk = await before(moment, next);
      if (chunk === late) {
        await writeTo(to, redactor.pause());
        onQuiet?.(true);
        chunk = await before(abortOf(enough), next);
        // Told in the middle of waiting: what was written just before may be on its way.
        if (chunk === late) chunk = await before(moment, next);
      }
      onQuiet?.(false);
      if (chunk === late || chunk === undefined || left < 0) break;
      if (enough?.aborted === true) left -= chunk.length;
      await writeTo(to, redactor.push(chunk));
    }
    await writeTo(to, redactor.end());
  } finally {
    from.close();
  }
}

const late = Symbol('late');

/** Something that may happen: calls back once, unless the function that it returns is called before. */
type Event = (call: () => void) => () => void;

function abortOf(signal: AbortSignal | undefined): Event {
  return (call) => {
    if (signal?.aborted === true) call();
    signal?.addEventListener('abort', call);
    return () => signal?.removeEventListener('abort', call);
  };
}

/** What a promise gives, or `late` when the event comes first. Nothing of the wait is left behind. */
async function before<T>(event: Event, promise: Promise<T>): Promise<T | typeof late> {
  let cancel = (): void => undefined;
  const happened = new Promise<typeof late>((resolve) => {
    cancel = event(() => {
      resolve(late);
    });
  });
  try {
    return await Promise.race([promise, happened]);
  } finally {
    cancel();
  }
}

async function writeTo(to: ByteSink, bytes: Uint8Array): Promise<void> {
  if (bytes.length > 0) await to.write(bytes);
}
