// What a process has in its memory: how much of that can be kept there (requirement B33; docs/explanation/security.md).
import { readFileSync } from 'node:fs';
import { url as inspectorUrl } from 'node:inspector';
import type { Log } from '../broker/telemetry/log.ts';
import { CredsError } from '../domain/errors.ts';

/** Options of Node that write the heap to a file. https://nodejs.org/api/cli.html */
const dumping = /^--(heapsnapshot-|heap-prof|report-on|report-uncaught)/;

/**
 * Refuses whatever would show the broker's memory to others, as far as a process can.
 * @throws CredsError `input-invalid`
 */
export function keepToItself(): void {
  const flags = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)];
  const flag = flags.find((each) => dumping.test(each));
  if (inspectorUrl() !== undefined || flag !== undefined) {
    const what = flag === undefined ? 'with a debugger' : `with ${flag}`;
    throw new CredsError(
      'input-invalid',
      `The broker does not run ${what}: it would show every key and secret.`,
      {
        hint: 'Start Node without it; look at NODE_OPTIONS, too.',
      },
    );
  }
  process.report.excludeEnv = true;
  // Unheard it would open a debugger's port to everybody on this machine.
  process.on('SIGUSR1', () => undefined);
}

/** Only the system that starts us can forbid them. */
export function tellCoreDumps(log: Log): void {
  let limits = '';
  try {
    limits = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return;
  }
  const [, soft = '0'] = /^Max core file size\s+(\S+)/m.exec(limits) ?? [];
  if (soft !== '0')
    log.warn(
      'core dumps are on: a crash would write keys and secrets to a file; set LimitCORE=0, or `ulimit -c 0`',
    );
}
