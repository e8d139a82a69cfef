import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import { assertOutsideCheckout } from '../platforms/work-tree.ts';
import type { Config } from './config.ts';
import { readConfig, type Given } from './reading.ts';
import { refuseWiretaps } from './wiretaps.ts';

/**
 * Checks what was said on the command line. Only what was written there counts: no environment variable sets an
 * option, so that nobody who may set variables of a pipeline outranks who wrote the job.
 * @throws CredsError `input-invalid`, naming the option; nothing has been sent then
 */
export async function configFromWords(given: Given, host: Host): Promise<Config> {
  refuseWiretaps(host);
  const config = await readConfig(given, host.files);
  if (config.exports.some(({ exporter }) => exporter === 'outputs'))
    throw new CredsError(
      'input-invalid',
      'The input `export` names `outputs`: only steps of GitHub Actions have outputs, and a credential is never printed.',
    );
  if (config.filesDir !== undefined) assertOutsideCheckout(config.filesDir, 'input `files-dir`', host);
  return config;
}
