import type { FileReader, PipelineFile, UnreadableFile } from './file.ts';
import { sourceOf } from './source.ts';
import type { WorkTree } from './work-tree.ts';
import { readYamlTree, type Tree } from './yaml-tree.ts';

/** A pipeline file is a page or two; GitHub and GitLab refuse what is larger. */
const mostBytes = 1024 * 1024;
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
      } else if (readers.some((reader) => reader.owns(path))) found.push(path);
    }
  }
  return found.toSorted();
}

export type ReadFile = PipelineFile | UnreadableFile;

/**
 * Reads a file as the platform’s whose place it has, or else whose form it has.
 * @param path undefined is given back where there is no such file, or it is no platform’s
 */
export function readPipeline(
  tree: WorkTree,
  path: string,
  readers: readonly FileReader[],
): ReadFile | undefined {
  let text: string | undefined;
  try {
    text = tree.read(path, mostBytes);
  } catch {
    return {
      source: sourceOf(path, ''),
      problem: 'it is longer than a mebibyte',
      span: { start: 0, end: 0 },
    };
  }
  return text === undefined ? undefined : readText(path, text, readers);
}

/** The same for a text that is at hand. Never throws. */
export function readText(path: string, text: string, readers: readonly FileReader[]): ReadFile {
  const source = sourceOf(path, text);
  const yaml = readYamlTree(source);
  if ('problem' in yaml)
    return { source, problem: yaml.problem, span: { start: yaml.offset, end: yaml.offset } };
  const nothing = { start: 0, end: 0 };
  const reader = readerOf(path, yaml.documents, readers);
  if (reader === undefined)
    return { source, problem: 'it is no pipeline of a platform known here', span: nothing };
  if (!yaml.documents.some(({ kind }) => kind === 'branch') && !isEmpty(yaml.documents))
    return { source, problem: 'it is no map of keys', span: nothing };
  try {
    return reader.read(source, yaml.documents);
  } catch (error) {
    const problem = error instanceof RangeError ? 'it is nested too deep' : 'the gate has a defect here';
    return { source, problem, span: nothing };
  }
}

function readerOf(
  path: string,
  documents: readonly Tree[],
  readers: readonly FileReader[],
): FileReader | undefined {
  return (
    readers.find((each) => each.owns(path)) ??
    readers.find((each) => documents.some((document) => each.resembles(document)))
  );
}

function isEmpty(documents: readonly Tree[]): boolean {
  return documents.every((each) => each.kind === 'leaf' && each.text.value === '');
}
