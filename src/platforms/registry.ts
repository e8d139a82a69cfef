import type { Host } from '../domain/host.ts';
import { githubActions } from './github-actions.ts';
import type { Platform } from './platform.ts';

/** In the order in which they are asked; the last is there for every other place. A job loads one. */
export const platforms: readonly (() => Platform | Promise<Platform>)[] = [
  () => githubActions,
  async () => (await import('./gitlab-ci.ts')).gitlabCi,
  async () => (await import('./posix.ts')).posix,
];

/** The platform that runs us. */
export async function findPlatform(env: Host['env']): Promise<Platform> {
  for (const load of platforms.slice(0, -1)) {
    const platform = await load();
    if (platform.detect(env)) return platform;
  }
  return (await import('./posix.ts')).posix;
}
