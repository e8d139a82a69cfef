import { CredsError } from '../../domain/errors.ts';
import type { FileReader } from './file.ts';
import type { WorkTree } from './work-tree.ts';

/** A tree that is larger is searched in parts; a search that ends before its end would call the rest sound. */
const mostFiles = 1_000_000;

/** Folders with other people’s pipelines, or with what tests play with. */
const passedOver = /^(node_modules|vendor|\.git|fixtures?|testdata|__fixtures__)$/;

/**
 * Paths of all files in a folder that are a platform’s, in order.
 * @throws CredsError when there is more below it than can be gone through
 */
export function findFiles(tree: WorkTree, folder: string, readers: readonly FileReader[]): string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let seen = 0; folders.length > 0;) {
    if (seen >= mostFiles) throw tooMany(folder);
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

function tooMany(folder: string): CredsError {
  return new CredsError(
    'input-invalid',
    `There are more than ${mostFiles.toLocaleString('en')} files and folders below ${folder}, so that not all of them were looked at.`,
    { hint: 'Name the folders and files that hold pipelines: .github, .gitlab-ci.yml, deploy.' },
  );
}
