import type { Binding, Job, PipelineFile, PlacedReference, Script, Step, UntracedFile } from './file.ts';
import { expressionsIn, type ContextReference, type Expression } from './expressions.ts';
import type { SecretUse, Taker } from './secret-use.ts';
import type { Span } from './source.ts';
import { takersIn } from './takers.ts';
import type { WrittenText } from './written-text.ts';
import { entriesOf, type Tree } from './yaml-tree.ts';

/** Where a reference stands. */
interface Slot {
  readonly text: WrittenText;
  readonly expressions: readonly Expression[];
  readonly job?: Job | undefined;
  readonly step?: Step | undefined;
  /** What takes what stands at a place in the text. */
  readonly takers: (span: Span) => readonly Taker[];
  /** A condition: nothing takes its value. */
  readonly tested?: (span: Span) => boolean;
  readonly inScript?: true;
}

/** Every reference to a secret, an input or a setting in a workflow or an action of GitHub’s, and what takes it. */
export function secretUsesOf(file: UntracedFile): Pick<PipelineFile, 'uses' | 'references'> {
  const tracer = new Tracer(file);
  const slots = tracer.slots();
  const seen = new Set(slots.map(({ text }) => text));
  const slotsElsewhere = unseenTexts(file.documents, seen).map(({ text, path }) => ({
    text,
    expressions: expressionsIn(text.value),
    job: file.jobs.find(({ tree }) => tree.span.start <= text.span.start && text.span.end <= tree.span.end),
    takers: () => [{ by: 'field', path } as const],
  }));
  const placed = [...slots, ...slotsElsewhere].flatMap((slot) =>
    slot.expressions.flatMap((expression) =>
      expression.references.map((reference) => ({ slot, expression, reference })),
    ),
  );
  return {
    uses: placed.flatMap(({ slot, expression, reference }) => useOf(slot, expression, reference)),
    references: placed.map(({ slot, reference }) => placedReference(slot, reference)),
  };
}

function placedReference({ text, job, step, inScript }: Slot, reference: ContextReference): PlacedReference {
  const span = { start: text.at(reference.span.start), end: text.at(reference.span.end) };
  return { reference, span, job, step, inScript: inScript === true };
}

const always = (): boolean => true;

const origins: Readonly<Record<string, SecretUse['origin']>> = {
  secrets: 'secret',
  inputs: 'input',
  vars: 'setting',
};

function useOf(slot: Slot, expression: Expression, reference: ContextReference): SecretUse[] {
  const origin = origins[reference.context];
  const [secret] = reference.path;
  if (origin === undefined || secret === undefined) return [];
  const tested = slot.tested?.(expression.span) === true || reference.tested;
  const span = { start: slot.text.at(reference.span.start), end: slot.text.at(reference.span.end) };
  const takers = tested ? [] : slot.takers(expression.span);
  const piece = slot.inScript !== true && slot.expressions.length > 1;
  return [{ secret, origin, span, job: slot.job, step: slot.step, takers, piece, tested }];
}

/** Scalars that no slot has, with the path of keys that leads to each. */
function unseenTexts(
  documents: readonly Tree[],
  seen: ReadonlySet<WrittenText>,
): { text: WrittenText; path: string }[] {
  const found: { text: WrittenText; path: string }[] = [];
  const visited = new Set<Tree>();
  const visit = (tree: Tree, path: string): void => {
    if (visited.has(tree)) return;
    visited.add(tree);
    if (tree.kind === 'leaf') {
      if (!seen.has(tree.text) && tree.text.value.includes('${{')) found.push({ text: tree.text, path });
    } else if (tree.kind === 'list') {
      for (const item of tree.items) visit(item, path);
    } else {
      for (const { key, value } of entriesOf(tree)) visit(value, path === '' ? key : `${path}.${key}`);
    }
  };
  for (const document of documents) visit(document, '');
  return found;
}

/** Follows values through the variables of a file. A class for the file that its steps look at. */
class Tracer {
  readonly #file: UntracedFile;

  constructor(file: UntracedFile) {
    this.#file = file;
  }

