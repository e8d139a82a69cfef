import type { Host } from '../domain/host.ts';
import type { Config } from './config.ts';
import { readConfig, refuseUnknown } from './reading.ts';
import { refuseWiretaps } from './wiretaps.ts';

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
  if (config.filesDir !== undefined) {
    const { assertOutsideCheckout } = await import('../platforms/work-tree.ts');
    assertOutsideCheckout(config.filesDir, 'input `files-dir`', host);
  }
  return config;
}
