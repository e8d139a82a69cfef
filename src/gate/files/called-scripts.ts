import { posix } from 'node:path';
import type { PipelineFile, Script, Step, UntracedFile } from './file.ts';
import { scriptOf } from './bindings.ts';
import { recipeOf } from './makefile.ts';
import { npmScriptOf } from './npm-scripts.ts';
import { below, rootOf } from './repository-path.ts';
import type { ShellCommand } from './shell.ts';
import { sourceOf, type Source } from './source.ts';
import type { WorkTree } from './work-tree.ts';
import { plainText, type WrittenText } from './written-text.ts';
import { child, textOf } from './yaml-tree.ts';

/** Longer scripts are programs. */
const mostBytes = 128 * 1024;
const mostDepth = 4;
/** Of one pipeline file; and of all. */
const mostOfOne = 100;
const mostOfAll = 3000;

/** A script of the repository that pipelines start. */
export interface StartedScript {
  readonly source: Source;
  /** Its file, or the target in it. */
  readonly name: string;
  readonly script: Script;
  /** The pipeline files that lead to it. */
  readonly callers: Set<UntracedFile>;
}

/**
 * Looks for the scripts, make targets and npm scripts that pipeline files start, as far as their names are written out,
 * and notes them in the files’ own scripts (`calls`). Only below the root of the repository that a file lies in.
 */
export function calledScripts(files: readonly UntracedFile[], tree: WorkTree): StartedScript[] {
  const search = new Search(tree);
  for (const file of files) search.ofFile(file);
  return [...search.found.values()];
}

/** A script, and from where it is started. */
interface Place {
  readonly file: UntracedFile;
  readonly root: string;
  /** Folders, below the root, that its paths may be meant from: the nearest first. */
  readonly folders: readonly string[];
  readonly depth: number;
}

/** A class for what it has found. */
class Search {
  readonly found = new Map<string, StartedScript>();
  readonly #tree: WorkTree;
  readonly #texts = new Map<string, string | undefined>();
  readonly #linked = new Set<string>();
  #left = 0;

  constructor(tree: WorkTree) {
    this.#tree = tree;
  }

  ofFile(file: UntracedFile): void {
    this.#left = mostOfOne;
    const { path } = file.source;
    const root = rootOf(path);
    const own = file.kind === 'action' ? [posix.relative(root, posix.dirname(path))] : [];
    for (const job of file.jobs)
      for (const step of job.steps) {
        const folders = [...foldersOf(job.tree, step), '', ...own];
        if (step.script !== undefined) this.#link(step.script, { file, root, folders, depth: 0 });
      }
  }

  #link(script: Script, place: Place): void {
    const { calls, commands } = script.shell;
    let folders = place.folders;
    for (const command of commands) {
      const [, into] = /^(?:cd|pushd) ([\w./-]+)$/.exec(command.line) ?? [];
      if (into !== undefined) folders = [joined(folders[0] ?? '', into), ...place.folders];
      if (this.#left <= 0) return;
      for (const call of callsIn(command, script.text)) {
        const called = this.#called(call, { ...place, folders });
        if (called !== undefined) calls?.set(command, { shell: called.shell, before: call.before });
        if (called !== undefined) break;
      }
    }
  }

  #called(call: Call, place: Place): Script | undefined {
    for (const folder of new Set(place.folders)) {
      const path = below(place.root, joined(folder, call.path));
      const text = path === undefined ? undefined : this.#text(path, place.root);
      if (path === undefined || text === undefined) continue;
      const started = this.#started(
        `${path}${call.target === undefined ? '' : `#${call.target}`}`,
        path,
        text,
        call,
      );
      if (started === undefined) return undefined;
      this.#left--;
      started.callers.add(place.file);
      const key = `${place.file.source.path}\n${path}#${call.target ?? ''}`;
      if (place.depth < mostDepth && !this.#linked.has(key)) {
        this.#linked.add(key);
        const own = folderOf(call.path, folder);
        const folders = call.target === undefined ? [...place.folders, own] : [own, ...place.folders];
        this.#link(started.script, { ...place, folders, depth: place.depth + 1 });
      }
      return started.script;
    }
    return undefined;
  }

  #started(key: string, path: string, text: string, call: Call): StartedScript | undefined {
    const known = this.found.get(key);
    if (known !== undefined || this.found.size > mostOfAll) return known;
    const source = sourceOf(path, text);
    const content = call.read(source, call.target ?? '');
    if (content === undefined) return undefined;
    const name = call.target === undefined || call.target === '' ? path : call.target;
    const started = {
      source,
      name,
      script: scriptOf(content, call.language),
      callers: new Set<UntracedFile>(),
    };
    this.found.set(key, started);
    return started;
  }

  #text(path: string, root: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, readable(this.#tree, path, root));
    return this.#texts.get(path);
  }
}

