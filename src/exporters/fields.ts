import type { Credential } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { snakeCase } from '../protocol/credential-wire.ts';
import type { Lent } from './exporter.ts';
import { callsIt } from './label.ts';

/** A credential's fields as text, secrets revealed: this is where they are handed over. */
export function fieldsOf(credential: Credential): [string, string][] {
  const entries = Object.entries<Secret | string | undefined>(credential.fields);
  return entries.flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [[name, value instanceof Secret ? value.reveal() : value] as [string, string]];
  });
}

/**
 * An object of the entries, unless one name comes twice.
 * @throws CredsError `input-invalid`
 */
export function onceEach<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  const seen: Record<string, T> = {};
  for (const [name, value] of entries) {
    if (Object.hasOwn(seen, name)) {
      throw new CredsError(
        'input-invalid',
        `Two credentials would both be delivered as ${name}: give the roles prefixes, as in \`DB=app-ro\`.`,
      );
    }
    seen[name] = value;
  }
  return seen;
}

/**
 * Fields by names that the workflow gives: `NPM_TOKEN=token`, or `DB_URL=DB.url` where several credentials were lent.
 * @throws CredsError `input-invalid` for a field that is not lent exactly once
 */
export function chosenFields(
  loans: readonly Lent[],
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const chosen = Object.entries(settings).map(([name, path]) => {
    const at = path.lastIndexOf('.');
    const owner = path.slice(0, Math.max(0, at));
    const field = path.slice(at + 1);
    const found = loans
      .filter((lent) => at < 0 || callsIt(owner, lent))
      .flatMap(({ credential }) =>
        fieldsOf(credential).filter(([each]) => snakeCase(each) === field || each === field),
      );
    const [only] = found;
    if (found.length !== 1 || only === undefined) throw new CredsError('input-invalid', fieldProblem(name));
    return [name, only[1]] as [string, string];
  });
  return Object.fromEntries(chosen);
}

export function fieldProblem(name: string): string {
  return `The input \`export\` gives ${name} a field that is not lent exactly once; write FIELD, PREFIX.FIELD or ROLE.PART.FIELD.`;
}
