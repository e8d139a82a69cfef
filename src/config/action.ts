import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Config } from './config.ts';
import { readConfig, refuseUnknown } from './reading.ts';

/**
 * Reads the inputs of the action as the runner passes them: INPUT_<NAME>, in upper case, dashes kept (GitHub Docs,
 * Metadata syntax, `inputs`).
 * @throws CredsError `input-invalid`, naming the input; nothing has been sent then
 */
export async function configFromAction(host: Host): Promise<Config> {
  refuseWiretaps(host);
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(host.env)) {
    if (name.startsWith('INPUT_') && value !== undefined)
      given[name.slice('INPUT_'.length).toLowerCase()] = value;
  }
  refuseUnknown(Object.keys(given), 'action');
  return readConfig(given, host.files);
}

/** Node itself would print headers and bodies, tokens included, or write them to a report. */
function refuseWiretaps({ env }: Host): void {
  const debug = env['NODE_DEBUG'] ?? '';
  if (/http|tls|net|stream|tunnel/i.test(debug)) {
    throw new CredsError(
      'input-invalid',
      'NODE_DEBUG would print tokens to the log: unset it for this step.',
    );
  }
  if (/--(?:report|inspect|heap-prof|heapsnapshot|diagnostic-dir)/.test(env['NODE_OPTIONS'] ?? '')) {
    throw new CredsError(
      'input-invalid',
      'NODE_OPTIONS would write or expose memory with tokens: unset it for this step.',
    );
  }
}
