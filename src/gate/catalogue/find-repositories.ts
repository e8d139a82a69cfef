import { posix } from 'node:path';
import type { WorkTree } from '../files/work-tree.ts';

/** A repository on this machine. */
export interface FoundRepository {
  /** Where it lies, as it was named. */
  readonly path: string;
  /** Host, owner and name of `origin`, or else the name of its folder. */
  readonly name: string;
}

/** Forges’ groups in groups, a folder each. */
const mostLevels = 6;
const mostFolders = 100_000;

/**
 * Repositories at some paths: a path is a checkout, or a folder with checkouts below it, or else a repository without
 * its history. Checkouts in a checkout (submodules) are files of it.
 * @param here the folder from which relative paths count, absolute and with `/`
 */
export function findRepositories(tree: WorkTree, paths: readonly string[], here: string): FoundRepository[] {
  const found = new Set(
    paths.map((path) => posix.normalize(path).replace(/(?<=.)\/$/, '')).flatMap((path) => at(tree, path)),
  );
  const named = [...found].map((path) => ({ path, name: nameOf(tree, path, here) }));
  const counts = Map.groupBy(named, ({ name }) => name);
  // Two checkouts of one repository: both are told, each by where it lies.
  return named.map(({ path, name }) =>
    (counts.get(name)?.length ?? 0) > 1 ? { path, name: `${name} (${path})` } : { path, name },
  );
}

function at(tree: WorkTree, path: string): string[] {
  if (kindOf(tree, path) !== 'folder') return [path];
  const below = checkoutsBelow(tree, path);
  return below.length === 0 ? [path] : below;
}

/** What cannot be looked into may be a repository: reading it says what is wrong. */
function kindOf(tree: WorkTree, path: string): 'checkout' | 'folder' | 'closed' {
  try {
    return tree.list(path).some(({ name }) => name === '.git') ? 'checkout' : 'folder';
  } catch {
    return 'closed';
  }
}

function checkoutsBelow(tree: WorkTree, path: string): string[] {
  const found: string[] = [];
  let level = [path];
  let seen = 0;
  for (let depth = 0; depth < mostLevels && seen < mostFolders; depth++) {
    const folders = level.flatMap((above) => foldersIn(tree, above));
    seen += folders.length;
    const open = folders.filter((folder) => kindOf(tree, folder) === 'folder');
    const inner = new Set(open);
    found.push(...folders.filter((folder) => !inner.has(folder)));
    level = open;
  }
  return found.toSorted();
}

function foldersIn(tree: WorkTree, path: string): string[] {
  return tree
    .list(path)
    .flatMap(({ name, folder }) => (folder && name !== 'node_modules' ? [posix.join(path, name)] : []));
}

const mostConfigBytes = 256 * 1024;

function nameOf(tree: WorkTree, path: string, here: string): string {
  let config: string | undefined;
  try {
    config = tree.read(posix.join(path, '.git/config'), mostConfigBytes, path);
  } catch {
    // Whatever it is, it is no file that git has written.
  }
  return originOf(config ?? '') ?? posix.basename(posix.resolve(here, path));
}

/** https://git-scm.com/docs/git-config#_configuration_file, as far as git writes it by itself. */
function originOf(config: string): string | undefined {
  let inOrigin = false;
  for (const line of config.split('\n')) {
    if (/^\s*\[/.test(line)) inOrigin = /^\s*\[remote "origin"\]\s*$/.test(line);
    const [, url] = (inOrigin ? /^\s*url\s*=\s*(\S+)\s*$/.exec(line) : undefined) ?? [];
    if (url !== undefined) return remoteName(url);
  }
  return undefined;
}

/** `host/owner/name` of a remote’s URL, and nothing else of it: a token may stand in it. */
function remoteName(url: string): string | undefined {
  const [, scheme, rest = ''] = /^(?:(https?|ssh|git|git\+ssh):\/\/)?(.*)$/.exec(url) ?? [];
  const bare = rest.slice(rest.lastIndexOf('@') + 1).replace(/[?#].*$/, '');
  const place = scheme === undefined ? /^([\w.-]+):(?!\/\/)(.+)$/ : /^([\w.-]+(?::\d+)?)\/(.+)$/;
  const [, host, path] = place.exec(bare) ?? [];
  if (host === undefined || path === undefined) return undefined;
  const name = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  return name === '' ? undefined : `${host.toLowerCase()}/${name}`;
}
