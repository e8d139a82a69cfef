import { closeSync, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { WorkTree } from '../gate/files/work-tree.ts';

/** The real files, read only. */
export const workTree: WorkTree = {
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  list: (folder) => {
    try {
      return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() || entry.isFile() ? [{ name: entry.name, folder: entry.isDirectory() }] : [],
      );
    } catch {
      return [];
    }
  },
  read: (path, maxBytes) => {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    const descriptor = openSync(path, 'r');
    try {
      if (fstatSync(descriptor).size > maxBytes) throw new Error('too long');
      return readFileSync(descriptor, 'utf8');
    } finally {
      closeSync(descriptor);
    }
  },
};