function readable(tree: WorkTree, path: string, root: string): string | undefined {
  try {
    const text = tree.read(path, mostBytes, root);
    return text?.includes('\0') === true ? undefined : text;
  } catch {
    return undefined;
  }
}

function joined(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

function folderOf(path: string, folder: string): string {
  return joined(folder, path.includes('/') ? path.replace(/\/[^/]*$/, '') : '').replace(/\/$/, '');
}

/** `working-directory` of a step, or of all steps of a job. */
function foldersOf(job: PipelineFile['documents'][number], { folder }: Step): string[] {
  const all = textOf(child(child(child(job, 'defaults'), 'run'), 'working-directory'))?.value;
  return [folder ?? all].flatMap((each) => (each === undefined || /[$`]/.test(each) ? [] : [each]));
}

/** A command that starts something that lies in the repository. */
interface Call {
  readonly path: string;
  /** Of a make file, or of package.json. */
  readonly target: string | undefined;
  readonly before: number;
  readonly language: Script['language'];
  /** The script in the file; undefined where it has no such target. */
  readonly read: (source: Source, target: string) => WrittenText | undefined;
}

const shells = /^(?:bash|sh|zsh|dash|ksh|source|\.|pwsh|powershell)$/;

function callsIn(command: ShellCommand, text: WrittenText): readonly Call[] {
  const [program, ...others] = command.words;
  if (program === undefined) return [];
  const written = unquoted(text.value.slice(program.span.start, program.span.end));
  const direct = inRepository(written);
  const packaged = /^(?:npm|pnpm|yarn|bun) (?:run(?:-script)? )?(?:-\S+ )*([\w:.-]+)/.exec(command.line);
  if (packaged !== null)
    return [
      { ...whole, path: 'package.json', target: packaged[1] ?? '', read: npmScriptOf, before: Infinity },
    ];
  if (program.text === 'make' || program.text === 'gmake') return makeCalls(others.map((word) => word.text));
  if (!shells.test(program.text))
    return written.includes('/') && isPath(direct)
      ? [{ ...whole, path: direct, ...languageOf(direct), before: 1 }]
      : [];
  const at = others.findIndex((word) => !word.text.startsWith('-'));
  const path = inRepository(others[at]?.text ?? '');
  if (at < 0 || others.slice(0, at).some((word) => /^-\w*c/.test(word.text)) || !isPath(path)) return [];
  return [{ ...whole, path, ...languageOf(path), before: at + 2 }];
}

const whole = {
  target: undefined,
  language: 'shell',
  read: (source: Source) => plainText(source.text),
} as const;

/** What the name or the first line of a file says is no shell is none that a value can be followed into. */
function languageOf(path: string): Pick<Call, 'language' | 'read'> {
  const language = /\.ps1$/i.test(path) ? 'other' : 'shell';
  const foreign = /^#!(?!.*\b(?:ba|z|da|k|a)?sh\b|.*\bpwsh\b)/;
  const read: Call['read'] = ({ text }) =>
    foreign.test(text) || /\.(?!sh$|bash$|zsh$|ksh$|ps1$|env$)\w+$/.test(path) ? undefined : plainText(text);
  return { language, read };
}

function makeCalls(words: readonly string[]): Call[] {
  const given = (option: string): string | undefined => {
    const at = words.indexOf(option);
    return at < 0 ? undefined : words[at + 1];
  };
  const folder = given('-C') ?? '';
  const file = given('-f') ?? 'Makefile';
  const targets = words.filter(
    (word, index) =>
      /^[\w./-]+$/.test(word) && !word.startsWith('-') && !/^-[Cfj]$/.test(words[index - 1] ?? ''),
  );
  const path = joined(inRepository(folder), file);
  return isPath(path)
    ? [{ ...whole, path, target: targets.join(' '), read: recipeOf, before: Infinity }]
    : [];
}

function isPath(path: string): boolean {
  return /^[\w.@+/-]+$/.test(path) && !path.startsWith('/');
}

/** Without what stands for the folder of the repository, or of the script itself. */
function inRepository(path: string): string {
  return unquoted(path).replace(
    /^(?:\$\{?(?:GITHUB_WORKSPACE|GITHUB_ACTION_PATH|CI_PROJECT_DIR|BITBUCKET_CLONE_DIR|CIRCLE_WORKING_DIRECTORY|BUILDKITE_BUILD_CHECKOUT_PATH|PWD)\}?|\$\{\{ *github\.(?:workspace|action_path) *\}\}|\$\(pwd\)|\$\(dirname [^)]*\)|\$\{BASH_SOURCE%\/\*\}|\$\{?(?:SCRIPT_?DIR|DIR|ROOT_?DIR|HERE)\}?)\//i,
    '',
  );
}

function unquoted(text: string): string {
  return text.replace(/["']/g, '');
}