  slots(): Slot[] {
    const { jobs, variables } = this.#file;
    const ofFile = variables.map((each) => this.#variable(each, 'file', jobs, undefined, undefined));
    return [...ofFile, ...jobs.flatMap((job) => this.#ofJob(job))];
  }

  #ofJob(job: Job): Slot[] {
    const { calls, condition, outputs, steps, variables } = job;
    const handed = [...(calls?.secrets ?? []), ...(calls?.inputs ?? [])].map((each) => ({
      ...slotOf(each, job, undefined),
      takers: () => [{ by: 'call', workflow: calls?.target ?? '', name: each.name } as const],
    }));
    return [
      ...variables.map((each) => this.#variable(each, 'job', [job], job, undefined)),
      ...handed,
      ...outputs.map((each) => ({
        ...slotOf(each, job, undefined),
        takers: () => [{ by: 'field', path: `outputs.${each.name}` } as const],
      })),
      ...(condition === undefined ? [] : [{ ...slotOf(condition, job, undefined), tested: always }]),
      ...steps.flatMap((step) => this.#ofStep(job, step)),
    ];
  }

  #ofStep(job: Job, step: Step): Slot[] {
    const { action, condition, inputs, script, variables } = step;
    const given = inputs.map((each) => ({
      ...slotOf(each, job, step),
      takers: (span: Span) => [
        { by: 'input', action: action?.name ?? '', input: each.name, step } as const,
        ...namedBefore(each, span),
      ],
    }));
    const own = script === undefined ? [] : [this.#script(script, job, step)];
    return [
      ...variables.map((each) => this.#variable(each, 'step', [{ ...job, steps: [step] }], job, step)),
      ...given,
      ...own,
      ...(condition === undefined ? [] : [{ ...slotOf(condition, job, step), tested: always }]),
    ];
  }

  #script(script: Script, job: Job, step: Step): Slot {
    const { text, expressions } = script;
    return {
      text,
      expressions,
      job,
      step,
      inScript: true,
      tested: (span) => script.shell.tests.some((test) => test.start <= span.start && span.end <= test.end),
      takers: (span) => this.#onward(takersIn(script.shell).takersAt(span), job, step),
    };
  }

  #variable(
    binding: Binding,
    level: 'file' | 'job' | 'step',
    scope: readonly Job[],
    job: Job | undefined,
    step: Step | undefined,
  ): Slot {
    const takers = (): Taker[] => [
      { by: 'variable', name: binding.name, level },
      ...scope.flatMap((each) => each.steps.flatMap((inside) => this.#takersOf(binding.name, each, inside))),
    ];
    return { ...slotOf(binding, job, step), takers };
  }

  /** What takes a variable in a step: its script by name, its inputs and script by `${{ env.NAME }}`. */
  #takersOf(name: string, job: Job, step: Step): Taker[] {
    const { action, inputs, script } = step;
    const given = inputs.filter(({ expressions }) => expressions.some((each) => readsEnv(each, name)));
    const takers = given.map(({ name: input }): Taker => ({
      by: 'input',
      action: action?.name ?? '',
      input,
      step,
    }));
    if (script === undefined) return takers;
    const reads = takersIn(script.shell);
    const written = script.expressions.filter((each) => readsEnv(each, name));
    const inScript = [...reads.takersOf(name), ...written.flatMap(({ span }) => reads.takersAt(span))];
    return [...takers, ...this.#onward(inScript, job, step)];
  }

  /** What is written to `$GITHUB_ENV` is a variable of the steps that follow. */
  #onward(takers: readonly Taker[], job: Job, step: Step): readonly Taker[] {
    const names = takers.flatMap((each) => (isGithubEnv(each) ? namesWritten(takers) : []));
    if (names.length === 0) return takers;
    const after = job.steps.slice(job.steps.indexOf(step) + 1);
    const later = [...new Set(names)].flatMap((name) => [
      { by: 'variable', name, level: 'job' } as const,
      ...after.flatMap(({ script }) => (script === undefined ? [] : takersIn(script.shell).takersOf(name))),
    ]);
    return [...takers, ...later];
  }
}

/** Inputs that list variables, one a line: what stands before a value names it. */
const lists = /^(build[-_]?args?|secrets|secret[-_]envs|envs?|env[-_]vars|environment([-_]variables)?)$/i;

function namedBefore({ name: input, text }: Binding, { start }: Span): Taker[] {
  if (!lists.test(input)) return [];
  const line = text.value.slice(0, start).split('\n').at(-1) ?? '';
  const [, name] = /^\s*["']?([A-Za-z_]\w*)=["']?$/.exec(line) ?? [];
  return name === undefined ? [] : [{ by: 'variable', name, level: 'step' }];
}

function slotOf({ text, expressions }: Binding, job: Job | undefined, step: Step | undefined): Slot {
  return { text, expressions, job, step, takers: () => [] };
}

function readsEnv({ references }: Expression, name: string): boolean {
  return references.some(({ context, path, tested }) => context === 'env' && path[0] === name && !tested);
}

function isGithubEnv(taker: Taker): boolean {
  return taker.by === 'file' && /GITHUB_ENV\b/.test(taker.path);
}

function namesWritten(takers: readonly Taker[]): string[] {
  return takers.flatMap((each) => {
    const word = each.by === 'command' ? each.word : undefined;
    const [, name] = /^([A-Za-z_]\w*)(=|<<)/.exec(word ?? '') ?? [];
    return name === undefined ? [] : [name];
  });
}
