import type { FileReader } from './file.ts';
import type { WorkTree } from './work-tree.ts';

const mostFiles = 100_000;

/** Folders with other people’s pipelines, or with what tests play with. */
const passedOver = /^(node_modules|vendor|\.git|fixtures?|testdata|__fixtures__)$/;

/** Paths of all files in a folder that are a platform’s, in order. */
export function findFiles(tree: WorkTree, folder: string, readers: readonly FileReader[]): string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let seen = 0; folders.length > 0 && seen < mostFiles;) {
    const at = folders.pop() ?? '';
    for (const { name, folder: isFolder } of tree.list(at)) {
      seen++;
      const path = at === '' || at === '.' ? name : `${at}/${name}`;
      if (isFolder) {
        if (!passedOver.test(name)) folders.push(path);
      } else if (readers.some((reader) => ('owns' in reader ? reader.owns(path) : reader.mayBe(path))))
        found.push(path);
    }
  }
  return found.toSorted();
}
