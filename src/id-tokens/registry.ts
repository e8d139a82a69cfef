import { CredsError } from '../domain/errors.ts';
import type { Job } from '../domain/job.ts';
import { githubRequest } from './github-request.ts';
import type { IdTokenSource, IdTokenSourceFactory } from './id-token-source.ts';

/** By the word before the colon of the option `id-token`. A job loads one. */
export const idTokenSources: Readonly<
  Record<string, () => IdTokenSourceFactory | Promise<IdTokenSourceFactory>>
> = {
  'github-request': () => githubRequest,
  'gitlab-variable': async () => (await import('./gitlab-variable.ts')).gitlabVariable,
  env: async () => (await import('./environment.ts')).environment,
  file: async () => (await import('./file.ts')).file,
};

/** What `id-token: auto` means on each platform. */
const platformSources: Readonly<Record<string, string>> = {
  'github-actions': 'github-request',
  'gitlab-ci': 'gitlab-variable',
};

/**
 * @param choice the option `id-token`: `auto`, `env:NAME` or `file:PATH`
 * @throws CredsError `input-invalid` where it names none, or the platform has none of its own
 */
export async function findIdTokenSource(choice: string, job: Job): Promise<IdTokenSource> {
  if (choice === 'auto' && !Object.hasOwn(platformSources, job.platform))
    throw new CredsError('input-invalid', 'This platform has no ID token that is known here.', {
      hint: 'Say where it lies: `id-token` takes `env:NAME` (a variable) or `file:/absolute/path`.',
    });
  const [word = '', ...name] = (platformSources[choice === 'auto' ? job.platform : ''] ?? choice).split(':');
  const load = Object.hasOwn(idTokenSources, word) ? idTokenSources[word] : undefined;
  if (load === undefined)
    throw new CredsError('input-invalid', 'The input `id-token` names no known source.');
  return (await load())(job, name.join(':'));
}
