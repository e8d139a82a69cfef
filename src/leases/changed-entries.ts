import { basename, dirname, join } from 'node:path';
import { fullMatch } from '../domain/pattern.ts';
import { parseStrictJson } from '../protocol/json.ts';
import { readIntent } from './intent-text.ts';
import { entryName, entryPath, longestEntry, type Whereabouts } from './ledger.ts';

/** True when what bears the entry's name is no entry of ours, or the folder is none of ours: another step was there. */
export function isChangedEntry(id: string, where: Whereabouts): boolean {
  return isChangedFolder(where) || isChanged(entryPath(where.job, id), where);
}

/**
 * What bears an entry's name and cannot be read as one, or the folder itself: nobody can say what is owed by it. A file that
 * is not whole is left out: who was killed over writing it had not asked for anything yet.
 * @returns paths
 */
export function changedEntries(where: Whereabouts): readonly string[] {
  const { job, host } = where;
  if (isChangedFolder(where)) return [job.folder];
  const names = host.files.list(job.folder).filter((name) => fullMatch(entryName, name));
  return names.map((name) => join(job.folder, name)).filter((path) => isChanged(path, where));
}

/** A link, or what nothing can lie in. Where there is no folder nothing was changed. */
function isChangedFolder({ job: { folder }, host: { files } }: Whereabouts): boolean {
  if (files.realPath(folder) !== join(files.realPath(dirname(folder)), basename(folder))) return true;
  try {
    files.readPrivate(join(folder, 'none'), 0);
    return false;
  } catch {
    return true;
  }
}

function isChanged(path: string, { host: { files } }: Whereabouts): boolean {
  try {
    const text = files.readPrivate(path, longestEntry);
    if (text === undefined || !isWhole(text)) return false;
    return `${readIntent(text)?.id ?? ''}.json` !== basename(path);
  } catch {
    return true;
  }
}

function isWhole(text: string): boolean {
  try {
    parseStrictJson(text);
    return true;
  } catch {
    return false;
  }
}
