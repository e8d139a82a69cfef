// A platform that sets the token as a variable of the job: GitLab `id_tokens`, Bitbucket, CircleCI.
import { CredsError } from '../domain/errors.ts';
import { decodeIdToken } from './decode.ts';
import type { IdTokenSourceFactory } from './id-token-source.ts';

export const environment: IdTokenSourceFactory = (_job, name) => ({
  name: `env:${name}`,
  mints: false,
  request: (audience, { host }) => {
    const text = host.env[name]?.trim() ?? '';
    if (text === '') {
      const problem = `The variable ${name}, which \`id-token\` names, is not set.`;
      return Promise.reject(new CredsError('input-invalid', problem));
    }
    try {
      return Promise.resolve(decodeIdToken(text, audience, host.clock.now()));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  },
});
