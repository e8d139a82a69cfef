import { basename, dirname, join } from 'node:path';
import type { Intent } from '../domain/intent.ts';
import type { Whereabouts } from '../leases/ledger.ts';

/**
 * Removes the files that were delivered, and their folder. What others have put there stays, and so does what lies where
 * another step has put a link in the folder's place. Never throws.
 * @returns paths of files that another step has changed since
 */
export function removeFiles({ files, sizes = {} }: Intent, where: Whereabouts): readonly string[] {
  const folders = [...new Set(files.map((path) => dirname(path)))];
  const linked = folders.filter((folder) => isLinked(folder, where));
  const mine = files.filter((path) => !linked.includes(dirname(path)));
  const changed = mine.filter((path) => {
    const size = where.host.files.size(path);
    return size !== undefined && sizes[path] !== undefined && size !== sizes[path];
  });
  for (const path of mine) erase(path, where);
  for (const folder of linked)
    where.job.tell('warning', `The folder ${folder} is a link now; what it leads to is left as it is.`);
  for (const folder of folders.filter((each) => !linked.includes(each))) leave(folder, where);
  return changed;
}

function isLinked(folder: string, { host: { files } }: Whereabouts): boolean {
  return files.realPath(folder) !== join(files.realPath(dirname(folder)), basename(folder));
}

function erase(path: string, { job, host }: Whereabouts): void {
  try {
    host.files.erase(path);
  } catch {
    job.tell('warning', `The file ${path} could not be removed.`);
  }
}

function leave(folder: string, { job, host }: Whereabouts): void {
  host.files.removeIfEmpty(folder);
  if (host.files.list(folder).length > 0)
    job.tell('info', `Files of other steps in ${folder} are left as they are.`);
}
