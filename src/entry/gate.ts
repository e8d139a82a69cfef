import { CredsError } from '../domain/errors.ts';
import type { GateEnd, GateVerb } from './gate-verb.ts';
import { catalogue } from './gate-verbs/catalogue.ts';
import { check } from './gate-verbs/check.ts';
import { fix } from './gate-verbs/fix.ts';
import { placeOf } from './place-of-error.ts';

export { gateAction } from './gate-action.ts';

/** Every verb of `gate`. */
const verbs: Readonly<Record<string, GateVerb>> = {
  check,
  catalogue,
  fix,
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
    const text = error instanceof CredsError ? `${error.message}\n${error.hint}` : placeOf(error);
    process.stderr.write(`${text}\n`);
    return 2;
  }
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
