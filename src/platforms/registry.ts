import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import { githubActions } from './github-actions.ts';
import type { Platform } from './platform.ts';

export const platforms: readonly Platform[] = [githubActions];

/** The platform that runs us. */
export function findPlatform(env: Host['env']): Platform {
  const found = platforms.find((platform) => platform.detect(env));
  if (found === undefined) {
    throw new CredsError(
      'input-invalid',
      'This is not a CI system that is known here (GITHUB_ACTIONS is not `true`).',
    );
  }
  return found;
}
