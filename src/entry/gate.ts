import { CredsError } from '../domain/errors.ts';
import type { GateEnd, GateVerb } from './gate-verb.ts';
import { check } from './gate-verbs/check.ts';

/** Every verb of `gate`. */
const verbs: Readonly<Record<string, GateVerb>> = {
  check,
};

/**
 * `ephemeral-creds gate …`.
 * @param argv what follows `gate` on the command line
 * @returns 0 when nothing stops the job, 1 when something does, 2 when the gate could not find out
 */
export async function gateMain(argv: readonly string[]): Promise<number> {
  const run = read(argv);
  if (run === undefined) {
    for (const { usage } of Object.values(verbs))
      process.stderr.write(`Usage: ephemeral-creds gate ${usage}\n`);
    return 2;
  }
  try {
    const { out, status, problems = '' } = await run();
    process.stderr.write(problems);
    await print(out);
    return status;
  } catch (error) {
    const text =
      error instanceof CredsError ? `${error.message}\n${error.hint}` : `This failed: ${placeOf(error)}`;
    process.stderr.write(`${text}\n`);
    return 2;
  }
}

/** The kind of a foreign error and where it came from, without its message: that may quote a file. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const frames = (error.stack ?? '').replace(error.message, '').split('\n');
  return [error.name, ...frames.filter((line) => line.startsWith('    at ')).slice(0, 8)].join('\n');
}

function read([verb = '', ...words]: readonly string[]): (() => Promise<GateEnd>) | undefined {
  try {
    return Object.hasOwn(verbs, verb) ? verbs[verb]?.read(words) : undefined;
  } catch {
    return undefined;
  }
}

function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      // That nobody reads it changes nothing of what was found.
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}
