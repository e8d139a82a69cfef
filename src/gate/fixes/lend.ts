import type { Job, Step } from '../files/file.ts';
import { NotSure, type Change, type Path, type PlainMap } from './change.ts';
import type { Wish } from './fix.ts';
import { freeId, stepIndex } from './places.ts';

/** Inputs of our action for a role of the broker. */
export function ofBroker({ brokerUrl }: Wish, role: string): PlainMap {
  if (brokerUrl === undefined) throw new NotSure('the address of the broker was not said');
  return { 'broker-url': brokerUrl, role };
}

/** What stands in the file for a value that only the caller knows: the value, or a variable of the repository. */
export function variable({ values }: Wish, name: string): string {
  return Object.hasOwn(values, name) ? (values[name] ?? '') : `\${{ vars.${name} }}`;
}

/** A step of a job that lends to the next, and the id under which that finds what was lent. */
export interface Lender {
  readonly id: string;
  readonly changes: readonly Change[];
  /** Where the borrowing step stands after the changes. */
  readonly borrower: Path;
}

/**
 * Puts our action before a step, under the same condition; or has the one that already lends the same further up.
 * @param wanted its `id`, unless another step has it
 */
export function lendTo(
  job: Job,
  step: Step,
  { wish, wanted, inputs }: { readonly wish: Wish; readonly wanted: string; readonly inputs: PlainMap },
): Lender {
  const index = stepIndex(job, step);
  const steps: Path = ['jobs', job.name, 'steps'];
  const all = { ...inputs, export: 'outputs' };
  const known = lenderAbove(job, step, wish, all);
  if (known !== undefined) return { id: known, changes: [], borrower: [...steps, index] };
  const id = freeId(job, wanted);
  const condition = step.condition?.text.value.trim();
  if (condition?.includes('\n') === true) throw new NotSure('the step’s condition stands on several lines');
  const value = {
    ...(condition === undefined ? {} : { if: condition }),
    id,
    uses: wish.action,
    with: all,
  };
  const insert = { do: 'insert', path: [...steps, index], value, ...commentOf(wish) } as const;
  return { id, changes: [insert], borrower: [...steps, index + 1] };
}

/** `parallel_sessions` is 1 unless a policy says more, and one lease serves several steps. */
function lenderAbove({ steps }: Job, step: Step, { action }: Wish, inputs: PlainMap): string | undefined {
  const above = steps.slice(0, steps.indexOf(step));
  const same = above.find((each) => {
    const { condition } = each;
    if (`${each.action?.name ?? ''}@${each.action?.ref ?? ''}` !== action.toLowerCase()) return false;
    if (condition !== undefined && condition.text.value !== step.condition?.text.value) return false;
    const given = Object.fromEntries(each.inputs.map(({ name, text }) => [name, text.value]));
    const names = Object.keys({ ...given, ...inputs });
    return names.every((name) => given[name] === inputs[name]);
  });
  return same?.id;
}

export function commentOf({ actionComment }: Wish): { readonly comment?: string } {
  return actionComment === undefined ? {} : { comment: actionComment };
}

/**
 * Other inputs in place of some that a step has.
 * @param step its path
 * @param old names that it has, as they are written
 */
export function swapInputs(step: Path, old: readonly string[], inputs: PlainMap): Change[] {
  const path = [...step, 'with'];
  const [first] = old;
  const before = first === undefined ? {} : { before: first };
  const put = Object.entries(inputs).map(([name, value]): Change => {
    const place = { path: [...path, name], value };
    return typeof value === 'string' && old.includes(name)
      ? { do: 'set', ...place, value }
      : { do: 'add', ...place, ...before };
  });
  const gone = old.filter((name) => !Object.hasOwn(inputs, name));
  return [...put, ...gone.map((name): Change => ({ do: 'remove', path: [...path, name] }))];
}

/** Takes keys out of a map, and the map, too, when nothing is left. @param all every key that it has */
export function without(map: Path, all: readonly string[], names: readonly string[]): Change[] {
  if (all.every((name) => names.includes(name))) return [{ do: 'remove', path: map }];
  return names.map((name) => ({ do: 'remove', path: [...map, name] }));
}
