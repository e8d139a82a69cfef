import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';

/**
 * Node itself would print headers and bodies, tokens included, or the environment of a command that is started, or
 * write them to a report.
 * @throws CredsError `input-invalid`
 */
export function refuseWiretaps({ env }: Pick<Host, 'env'>): void {
  const debug = env['NODE_DEBUG'] ?? '';
  if (/http|tls|net|stream|tunnel|child_process|\*/i.test(debug)) {
    throw new CredsError('input-invalid', 'NODE_DEBUG would print tokens to the log: unset it here.');
  }
  // As Node reads it: quotes and backslashes go, and `_` is as good as `-`.
  const options = (env['NODE_OPTIONS'] ?? '').replace(/["\\]/g, '').replaceAll('_', '-');
  if (/--(?:report|inspect|heap-prof|heapsnapshot|diagnostic-dir|tls-keylog|trace-tls)/.test(options)) {
    throw new CredsError(
      'input-invalid',
      'NODE_OPTIONS would write or expose memory with tokens: unset it here.',
    );
  }
}
