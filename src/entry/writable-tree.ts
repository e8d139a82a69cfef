import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { WritableTree } from '../gate/files/writable-tree.ts';
import { workTree } from './work-tree.ts';

/** The real files. */
export const writableTree: WritableTree = {
  ...workTree,
  whyNot,
  replace: (path, before, after) => {
    const mode = fs.lstatSync(path).mode & 0o777;
    const draft = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}`);
    try {
      write(draft, after, mode);
      const why = whyNot(path, before);
      if (why !== undefined) throw new Error(why);
      fs.renameSync(draft, path);
    } finally {
      fs.rmSync(draft, { force: true });
    }
  },
  create: (path, text) => {
    fs.mkdirSync(dirname(path), { recursive: true });
    write(path, text, 0o644);
  },
};

/** Octets are compared: what is no UTF-8 would be lost in the text. */
function whyNot(path: string, before: string): string | undefined {
  const found = fs.lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() === true) return 'it is a link';
  if (found?.isFile() !== true) return 'it is gone';
  if (found.nlink > 1) return 'it has several names (hard links)';
  return fs.readFileSync(path).equals(Buffer.from(before))
    ? undefined
    : 'it has changed meanwhile, or is no UTF-8';
}

function write(path: string, text: string, mode: number): void {
  const descriptor = fs.openSync(path, 'wx', mode);
  try {
    fs.writeFileSync(descriptor, text);
    fs.fchmodSync(descriptor, mode);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
