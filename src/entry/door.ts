import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import { processHost, type Wire } from './host.ts';
import { print } from './output.ts';

interface Opening {
  /** What requests go through; loaded with the first one if nothing is said. */
  readonly wire?: (env: Host['env']) => Wire;
  /** Where an error is printed that no story has told. */
  readonly say?: (text: string) => void;
}

/**
 * Runs a story as this process: ends it with the story's exit status, and never with 0 unless the story came to its
 * end. Nothing that was thrown is printed but our own errors: a stranger's message could hold anything.
 */
export function open(story: (host: Host) => Promise<number>, { wire, say = print }: Opening = {}): void {
  let finished = false;
  process.exitCode = 70;
  const end = (status: number): never => {
    finished = true;
    process.exit(status);
  };
  const crash = (error: unknown): void => {
    complain(error, say);
    end(error instanceof CredsError ? error.exit : 70);
  };
  process.once('uncaughtException', crash).once('unhandledRejection', crash);
  process.once('beforeExit', () => {
    if (!finished) crash(new CredsError('unfinished', 'The run ended before its work did.'));
  });
  story(processHost(wire)).then(end, crash);
}

function complain(error: unknown, say: (text: string) => void): void {
  const known =
    error instanceof CredsError ? `${error.message} ${error.hint} [${error.code}]` : nameOf(error);
  try {
    say(`\nephemeral-creds: ${known}\n`);
  } catch {
    // Nobody is listening.
  }
}

/** The kind of a foreign error and where it came from, without its message. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  // The message stands in the stack and may hold lines that look like frames.
  const place = (error.stack ?? '').replace(error.message, '');
  const frames = place.split('\n').filter((line) => line.startsWith('    at '));
  return `${error.name}, a defect: please report it.\n${frames.slice(0, 8).join('\n')}`;
}
