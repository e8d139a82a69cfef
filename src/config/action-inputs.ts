import { CredsError } from '../domain/errors.ts';
import { nearest } from '../domain/near-miss.ts';
import { printable } from '../domain/printable.ts';

/**
 * The inputs of an action as the runner passes them: INPUT_<NAME>, in upper case, dashes kept (GitHub Docs, Metadata
 * syntax, `inputs`). Built from entries, so that even a name like `__proto__` is one that can be refused.
 */
export function givenInputs(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(env)
      .filter(([name]) => name.startsWith('INPUT_'))
      .map(([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value]),
  );
}

/**
 * The leases that the input `lease-ids` of `revoke/` names. The runner passes '' for an input that is given but empty, and
 * the default of action.yml, `all`, for one that is left out: what a step that did not run leaves empty must not mean all.
 * @returns none for all that the job has borrowed
 * @throws CredsError `input-invalid` where it is given and names no lease
 */
export function namedLeases(text: string = allLeases): readonly string[] {
  if (text.trim() === allLeases) return [];
  const ids = text.split(/[\s,[\]"]+/).filter((id) => id !== '');
  if (ids.length > 0) return ids;
  throw new CredsError('input-invalid', 'The input `lease-ids` is given and names no lease.', {
    hint: "The step that it comes from did not run, lent nothing, or has another id. Run this step `if: always() && steps.ID.outputs.lease-ids != ''`, or write `all` for everything that this job has borrowed.",
  });
}

/** What `lease-ids` is where the workflow leaves it out. */
export const allLeases = 'all';

/**
 * A name that is nearly right must not mean what leaving it out means: all of a job's leases, a gate that stops nothing.
 * @throws CredsError `input-invalid` that names it
 */
export function refuseOthers(names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(known, name);
    const hint = near === undefined ? '.' : `; did you mean \`${near}\`?`;
    throw new CredsError('input-invalid', `The input \`${printable(name)}\` is not an input${hint}`);
  }
}
