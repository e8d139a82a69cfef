import { definedNames } from './defined-names.ts';
import type { Binding, Job, PipelineFile, Step, UntracedFile } from './file.ts';
import { kinOf } from './gitlab-kin.ts';
import type { SecretUse, Taker } from './secret-use.ts';
import type { Span } from './source.ts';
import { takersIn } from './takers.ts';
import type { WrittenText } from './written-text.ts';
import { entriesOf, type Tree } from './yaml-tree.ts';

/**
 * Every reference to a variable that the file itself does not define, on platforms where a project's secrets are
 * variables like others. What a job of GitLab’s defines, it and those that take over from it have; elsewhere, what is
 * defined anywhere in the pipeline counts as defined everywhere in it.
 * @param beside the other files of the pipeline
 */
export function variableUsesOf(
  file: UntracedFile,
  beside: readonly UntracedFile[],
): Pick<PipelineFile, 'uses' | 'references'> {
  return { uses: new Tracer(file, beside).uses(), references: [] };
}

/** Fields whose variables decide whether something runs, or are told to somebody, and are handed to nothing. */
const asking = new Set(['if', 'rules', 'only', 'except', 'when', 'changes', 'exists']);

/** A class for what it remembers of jobs and names. */
class Tracer {
  readonly #file: UntracedFile;
  /** Of all files. */
  readonly #jobs: readonly Job[];
  /** Whether a name has a value from the pipeline itself in a job. */
  readonly #isDefined: (name: string, job: Job | undefined) => boolean;
  /** Whose scripts may run with what a job sets. */
  readonly #kin: (job: Job) => readonly Job[];

  constructor(file: UntracedFile, beside: readonly UntracedFile[]) {
    const files = [file, ...beside];
    this.#file = file;
    this.#jobs = files.flatMap(({ jobs }) => jobs);
    const isGitlab = file.platform === 'gitlab-ci' && file.kind !== 'script';
    this.#kin = isGitlab ? kinOf(files) : (job) => [job];
    this.#isDefined = definedNames(files, file.platform === 'gitlab-ci' ? kinOf(files) : undefined);
  }

  uses(): SecretUse[] {
    const { documents, jobs, variables } = this.#file;
    const bound = [
      ...variables.flatMap((each) => this.#ofBinding(each, 'file', this.#jobs, undefined)),
      ...jobs.flatMap((job) =>
        job.variables.flatMap((each) => this.#ofBinding(each, 'job', this.#kin(job), job)),
      ),
    ];
    const scripts = jobs.flatMap((job) => job.steps.flatMap((step) => this.#ofScript(job, step)));
    const bindings = [...variables, ...jobs.flatMap((job) => job.variables)].map(({ text }) => text);
    const lines = jobs.flatMap(({ steps }) => steps.flatMap(({ script }) => script?.text.parts ?? []));
    const read = new Set([...bindings, ...lines]);
    return [...bound, ...scripts, ...documents.flatMap((each) => this.#elsewhere(each, read))];
  }

  #ofScript(job: Job, step: Step): SecretUse[] {
    const { script } = step;
    if (script === undefined) return [];
    const takers = takersIn(script.shell);
    return script.shell.reads
      .filter(({ name }) => !this.#isDefined(name, job) && !/^\d/.test(name))
      .map(({ name, span, tested }) => ({
        secret: name,
        origin: 'variable' as const,
        span: placed(script.text, span),
        job,
        step,
        takers: tested ? [] : this.#onward(takers.takersAt(span), job, step),
        tested,
      }));
  }

  /** What a script sets, the scripts that run after it in the same job have. */
  #onward(takers: readonly Taker[], job: Job, step: Step): readonly Taker[] {
    const names = takers.flatMap((each) =>
      each.by === 'variable' && each.level === 'script' ? [each.name] : [],
    );
    if (names.length === 0) return takers;
    const scripts = this.#kin(job).flatMap(({ steps }) => steps.filter((each) => each !== step));
    const later = [...new Set(names)].flatMap((name) => takersOf(name, scripts));
    return [...takers, ...later];
  }

  #ofBinding(
    binding: Binding,
    level: 'file' | 'job',
    scope: readonly Job[],
    job: Job | undefined,
  ): SecretUse[] {
    const takers = (): Taker[] => [
      { by: 'variable', name: binding.name, level },
      ...scope.flatMap(({ steps }) => takersOf(binding.name, steps)),
    ];
    return this.#inText(binding.text, job, takers);
  }

  #inText(
    text: WrittenText,
    job: Job | undefined,
    takers: () => readonly Taker[],
    tested = false,
  ): SecretUse[] {
    return variablesIn(text.value)
      .filter(({ name }) => !this.#isDefined(name, job))
      .map(({ name, span }) => ({
        secret: name,
        origin: 'variable' as const,
        span: placed(text, span),
        job,
        step: undefined,
        takers: tested ? [] : takers(),
        tested,
      }));
  }

  /** Every other field. */
  #elsewhere(document: Tree, read: ReadonlySet<WrittenText>): SecretUse[] {
    const found: SecretUse[] = [];
    const visited = new Set<Tree>();
    const isGitlab = this.#file.platform === 'gitlab-ci';
    const visit = (tree: Tree, path: string, tested: boolean): void => {
      if (visited.has(tree)) return;
      visited.add(tree);
      if (tree.kind === 'leaf') {
        if (read.has(tree.text)) return;
        const job = this.#file.jobs.find(({ name }) => path.startsWith(`${name}.`));
        found.push(...this.#inText(tree.text, job, () => [{ by: 'field', path }], tested));
      } else if (tree.kind === 'list') {
        for (const item of tree.items) visit(item, path, tested);
      } else {
        for (const { key, value } of entriesOf(tree)) {
          if (/^(before_|after_)?script$/.test(key) && value.kind !== 'branch' && isGitlab) continue;
          visit(value, path === '' ? key : `${path}.${key}`, tested || asking.has(key));
        }
      }
    };
    visit(document, '', false);
    return found;
  }
}

function takersOf(variable: string, steps: readonly Step[]): Taker[] {
  return steps.flatMap(({ script }) =>
    script === undefined ? [] : takersIn(script.shell).takersOf(variable),
  );
}

function placed(text: WrittenText, { start, end }: Span): Span {
  return { start: text.at(start), end: text.at(end - 1) + 1 };
}

/** `$NAME`, `${NAME}`; `$$` is a dollar. */
function variablesIn(text: string): { name: string; span: Span }[] {
  return [...text.matchAll(/\$\$|\$\{?([A-Za-z_]\w*)/g)].flatMap(({ 0: all, 1: name, index }) =>
    name === undefined ? [] : [{ name, span: { start: index, end: index + all.length } }],
  );
}
