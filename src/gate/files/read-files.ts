import { CredsError } from '../../domain/errors.ts';
import { calledScripts, type StartedScript } from './called-scripts.ts';
import type { FileReader, Job, PipelineReader, UntracedFile } from './file.ts';
import { withContents } from './copied-files.ts';
import { findFiles } from './find-files.ts';
import { withIncluded } from './gitlab-includes.ts';
import { withLocalCalls } from './local-calls.ts';
import { parseText, traced, unreadable, type ParsedText, type ReadFile } from './read-text.ts';
import { sourceOf } from './source.ts';
import type { WorkTree } from './work-tree.ts';

/** A pipeline file is a page or two; GitHub and GitLab refuse what is larger. */
const mostBytes = 1024 * 1024;

/** What is to be read. */
export interface Asked {
  readonly path: string;
  /** It was looked for, by its name alone: where it turns out to be something else, nothing is said. */
  readonly found: boolean;
}

/** A file that is named is read whatever it is called; in a folder, those that a reader knows by their names. */
export function filesAt(tree: WorkTree, path: string, readers: readonly FileReader[]): Asked[] {
  if (!tree.isFolder(path)) return [{ path, found: false }];
  return findFiles(tree, path, readers).map((each) => ({ path: each, found: true }));
}

/**
 * Reads files, and what they take in or start that lies in their repository: GitLab’s local includes, scripts, make
 * targets.
 * @throws CredsError when there is no file at a path that somebody named
 */
export function readFiles(
  asked: readonly Asked[],
  tree: WorkTree,
  readers: readonly FileReader[],
): ReadFile[] {
  const paths = new Map(asked.toReversed().map(({ path, found }) => [path, found]));
  const parsed = [...paths].flatMap(([path, found]) => parse(path, { tree, readers, found }) ?? []);
  const done = parsed.flatMap((each) => ('done' in each ? [told(each.done, tree)] : []));
  const readerOf = new Map(
    parsed.flatMap((each) => ('done' in each ? [] : [[each.file.platform, each.reader] as const])),
  );
  const { files, beside } = withIncluded(
    parsed.flatMap((each) => ('done' in each ? [] : [each.file])),
    tree,
    (path, root) => {
      const each = parse(path, { tree, readers: readers.filter(isGitlab).map(anywhere), found: true, root });
      if (each === undefined) return undefined;
      if (!('done' in each)) return each.file;
      done.push(each.done);
      return 'unreadable';
    },
  );
  const calling = withLocalCalls(files, (path, root) => {
    const each = parse(path, { tree, readers: readers.filter(isPipeline), found: true, root });
    return each === undefined || 'done' in each ? undefined : each.file;
  });
  const scripts = scriptFiles(calledScripts(calling, tree));
  const all = [
    ...calling.map((file) => ({ file, around: beside(file.source.path) })),
    ...scripts.map(({ file, callers }) => ({
      file,
      around: callers.flatMap((each) => [each, ...beside(each.source.path)]),
    })),
  ];
  const followed = all.flatMap(({ file, around }) => {
    const reader = readerOf.get(file.platform);
    return reader === undefined ? [] : [traced(file, reader, [...new Set(around)])];
  });
  return inOrder([...done, ...followed]);
}

interface Where {
  readonly tree: WorkTree;
  readonly readers: readonly FileReader[];
  readonly found: boolean;
  /** See `WorkTree`. */
  readonly root?: string;
}

function parse(path: string, { tree, readers, found, root }: Where): ParsedText | undefined {
  let text: string | undefined;
  try {
    text = tree.read(path, mostBytes, root);
  } catch {
    const isPipeline = readers.some((each) => 'owns' in each && each.owns(path));
    if (found && !isPipeline) return undefined;
    return { done: unreadable(sourceOf(path, ''), 'it is longer than a mebibyte') };
  }
  if (text !== undefined) return parseText(path, text, readers, found);
  if (found) return undefined;
  throw new CredsError('input-invalid', `There is no file ${path}.`, {
    hint: 'Name files or folders; left out, the folder in which the gate is started.',
  });
}

function told(file: ReadFile, tree: WorkTree): ReadFile {
  return 'problem' in file ? file : withContents(file, tree);
}

function isPipeline(reader: FileReader): reader is PipelineReader {
  return 'owns' in reader;
}

function isGitlab(reader: FileReader): reader is PipelineReader {
  return 'owns' in reader && reader.platform === 'gitlab-ci';
}

/** What a pipeline takes in is one of its kind, wherever it lies. */
function anywhere(reader: PipelineReader): PipelineReader {
  return { ...reader, owns: () => true };
}

/** Scripts as files of the platform that runs them: each file once, whatever of it is started. */
function scriptFiles(
  started: readonly StartedScript[],
): { readonly file: UntracedFile; readonly callers: readonly UntracedFile[] }[] {
  const byPath = Map.groupBy(started, ({ source }) => source.path);
  return [...byPath.values()].flatMap((parts) => {
    const [first] = parts;
    if (first === undefined) return [];
    const callers = [...new Set(parts.flatMap((each) => [...each.callers]))];
    const caller = callers.find(({ platform }) => !/github|forgejo/.test(platform)) ?? callers[0];
    if (caller === undefined) return [];
    return [
      {
        file: scriptFile(parts, first, caller),
        callers: callers.filter((each) => each.platform === caller.platform),
      },
    ];
  });
}

function scriptFile(
  parts: readonly StartedScript[],
  { source }: StartedScript,
  { platform }: UntracedFile,
): UntracedFile {
  return {
    source,
    platform,
    kind: 'script',
    triggers: [],
    permissions: undefined,
    variables: [],
    jobs: parts.map(({ script, name }) => scriptAsJob(script, name)),
    includes: [],
    documents: [],
    literals: [],
  };
}

function scriptAsJob(script: StartedScript['script'], name: string): Job {
  const { span } = script.text;
  const none = { variables: [], inputs: [], condition: undefined };
  return {
    ...none,
    name,
    span,
    steps: [{ ...none, span, name: 'script', id: undefined, action: undefined, script }],
    permissions: undefined,
    environment: undefined,
    runsOn: [],
    calls: undefined,
    outputs: [],
    idTokens: [],
    tree: { kind: 'branch', span, entries: [] },
  };
}

function inOrder(files: readonly ReadFile[]): ReadFile[] {
  return files.toSorted((a, b) => (a.source.path < b.source.path ? -1 : 1));
}
