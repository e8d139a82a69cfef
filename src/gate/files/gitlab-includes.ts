import type { Include, UntracedFile } from './file.ts';
import { below, rootOf } from './repository-path.ts';
import type { WorkTree } from './work-tree.ts';

/** As many as GitLab takes; and those of all pipelines. https://docs.gitlab.com/ci/yaml/includes/ */
const mostOfOne = 150;
const mostOfAll = 2000;

/** Files that GitLab makes one pipeline of. */
export interface Included {
  /** Each file with what it takes in looked for. */
  readonly files: readonly UntracedFile[];
  /** Those that are one pipeline with a file, without itself. */
  readonly beside: (path: string) => readonly UntracedFile[];
}

/**
 * Reads what pipelines take in of their own repository, over however many files.
 * @param parse reads a file as GitLab’s; undefined where there is none
 */
export function withIncluded(
  files: readonly UntracedFile[],
  tree: WorkTree,
  parse: (path: string, root: string) => UntracedFile | 'unreadable' | undefined,
): Included {
  const known = new Map(files.map((file) => [file.source.path, file]));
  const roots = new Map(files.map(({ source: { path } }) => [path, rootOf(path)]));
  const linked = new Map<string, Set<string>>();
  const link = (one: string, other: string): void => {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const)
      linked.set(from, (linked.get(from) ?? new Set()).add(to));
  };
  const take = (path: string, root: string): boolean => {
    if (known.has(path)) return true;
    if (known.size > mostOfAll) return false;
    const file = parse(path, root);
    if (file === undefined || file === 'unreadable') return file === 'unreadable';
    known.set(path, file);
    roots.set(path, root);
    return true;
  };
  // A map is walked through to what was added meanwhile.
  for (const [path, file] of known) {
    const root = roots.get(path) ?? '';
    const includes = file.includes.map((include, index): Include => {
      if (include.how !== 'local') return include;
      if (index >= mostOfOne) return { ...include, how: 'unresolvable' };
      const found = pathsOf(include.name, root, tree).filter((each) => take(each, root));
      for (const each of found) link(path, each);
      return found.length > 0 ? include : { ...include, how: 'missing' };
    });
    known.set(path, { ...file, includes });
  }
  return { files: [...known.values()], beside: (path) => component(path, linked, known) };
}

function component(
  path: string,
  linked: ReadonlyMap<string, ReadonlySet<string>>,
  known: ReadonlyMap<string, UntracedFile>,
): UntracedFile[] {
  const all = new Set([path]);
  for (const each of all) for (const next of linked.get(each) ?? []) if (all.size <= mostOfOne) all.add(next);
  all.delete(path);
  return [...all].flatMap((each) => known.get(each) ?? []);
}

/** `*` is a part of a name, `**` any folders. */
function pathsOf(name: string, root: string, tree: WorkTree): string[] {
  if (!name.includes('*')) {
    const path = below(root, name);
    return path === undefined ? [] : [path];
  }
  if (name.split(/\*+/).length > mostStars) return [];
  const folder = below(root, name.slice(0, name.indexOf('*')).replace(/[^/]*$/, '') || '/');
  const pattern = patternOf(below(root, name) ?? '');
  return filesBelow(folder ?? root, tree).filter((each) => pattern.test(each));
}

function patternOf(name: string): RegExp {
  const pieces = name.split(/(\*\*\/?|\*)/).map((piece) => {
    if (piece === '*') return '[^/]*';
    return piece.startsWith('**') ? '.*' : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${pieces.join('')}$`);
}

const mostSeen = 5000;
/** Each could begin anywhere: with many of them a match takes for ever. */
const mostStars = 6;

function filesBelow(folder: string, tree: WorkTree): string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let seen = 0; folders.length > 0 && seen < mostSeen;) {
    const at = folders.shift() ?? '';
    for (const { name, folder: isFolder } of tree.list(at)) {
      seen++;
      const path = at === '' ? name : `${at}/${name}`;
      if (isFolder && name !== '.git') folders.push(path);
      else if (/\.ya?ml$/.test(name)) found.push(path);
    }
  }
  return found.toSorted();
}
