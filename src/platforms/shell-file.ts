import { CredsError } from '../domain/errors.ts';
import type { Files, Host } from '../domain/host.ts';

/** A file that a shell reads, as one command adds to it. */
export interface ShellFile {
  /** @throws CredsError `delivery-failed` when the file is not ours alone, or the disk does not take it */
  add(text: string): void;
  /** Takes what was added out again, and removes the file if nothing else is in it. */
  takeBack(): void;
}

const most = 1024 * 1024;

/** Several commands of one job may add to it, at a time even: each leaves what the others have written. */
export function addToShellFile(path: string, { files }: Host): ShellFile {
  const added: string[] = [];
  return {
    add: (text) => {
      try {
        make(path, files);
        added.push(text);
        files.append(path, text, true);
      } catch (cause) {
        throw new CredsError('delivery-failed', `The file ${path} cannot be written to.`, { cause });
      }
    },
    takeBack: () => {
      if (added.length === 0) return;
      const now = files.readPrivate(path, most) ?? '';
      const rest = added.reduce((left, text) => left.replace(text, () => ''), now);
      if (rest === '') files.erase(path);
      else files.replace(path, rest);
    },
  };
}

/** Of several commands that begin at once, the first makes it, for all. */
function make(path: string, files: Files): void {
  if (files.readPrivate(path, most) !== undefined) return;
  try {
    files.create(path, '');
  } catch (error) {
    if (files.readPrivate(path, most) === undefined) throw error;
  }
}
