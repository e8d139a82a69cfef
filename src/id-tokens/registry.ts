import { CredsError } from '../domain/errors.ts';
import type { Job } from '../domain/job.ts';
import { environment } from './environment.ts';
import { githubRequest } from './github-request.ts';
import type { IdTokenSource, IdTokenSourceFactory } from './id-token-source.ts';

/** By the word before the colon of the option `id-token`. */
export const idTokenSources: Readonly<Record<string, IdTokenSourceFactory>> = {
  'github-request': githubRequest,
  env: environment,
};

/** What `id-token: auto` means on each platform. */
const platformSources: Readonly<Record<string, string>> = { 'github-actions': 'github-request' };

/** @param choice the option `id-token`: `auto` or `env:NAME` */
export function findIdTokenSource(choice: string, job: Job): IdTokenSource {
  const [word = '', name = ''] = choice === 'auto' ? [platformSources[job.platform]] : choice.split(':');
  const make = Object.hasOwn(idTokenSources, word) ? idTokenSources[word] : undefined;
  if (make === undefined)
    throw new CredsError('input-invalid', 'The input `id-token` names no known source.');
  return make(job, name);
}
