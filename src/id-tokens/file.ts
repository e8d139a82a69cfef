// A file that something else keeps fresh: a projected token of Kubernetes, or what a hook of the CI system wrote.
import { isAbsolute } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import { decodeIdToken } from './decode.ts';
import type { IdTokenSourceFactory } from './id-token-source.ts';

const longest = 64 * 1024;

export const file: IdTokenSourceFactory = (_job, path) => ({
  name: `file:${path}`,
  mints: false,
  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown here is the promise's rejection
  request: async (audience, { host }) => {
    if (!isAbsolute(path))
      throw new CredsError('input-invalid', 'The file that `id-token` names must be an absolute path.');
    const text = host.files.read(path, longest)?.trim() ?? '';
    if (text === '')
      throw new CredsError(
        'input-invalid',
        `The file ${path}, which \`id-token\` names, is not there, or empty.`,
      );
    return decodeIdToken(text, audience, host.clock.now());
  },
});
