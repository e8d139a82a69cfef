import { dirname, isAbsolute, join, relative } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';

/** Where platforms say that they have checked out to. */
const checkouts = ['CI_PROJECT_DIR', 'GITHUB_WORKSPACE'];

/**
 * A place for our files that was chosen by hand. What lies in a checkout ends in artifacts, images, caches and
 * commits, whichever links lead there.
 * @param what how to call it in the error
 * @throws CredsError `input-invalid` unless it is absolute and outside every checkout
 */
export function assertOutsideCheckout(path: string, what: string, { env, files }: Host): void {
  if (!isAbsolute(path)) throw new CredsError('input-invalid', `The ${what} must be an absolute path.`);
  const place = files.realPath(path);
  const roots = checkouts.map((name) => env[name] ?? '').filter((root) => root !== '');
  const inside =
    roots.length === 0
      ? isBelowGit(place, files)
      : roots.some((root) => isBelow(place, files.realPath(root)));
  if (inside) throw new CredsError('input-invalid', `The ${what} must lie outside the checkout.`);
}

function isBelow(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

/** True below a folder that Git knows: its own folder is there, or the file that leads to it. */
function isBelowGit(path: string, files: Host['files']): boolean {
  const marks = [join(path, '.git', 'HEAD'), join(path, '.git')];
  if (marks.some((mark) => files.size(mark) !== undefined)) return true;
  return dirname(path) !== path && isBelowGit(dirname(path), files);
}
