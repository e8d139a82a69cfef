import { basename, dirname } from 'node:path';
import type { Host } from '../domain/host.ts';
import type { Intent } from '../domain/intent.ts';

/** Removes the folder that a delivered file lay in, and those above up to the entry's own, where nothing is left in them. */
export function removeEmptyFolders(folder: string, { id }: Pick<Intent, 'id'>, host: Host): void {
  host.files.removeIfEmpty(folder);
  if (basename(dirname(folder)) === id) host.files.removeIfEmpty(dirname(folder));
}
