import { closeSync, fstatSync, openSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { sep } from 'node:path';
import type { WorkTree } from '../gate/files/work-tree.ts';

/** The real files, read only. */
export const workTree: WorkTree = {
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  list: (folder) => {
    try {
      return listed(folder);
    } catch {
      return [];
    }
  },
  read: (path, maxBytes, root) => {
    const file = root === undefined ? path : inside(root, path);
    if (file === undefined || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    const descriptor = openSync(file, 'r');
    try {
      if (fstatSync(descriptor).size > maxBytes) throw new Error('too long');
      return readFileSync(descriptor, 'utf8');
    } finally {
      closeSync(descriptor);
    }
  },
};

/** The same, and a folder that is there and cannot be listed is an error: whoever counts must not count less. */
export const wholeWorkTree: WorkTree = {
  ...workTree,
  list: (folder) => {
    try {
      return listed(folder);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  },
};

function listed(folder: string): ReturnType<WorkTree['list']> {
  return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() || entry.isFile() ? [{ name: entry.name, folder: entry.isDirectory() }] : [],
  );
}

/** Where a path leads to; undefined where that is outside of a folder. */
function inside(root: string, path: string): string | undefined {
  try {
    const [folder, file] = [realpathSync(root === '' ? '.' : root), realpathSync(path)];
    return file.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`) ? file : undefined;
  } catch {
    return undefined;
  }
}
