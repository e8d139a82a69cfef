import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import { processHost } from './host.ts';
import { print } from './output.ts';

/**
 * Runs a story as this process: ends it with the story's exit status, and never with 0 unless the story came to its
 * end. Nothing that was thrown is printed but our own errors: a stranger's message could hold anything.
 * @param say where that is printed
 */
export function open(story: (host: Host) => Promise<number>, say = print): void {
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
  story(processHost()).then(end, crash);
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
