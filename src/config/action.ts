import type { Host } from '../domain/host.ts';
import { givenInputs } from './action-inputs.ts';
import type { Config } from './config.ts';
import { readConfig, refuseUnknown } from './reading.ts';
import { refuseWiretaps } from './wiretaps.ts';

/**
 * Reads the inputs of the action.
 * @throws CredsError `input-invalid`, naming the input; nothing has been sent then
 */
export async function configFromAction(host: Host): Promise<Config> {
  refuseWiretaps(host);
  const given = givenInputs(host.env);
  refuseUnknown(Object.keys(given), 'action');
  const config = await readConfig(given, host.files);
  if (config.filesDir !== undefined) {
    const { assertOutsideCheckout } = await import('../platforms/work-tree.ts');
    assertOutsideCheckout(config.filesDir, 'input `files-dir`', host);
  }
  return config;
}
