import { bindingOf, scriptOf } from './bindings.ts';
import { instructionsIn, type Instruction } from './dockerfile-instructions.ts';
import type { Binding, CopiedFile, Job, PipelineFile, Step, TextReader } from './file.ts';
import type { SecretUse, Taker } from './secret-use.ts';
import type { Source, Span } from './source.ts';
import { takersIn } from './takers.ts';
import { plainText, type WrittenText } from './written-text.ts';
import type { Leaf } from './yaml-tree.ts';

/**
 * How an image is made: each stage is a job, its `RUN`s are the steps, `ENV` are variables, and an `ARG` without a value
 * is what the caller hands in. https://docs.docker.com/reference/dockerfile/
 */
export const dockerfile: TextReader = {
  platform: 'dockerfile',
  mayBe: (path) =>
    /(^|\/)(Dockerfile|Containerfile)([._-][\w.-]+)?$|\.(dockerfile|containerfile)$/i.test(path) &&
    !/\.(dockerignore|md|sh|ya?ml|json|j2|tpl|tmpl)$/i.test(path),
  read: (source) => {
    const instructions = instructionsIn(source.text);
    return instructions.some(({ name }) => name === 'FROM')
      ? readDockerfile(source, instructions)
      : undefined;
  },
};

function readDockerfile(source: Source, instructions: readonly Instruction[]): PipelineFile {
  const stages = stagesOf(instructions);
  const jobs = stages.map(jobOf);
  return {
    source,
    platform: 'dockerfile',
    kind: 'action',
    triggers: [],
    permissions: undefined,
    variables: [],
    jobs,
    uses: stages.flatMap((stage, index) => usesOf(stage, jobs[index])),
    references: [],
    includes: [],
    documents: [],
    literals: [],
    copied: instructions.flatMap(copiedBy),
  };
}

const mostStages = 50;
/** Of one instruction. */
const mostUnits = 100_000;

/** What stands before the first `FROM` is for image names. */
function stagesOf(instructions: readonly Instruction[]): Instruction[][] {
  const stages: Instruction[][] = [];
  for (const each of instructions) {
    if (each.name === 'FROM') stages.push([]);
    stages.at(-1)?.push(each);
  }
  return stages.slice(0, mostStages);
}

function jobOf(stage: readonly Instruction[], index: number): Job {
  const [from] = stage;
  const [, name] = /\sAS\s+([\w.-]+)\s*$/i.exec(from?.text.value ?? '') ?? [];
  const span = from?.text.span ?? { start: 0, end: 0 };
  return {
    name: name ?? `stage ${String(index + 1)}`,
    span,
    variables: stage.filter((each) => each.name === 'ENV').flatMap(variablesOf),
    steps: stage.filter((each) => each.name === 'RUN').map(stepOf),
    permissions: undefined,
    environment: undefined,
    runsOn: [],
    calls: undefined,
    outputs: [],
    condition: undefined,
    idTokens: [],
    tree: { kind: 'branch', span, entries: [] },
  };
}

function stepOf({ text }: Instruction, index: number): Step {
  const none = { id: undefined, action: undefined, inputs: [], variables: [], condition: undefined };
  const script = scriptOf(commandOf(text), 'shell');
  return { ...none, span: text.span, name: `RUN ${String(index + 1)}`, script };
}

/** `["a", "b"]` is a command without a shell; `--mount=…` is no part of one. */
function commandOf(text: WrittenText): WrittenText {
  const blank = (part: string): string => part.replace(/\S/g, ' ');
  const value = text.value.replace(/^(\s*--[a-z-]+=\S+)+/, blank);
  if (!/^\s*\[\s*"/.test(value)) return { ...text, value };
  return {
    ...text,
    value: value.replace(/^\s*\[|\]\s*$/g, blank).replace(/"\s*,\s*"/g, (each) => each.replace(',', ' ')),
  };
}

/** `NAME=value NAME="value"`, or `NAME value`. */
function variablesOf({ text }: Instruction): Binding[] {
  const pairs = [
    ...text.value
      .slice(0, mostUnits)
      .matchAll(/([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s"'\\]|\\.)*)/g),
  ];
  const [, lone, rest = ''] = /^\s*([A-Za-z_]\w*)\s+([^=].*)$/s.exec(text.value) ?? [];
  if (lone !== undefined) return [binding(text, { name: lone, value: rest, at: text.value.indexOf(rest) })];
  return pairs.map(({ 1: name = '', 2: value = '', index }) => {
    const quoted = /^["']/.test(value) ? 1 : 0;
    return binding(text, {
      name,
      value: value.slice(quoted, value.length - quoted),
      at: index + name.length + 1 + quoted,
    });
  });
}

function binding(
  text: WrittenText,
  { name, value, at }: { readonly name: string; readonly value: string; readonly at: number },
): Binding {
  const span = placed(text, { start: at, end: at + value.length });
  const written: WrittenText = { ...plainText(value), span, at: (index) => text.at(at + index) };
  const leaf: Leaf = { kind: 'leaf', span, text: written };
  return bindingOf({ key: name, keySpan: span, value: leaf }, written, false);
}

function placed(text: WrittenText, { start, end }: Span): Span {
  return { start: text.at(start), end: text.at(Math.max(start, end - 1)) + 1 };
}

/** What a stage is handed: each `ARG` without a value, and what takes it in the stage. */
function usesOf(stage: readonly Instruction[], job: Job | undefined): SecretUse[] {
  if (job === undefined) return [];
  return stage
    .filter(({ name }) => name === 'ARG')
    .flatMap(({ text }) =>
      [...text.value.slice(0, mostUnits).matchAll(/([A-Za-z_]\w*)(=\S*)?/g)]
        .slice(0, 50)
        .flatMap(({ 1: name = '', 2: value, index }) => {
          if (value !== undefined && !/^=(""|'')?$/.test(value)) return [];
          const span = placed(text, { start: index, end: index + name.length });
          const takers = takersOf(name, job);
          return [
            { secret: name, origin: 'input' as const, span, job, step: undefined, takers, tested: false },
          ];
        }),
    );
}

function takersOf(name: string, job: Job): Taker[] {
  const refers = new RegExp(`\\$(${name}\\b|\\{${name}\\b)`);
  const names = [
    name,
    ...job.variables.filter(({ text }) => refers.test(text.value)).map((each) => each.name),
  ];
  return [...new Set(names)].flatMap((each) => [
    { by: 'variable', name: each, level: 'job' } as const,
    ...job.steps.flatMap(({ script }) => (script === undefined ? [] : takersIn(script.shell).takersOf(each))),
  ]);
}

/** Files of the build’s own folder that become part of a layer; what another stage made is none. */
function copiedBy({ name, text }: Instruction): CopiedFile[] {
  if ((name !== 'COPY' && name !== 'ADD') || /(^|\s)--from=/.test(text.value)) return [];
  const words = [...text.value.matchAll(/[^\s"',[\]]+/g)].filter(([word]) => !word.startsWith('--'));
  return words.slice(0, -1).map(({ 0: path, index }) => ({
    path,
    span: placed(text, { start: index, end: index + path.length }),
  }));
}
