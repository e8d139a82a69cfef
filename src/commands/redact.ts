import { CredsError } from '../domain/errors.ts';
import type { Clock } from '../domain/host.ts';
import type { ByteSink, ByteSource, Processes } from '../domain/processes.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import { makeRedactor, type Patterns, type Redactor } from '../redaction/redactor.ts';
import { patternsOfJob } from './job-patterns.ts';
import { pump } from './pump.ts';
import { putUpSign, type RedactorSign } from './redactor-sign.ts';

/** How often a request to let everything out is looked for, in milliseconds, and how soon again once there is one. */
const lookMs = 100;
const soonMs = 50;

/**
 * Shows what comes in on standard input and, where it was given, on descriptor 3, without what the job has to hide: on
 * standard output, and on standard error. Goes on to the end of both, whatever signals come: a cancelled job still has
 * lines to show.
 * @param variables names of variables whose values have to be hidden besides
 * @throws CredsError `cannot-redact` when it is not known what is to be hidden (nothing more is shown then), or what
 *   was redacted could not be written
 */
export async function redact(where: Whereabouts, variables: readonly string[]): Promise<void> {
  const { host } = where;
  const processes = await host.processes?.();
  if (processes === undefined) throw new CredsError('internal', 'There is no way to other processes here.');
  const deafen = processes.onSignal(() => undefined);
  try {
    // Everything is found out before the first byte is read.
    const patterns = patternsOfJob(where, variables);
    patterns();
    const sign = putUpSign(where, processes.self());
    const streams = streamsOf(processes, patterns, host.clock);
    const stopLooking = lookForRequest(sign, streams, host.clock);
    // One that cannot be written to is no reason to lose what goes to the other.
    const ends = await Promise.allSettled(streams.map((stream) => stream.done));
    stopLooking();
    sign.show('over');
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  } finally {
    deafen();
  }
}

interface Stream {
  readonly done: Promise<void>;
  /** True when nothing has come for a moment, and all that may be shown of what came is out; or at its end. */
  isQuiet(): boolean;
}

function streamsOf(processes: Processes, patterns: () => Patterns, clock: Clock): readonly Stream[] {
  const ways = [[0, 1] as const, ...(processes.isGiven(3) ? [[3, 2] as const] : [])];
  return ways.map(([from, to]) =>
    flow(processes.source(from), processes.sink(to), { redactor: learningRedactor(patterns), clock }),
  );
}

/** What was borrowed before a chunk was written is known before the chunk is shown. */
function learningRedactor(patterns: () => Patterns): Redactor {
  const redactor = makeRedactor(patterns());
  const push = (chunk: Uint8Array): Uint8Array => {
    redactor.use(patterns());
    return redactor.push(chunk);
  };
  return { ...redactor, push };
}

function flow(
  from: ByteSource,
  to: ByteSink,
  means: { readonly redactor: Redactor; readonly clock: Clock },
): Stream {
  let quiet = false;
  const onQuiet = (isQuiet: boolean): void => {
    quiet = isQuiet;
  };
  const done = pump(from, to, { ...means, onQuiet })
    .catch((error: unknown) => {
      // Nobody reads any more: whoever writes is told so, as by any other program in a pipe.
      if (error instanceof CredsError) throw error;
      if ((error as { code?: unknown }).code === 'EPIPE') return;
      throw new CredsError('cannot-redact', 'What was redacted could not be written.', { cause: error });
    })
    .finally(() => {
      quiet = true;
    });
  return { done, isQuiet: () => quiet };
}

/** Answers a request once every stream has been quiet from one look to the next. @returns what ends the looking */
function lookForRequest(sign: RedactorSign, streams: readonly Stream[], clock: Clock): () => void {
  let wasQuiet = false;
  let cancel = (): void => undefined;
  const look = (): void => {
    const asked = sign.isAsked();
    const isQuiet = asked && streams.every((stream) => stream.isQuiet());
    if (isQuiet && wasQuiet) {
      sign.show('drained');
      return;
    }
    wasQuiet = isQuiet;
    cancel = clock.after(asked ? soonMs : lookMs, look);
  };
  look();
  return () => {
    cancel();
  };
}
