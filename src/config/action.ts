import { isAbsolute, relative } from 'node:path';
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
  // Built from entries, so that even a name like `__proto__` is one that can be refused.
  const given = Object.fromEntries(
    Object.entries(host.env)
      .filter(([name]) => name.startsWith('INPUT_'))
      .map(([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value]),
  );
  refuseUnknown(Object.keys(given), 'action');
  const config = await readConfig(given, host.files);
  refuseCheckout(config, host);
  return config;
}

/** What lies in the checkout ends in images, caches and commits. */
function refuseCheckout({ filesDir }: Config, { env }: Host): void {
  const checkout = env['GITHUB_WORKSPACE'] ?? '';
  if (filesDir === undefined || checkout === '') return;
  const way = relative(checkout, filesDir);
  if (way === '..' || way.startsWith('../') || isAbsolute(way)) return;
  throw new CredsError('input-invalid', 'The input `files-dir` must lie outside the checkout.');
}

/** Node itself would print headers and bodies, tokens included, or write them to a report. */
function refuseWiretaps({ env }: Host): void {
  const debug = env['NODE_DEBUG'] ?? '';
  if (/http|tls|net|stream|tunnel|\*/i.test(debug)) {
    throw new CredsError(
      'input-invalid',
      'NODE_DEBUG would print tokens to the log: unset it for this step.',
    );
  }
  const options = env['NODE_OPTIONS'] ?? '';
  if (/--(?:report|inspect|heap-prof|heapsnapshot|diagnostic-dir|tls-keylog|trace-tls)/.test(options)) {
    throw new CredsError(
      'input-invalid',
      'NODE_OPTIONS would write or expose memory with tokens: unset it for this step.',
    );
  }
}
