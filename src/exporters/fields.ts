import type { Credential } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';

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
