import type { FileReader, PipelineFile, PipelineReader, UnreadableFile, UntracedFile } from './file.ts';
import { sourceOf, type Source } from './source.ts';
import { readYamlTree, type Tree } from './yaml-tree.ts';

export type ReadFile = PipelineFile | UnreadableFile;

/** What a text is: a pipeline whose values are to be followed yet, or something that is read already. */
export type ParsedText =
  { readonly file: UntracedFile; readonly reader: PipelineReader } | { readonly done: ReadFile };

/**
 * Reads a text as what its place says that it is, or else its form. Never throws.
 * @param found it was looked for by its name alone
 * @returns undefined for one that was found and is none of the kinds known here
 */
export function parseText(
  path: string,
  text: string,
  readers: readonly FileReader[],
  found = false,
): ParsedText | undefined {
  const source = sourceOf(path, text);
  try {
    return parsed(source, readers, found);
  } catch (error) {
    return { done: defect(source, error) };
  }
}

/** The same for a text that stands alone, with its values followed. */
export function readText(path: string, text: string, readers: readonly FileReader[]): ReadFile {
  const parsedText = parseText(path, text, readers);
  if (parsedText === undefined) return unreadable(sourceOf(path, text), unknownKind);
  return 'done' in parsedText ? parsedText.done : traced(parsedText.file, parsedText.reader, []);
}

/** Follows a file’s values. Never throws. @param beside see `PipelineReader` */
export function traced(
  file: UntracedFile,
  reader: PipelineReader,
  beside: readonly UntracedFile[],
): ReadFile {
  try {
    return { ...file, ...reader.trace(file, beside) };
  } catch (error) {
    return defect(file.source, error);
  }
}

const unknownKind = 'it is no pipeline of a platform known here';

function parsed(source: Source, readers: readonly FileReader[], found: boolean): ParsedText | undefined {
  const pipelines = readers.filter((each) => 'owns' in each);
  const owner = pipelines.find((each) => each.owns(source.path));
  if (owner === undefined) {
    const done = readers
      .filter((each) => 'mayBe' in each)
      .filter((each) => each.mayBe(source.path))
      .map((each) => each.read(source))
      .find((each) => each !== undefined);
    if (done !== undefined) return { done };
    if (found) return undefined;
  }
  return parsedPipeline(source, owner, pipelines);
}

function parsedPipeline(
  source: Source,
  owner: PipelineReader | undefined,
  readers: readonly PipelineReader[],
): ParsedText {
  const yaml = readYamlTree(source);
  if ('problem' in yaml) return { done: unreadable(source, yaml.problem, yaml.offset) };
  const { documents } = yaml;
  const reader = owner ?? readers.find((each) => documents.some((document) => each.resembles(document)));
  if (reader === undefined) return { done: unreadable(source, unknownKind) };
  if (!documents.some(({ kind }) => kind === 'branch') && !isEmpty(documents))
    return { done: unreadable(source, 'it is no map of keys') };
  return { file: reader.read(source, documents), reader };
}

function isEmpty(documents: readonly Tree[]): boolean {
  return documents.every((each) => each.kind === 'leaf' && each.text.value === '');
}

export function unreadable(source: Source, problem: string, offset = 0): UnreadableFile {
  return { source, problem, span: { start: offset, end: offset } };
}

function defect(source: Source, error: unknown): UnreadableFile {
  return unreadable(
    source,
    error instanceof RangeError ? 'it is nested too deep' : 'the gate has a defect here',
  );
}
