import { checkGate } from '../commands/check-gate.ts';
import { CredsError } from '../domain/errors.ts';
import type { GateReport } from '../gate/reports/report.ts';
import { reportFormats } from '../gate/reports/registry.ts';
import { gateWords } from './gate-words.ts';
import { workTree } from './work-tree.ts';

const usage = 'Usage: ephemeral-creds gate check [PATH…] [--format text|json|sarif] [--policy FILE]\n';

/**
 * `ephemeral-creds gate …`.
 * @param argv what follows `gate` on the command line
 * @returns 0 when nothing stops the job, 1 when something does, 2 when the gate could not find out
 */
export async function gateMain(argv: readonly string[]): Promise<number> {
  const words = gateWords(argv);
  if (words === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  try {
    const report = await checkGate(words, workTree, new Date());
    await print(reportFormats[words.format](report));
    return stops(report) ? 1 : 0;
  } catch (error) {
    const text =
      error instanceof CredsError
        ? `${error.message}\n${error.hint}`
        : `This failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown error'}`;
    process.stderr.write(`${text}\n`);
    return 2;
  }
}

function stops({ findings, enforced }: GateReport): boolean {
  return enforced && findings.some(({ severity, waived }) => severity === 'error' && waived === undefined);
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
