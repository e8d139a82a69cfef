import type { Host } from '../domain/host.ts';
import { help } from './help.ts';

/** Houses next door that are bundles of their own, loaded when they are asked for. Each gives its exit status. */
export interface Neighbours {
  readonly broker: (args: readonly string[]) => Promise<number>;
  readonly audit: (args: readonly string[]) => Promise<number>;
}

/**
 * The command line. `broker run --config FILE` and `audit verify FILE`.
 * @returns the exit status: 64 for words that it does not know (sysexits.h, EX_USAGE)
 */
export async function runCommandLine(
  words: readonly string[],
  host: Host,
  next: Neighbours,
): Promise<number> {
  const [noun, ...rest] = words;
  if (noun === 'broker' && rest[0] === 'run') return next.broker(rest);
  if (noun === 'audit' && rest[0] === 'verify') return next.audit(rest);
  const asked = noun === '--help' || noun === '-h' || noun === 'help';
  host.print(asked ? help : `ephemeral-creds: these words are not a command.\n\n${help}`);
  return asked ? 0 : 64;
}
