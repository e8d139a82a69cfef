// A platform that sets the token as a variable of the job: Bitbucket, CircleCI, and GitLab under another name.
import { CredsError } from '../domain/errors.ts';
import { decodeIdToken } from './decode.ts';
import type { IdTokenSourceFactory } from './id-token-source.ts';

export const environment: IdTokenSourceFactory = (_job, name) => ({
  name: `env:${name}`,
  mints: false,
  variable: name,
  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown here is the promise's rejection
  request: async (audience, { host }) => {
    const text = host.env[name]?.trim() ?? '';
    if (text === '') {
      throw new CredsError('input-invalid', `The variable ${name}, which \`id-token\` names, is not set.`);
    }
    return decodeIdToken(text, audience, host.clock.now());
  },
});
