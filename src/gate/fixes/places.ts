import type { Binding, Job, PipelineFile, Step } from '../files/file.ts';
import { child, itemsOf } from '../files/yaml-tree.ts';
import { NotSure, type Path } from './change.ts';

export function jobPath({ name }: Job): Path {
  return ['jobs', name];
}

/** @throws NotSure for a step that does not stand in its job */
export function stepPath(job: Job, step: Step): Path {
  return ['jobs', job.name, 'steps', stepIndex(job, step)];
}

export function stepIndex({ tree }: Job, { span }: Step): number {
  const steps = itemsOf(child(tree, 'steps'));
  const same = steps.flatMap((item, index) => (item.span.start === span.start ? [index] : []));
  const [index, ...others] = same;
  if (index === undefined || others.length > 0) throw new NotSure('the step stands in several places');
  return index;
}

export function given(bindings: readonly Binding[], name: string): Binding | undefined {
  return bindings.find((each) => each.name.toLowerCase() === name);
}

export function textGiven(bindings: readonly Binding[], name: string): string | undefined {
  const text = given(bindings, name)?.text.value.trim();
  return text === '' ? undefined : text;
}

/** The name of a secret that is all that a value says. */
export function wholeSecret(binding: Binding | undefined): string | undefined {
  const [, name] = /^\s*\$\{\{\s*secrets\.([A-Za-z_]\w*)\s*\}\}\s*$/i.exec(binding?.text.value ?? '') ?? [];
  return name?.toUpperCase() === 'GITHUB_TOKEN' ? undefined : name;
}

/** Every secret that a value names. */
export function secretsIn(binding: Binding | undefined): string[] {
  return (binding?.expressions ?? []).flatMap(({ references }) =>
    references.flatMap(({ context, path }) => (context === 'secrets' ? (path[0] ?? []) : [])),
  );
}

/** An `id` that no step of the job has. */
export function freeId({ steps }: Job, wanted: string): string {
  const taken = new Set(steps.map(({ id }) => id?.toLowerCase()));
  for (let number = 1; ; number++) {
    const id = number === 1 ? wanted : `${wanted}-${String(number)}`;
    if (!taken.has(id)) return id;
  }
}

/** @throws NotSure where a later step reads what this one puts out */
export function assertNoOutputsRead({ references }: PipelineFile, job: Job, { id }: Step): void {
  if (id === undefined) return;
  const reads = references.some(
    ({ reference: { context, path }, job: at }) =>
      context === 'steps' && at?.name === job.name && (path[0] ?? id).toLowerCase() === id.toLowerCase(),
  );
  if (reads) throw new NotSure(`other steps read what the step \`${id}\` puts out`);
}

/** @throws NotSure for an input that is not among these */
export function assertInputs({ inputs }: Step, known: readonly string[]): void {
  const other = inputs.find(({ name }) => !known.includes(name.toLowerCase()));
  if (other !== undefined)
    throw new NotSure(`nobody knows here what its input \`${other.name}\` should become`);
}

/** What `${{ env.NAME }}` says, where the file has it written out; anything else as it is. */
export function written(file: PipelineFile, job: Job, text: string | undefined): string | undefined {
  const [, name] = /^\$\{\{\s*env\.(\w+)\s*\}\}$/.exec(text ?? '') ?? [];
  if (name === undefined) return text;
  const bound = [...job.variables, ...file.variables].find((each) => each.name === name)?.text.value.trim();
  return bound === undefined || bound === '' || bound.includes('${{') ? text : bound;
}
