import type { Host } from '../domain/host.ts';
import type { Intent, OwedPointer } from '../domain/intent.ts';

type Delivered = Pick<Intent, 'id' | 'variables' | 'pointers' | 'before'>;

/**
 * What the variables of a delivery are to hold once it is taken back: nothing, and those that lead tools somewhere what
 * they held before. One that a later step has set or led elsewhere meanwhile is left as it is.
 * @param living the entries of the job that are not given back with it
 */
export function variablesAfter(
  intent: Delivered,
  { env }: Pick<Host, 'env'>,
  living: readonly Delivered[] = [],
): Record<string, string> {
  const claimed = laterNames(intent, living);
  const led = (intent.pointers ?? [])
    // The step that fails has them itself as they were before.
    .filter(
      ({ name, value, after }) => !claimed.has(name) && [undefined, '', value, after].includes(env[name]),
    )
    .map((pointer) => ({ ...pointer, after: lastingOf(pointer, living) }))
    .filter(({ value, after }) => after !== value);
  return {
    ...Object.fromEntries(intent.variables.filter((name) => !claimed.has(name)).map((name) => [name, ''])),
    ...Object.fromEntries(led.map(({ name, after }) => [name, after])),
  };
}

/** Variables of an entry that lead to the files of a later one, which may be copies with ours in them. */
export function leadingToLater(intent: Delivered, living: readonly Delivered[]): readonly string[] {
  const claimed = laterNames(intent, living);
  return (intent.pointers ?? []).filter(({ name }) => claimed.has(name)).map(({ name }) => name);
}

/** What steps after that of the entry have set, and still need. */
function laterNames({ id }: Delivered, living: readonly Delivered[]): ReadonlySet<string> {
  const later = living.filter(({ before = [] }) => before.includes(id));
  return new Set(
    later.flatMap(({ variables, pointers = [] }) => [...variables, ...pointers.map(({ name }) => name)]),
  );
}

/** Past what entries had led it to that are over: their files are gone. */
function lastingOf({ name, after, behind = [] }: OwedPointer, living: readonly Delivered[]): string {
  const alive = living.flatMap(({ pointers = [] }) => pointers.filter((each) => each.name === name));
  const chain = [after, ...behind];
  return chain.find((each) => alive.some(({ value }) => value === each)) ?? chain.at(-1) ?? after;
}

/** What lies behind the value that a variable holds, where it was an entry of this job that has led it there. */
export function behindOf(name: string, held: string, entries: readonly Delivered[]): readonly string[] {
  const theirs = entries
    .flatMap(({ pointers = [] }) => pointers)
    .find(
      (each) =>
        each.name === name && each.value === held && (each.after !== held || each.behind !== undefined),
    );
  if (theirs === undefined) return [];
  return [theirs.after, ...(theirs.behind ?? [])].filter((each) => each !== held);
}

/**
 * Where earlier commands of a job have led tools, in a shell that has not read it yet: what it writes next is read after
 * theirs. One that the shell has led elsewhere itself stays.
 */
export function ledEarlier(
  entries: readonly Delivered[],
  { env }: Pick<Host, 'env'>,
): Record<string, string> {
  const latest = entries.flatMap((entry) => {
    const later = laterNames(entry, entries);
    return (entry.pointers ?? []).filter(({ name }) => !later.has(name));
  });
  const unread = latest.filter(({ name, after, behind = [] }) =>
    [undefined, '', after, ...behind].includes(env[name]),
  );
  return Object.fromEntries(unread.map(({ name, value }) => [name, value]));
}
