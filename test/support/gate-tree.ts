import type { WorkTree } from '../../src/gate/files/work-tree.ts';

/** A fake of a work tree: texts by path. */
export function gateTree(files: Readonly<Record<string, string>>): WorkTree {
  const paths = Object.keys(files);
  const inside = (folder: string): string[] =>
    folder === '' || folder === '.' ? paths : paths.filter((path) => path.startsWith(`${folder}/`));
  return {
    isFolder: (path) => !Object.hasOwn(files, path) && inside(path).length > 0,
    list: (folder) => {
      const below = folder === '' || folder === '.' ? 0 : folder.length + 1;
      const names = inside(folder).map((path) => path.slice(below).split('/'));
      const seen = new Map(names.map(([name = '', ...rest]) => [name, rest.length > 0]));
      return [...seen].map(([name, isFolder]) => ({ name, folder: isFolder }));
    },
    read: (path, maxBytes) => {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if ((text?.length ?? 0) > maxBytes) throw new Error('too long');
      return text;
    },
  };
}
