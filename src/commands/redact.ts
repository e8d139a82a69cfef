import { CredsError } from '../domain/errors.ts';
import type { Clock } from '../domain/host.ts';
import type { ByteSink, ByteSource, Processes } from '../domain/processes.ts';
import { Secret } from '../domain/secret.ts';
import { hasSecrets, readSecrets } from '../leases/hidden-secrets.ts';
import { listIntents, type Whereabouts } from '../leases/ledger.ts';
import { compilePatterns, makeRedactor, type Patterns, type Redactor } from '../redaction/redactor.ts';
import { pump } from './pump.ts';
import { putUpSign, type RedactorSign } from './redactor-sign.ts';

/** How often a request to let everything out is looked for, in milliseconds, and how soon again once there is one. */
const lookMs = 100;
const soonMs = 50;
const shortest = 8;

/**
 * Shows what comes in on standard input and, where it was given, on descriptor 3, without what the job has to hide: on
 * standard output, and on standard error. Goes on to the end of both, whatever signals come: a cancelled job still has
 * lines to show.
 * @param variables names of variables whose values have to be hidden besides
 * @throws CredsError `cannot-redact` when it is not known what is to be hidden (nothing is shown then), or what was
 *   redacted could not be written
 */
export async function redact(where: Whereabouts, variables: readonly string[]): Promise<void> {
  const { host } = where;
  const processes = await host.processes?.();
  if (processes === undefined) throw new CredsError('internal', 'There is no way to other processes here.');
  const deafen = processes.onSignal(() => undefined);
  try {
    const patterns = patternsOf(where, variables);
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

/** Everything is found out before the first byte is read. */
function patternsOf(where: Whereabouts, variables: readonly string[]): Patterns {
  const inFolder = where.job.folderOf === 'job' && hasSecrets(where);
  if (!inFolder && variables.length === 0)
    throw new CredsError('cannot-redact', 'It is not known what has to be hidden.');
  const secrets = [
    ...(inFolder ? secretsOfJob(where) : []),
    ...variables.map((name) => valueOf(name, where)),
  ];
  const handles = inFolder ? listIntents(where).flatMap(({ debt, kept = {} }) => [debt, kept]) : [];
  const literals = handles.flatMap((debt) => Object.entries(debt)).filter(([name]) => name !== 'url');
  return compilePatterns(
    secrets.map((secret) => secret.reveal()),
    literals.map(([, value]) => value),
  );
}

function secretsOfJob(where: Whereabouts): readonly Secret[] {
  try {
    return readSecrets(where);
  } catch (cause) {
    throw new CredsError('cannot-redact', 'What this job has to hide cannot be read.', { cause });
  }
}

function valueOf(name: string, { host }: Whereabouts): Secret {
  const value = host.env[name] ?? '';
  if (value.length >= shortest) return new Secret(value);
  const problem = value === '' ? 'is not set' : `holds less than ${String(shortest)} characters`;
  throw new CredsError('cannot-redact', `The variable ${name}, which has to be hidden, ${problem}.`);
}

interface Stream {
  readonly done: Promise<void>;
  /** True when nothing has come for a moment, and all that may be shown of what came is out; or at its end. */
  isQuiet(): boolean;
}

function streamsOf(processes: Processes, patterns: Patterns, clock: Clock): readonly Stream[] {
  const ways = [[0, 1] as const, ...(processes.isGiven(3) ? [[3, 2] as const] : [])];
  return ways.map(([from, to]) =>
    flow(processes.source(from), processes.sink(to), { redactor: makeRedactor(patterns), clock }),
  );
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
