import { codes, type CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Command, Scene } from './commands/command.ts';
import { say } from './say.ts';
import { inOptions } from './wording.ts';

interface Circumstances {
  readonly command: Command;
  readonly fromFile: ReadonlySet<string>;
  readonly json: boolean;
}

/** What went wrong, what to change, whom to show what: to standard error, and as JSON to standard output. */
export function tellFailure(
  error: CredsError,
  { command, fromFile, json }: Circumstances,
  { host }: Pick<Scene, 'host'>,
): void {
  const { code, page, requestId } = error;
  const message = inOptions(error.message, fromFile);
  const hint =
    error.hint === codes['input-invalid'].hint
      ? `Correct it; \`ephemeral-creds ${command.name} --help\` lists the options.`
      : inOptions(error.hint, fromFile);
  const id = requestId === undefined ? '' : ` Request id: ${requestId}.`;
  const name = showsColours(host) ? '\u001b[31mephemeral-creds:\u001b[0m' : 'ephemeral-creds:';
  say(host.printError, `${name} ${message}${id}\n${hint}\n[${code}] ${page}\n`);
  if (!json) return;
  const told = { code, message, hint, ...(requestId === undefined ? {} : { requestId }) };
  say(host.print, `${JSON.stringify({ error: told }, undefined, 2)}\n`);
}

/** https://no-color.org; nothing is told by a colour alone. */
function showsColours({ terminal, env }: Host): boolean {
  return terminal.stderr && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
