import { isAbsolute } from 'node:path';
import type { Files } from '../domain/host.ts';
import type { Config } from './config.ts';

/**
 * Looks at the files of a client certificate before anything is sent: the provider reads them only once it has an ID token.
 * What is no path the provider refuses.
 * @throws CredsError `input-invalid`
 */
export async function assertIdentity(
  { provider, params }: Pick<Config, 'provider' | 'params'>,
  files: Files,
): Promise<void> {
  const { 'client-certificate': certificate, 'client-key': key } = params;
  if (provider !== 'vault' || !isPath(certificate) || !isPath(key)) return;
  const { readIdentity } = await import('../protocol/client-identity.ts');
  readIdentity({ certificate, key }, files);
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && isAbsolute(value);
}
