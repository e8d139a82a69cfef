import { sourceOf, type Source } from './source.ts';
import { readYamlTree, type Tree } from './yaml-tree.ts';

/** JSON is YAML but for tabs. Undefined for what is none. */
export function readJsonTree({ path, text }: Source): Tree | undefined {
  const yaml = readYamlTree(sourceOf(path, text.replaceAll('\t', ' ')));
  return 'problem' in yaml ? undefined : yaml.documents[0];
}
