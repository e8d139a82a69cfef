import { kinds, type Credential, type FieldRule } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { isObject, member } from './json.ts';

const longestValue = 32 * 1024;
const longestCredential = 256 * 1024;

/**
 * Reads one member of `credentials` (PROTOCOL.md, Kinds) into memory's form.
 * @throws CredsError `credential-unusable`, naming kind and field but no value
 */
export function credentialFromWire(value: unknown, expiresAt: Date): Credential {
  if (!isObject(value)) throw unusable('an entry that is not an object');
  const kind = member(value, 'kind');
  const name = member(value, 'name');
  if (typeof kind !== 'string' || !fullMatch(/[a-z0-9-]{1,64}/, kind))
    throw unusable('an entry without a kind');
  if (typeof name !== 'string' || !fullMatch(/[A-Za-z0-9][A-Za-z0-9._/-]{0,127}/, name)) {
    throw unusable(`a ${kind} without a usable name`);
  }
  const base = { name, expiresAt };
  if (kind === 'fields') return { ...base, kind, fields: freeFields(member(value, 'fields')) };
  if (!Object.hasOwn(kinds, kind)) throw unusable('a kind that this version does not know');
  const rules = Object.entries<FieldRule>(kinds[kind as keyof typeof kinds]);
  const fields: Record<string, Secret | string> = {};
  let total = 0;
  for (const [field, rule] of rules) {
    const text = fieldText(member(value, snakeCase(field)));
    if (text === undefined && rule === 'plain?') continue;
    if (text === undefined || text === '') throw unusable(`a ${kind} without ${snakeCase(field)}`);
    total += checked(text, `${kind}.${snakeCase(field)}`);
    fields[field] = rule === 'secret' || rule === 'masked' ? new Secret(text) : text;
  }
  if (total > longestCredential) throw unusable(`a ${kind} that is longer than 256 KiB`);
  return { ...base, kind, fields } as Credential;
}

function freeFields(value: unknown): Record<string, Secret | string> {
  if (!isObject(value)) throw unusable('a fields credential without fields');
  const fields: Record<string, Secret | string> = {};
  let total = 0;
  for (const [name, entry] of Object.entries(value)) {
    if (!fullMatch(/[A-Za-z][A-Za-z0-9_-]{0,127}/, name))
      throw unusable('a field whose name is not a plain word');
    const text = isObject(entry) ? fieldText(member(entry, 'value')) : undefined;
    if (text === undefined || !isObject(entry)) throw unusable('a field without a value');
    total += checked(text, `fields.${name}`);
    fields[name] = member(entry, 'sensitive') === false ? text : new Secret(text);
  }
  if (total === 0 || total > longestCredential)
    throw unusable('fields that are empty or longer than 256 KiB');
  return fields;
}

/** Ports come as numbers, principals as a list. */
function fieldText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('\n');
  return undefined;
}

function checked(text: string, where: string): number {
  const octets = Buffer.byteLength(text);
  if (octets > longestValue) throw unusable(`${where}, longer than 32 KiB`);
  if (text.includes('\0') || !text.isWellFormed()) throw unusable(`${where}, which is not clean text`);
  return octets;
}

/**
 * What one step gets is limited as one credential is: it all goes into the environment of the steps that follow.
 * @throws CredsError `credential-unusable`
 */
export function assertDeliverable(credentials: readonly Credential[]): void {
  let total = 0;
  for (const { fields } of credentials)
    for (const value of Object.values<Secret | string | undefined>(fields))
      total += Buffer.byteLength(value instanceof Secret ? value.reveal() : (value ?? ''));
  if (total > longestCredential) throw unusable('credentials that are longer than 256 KiB together');
}

function unusable(what: string): CredsError {
  return new CredsError('credential-unusable', `The answer holds ${what}.`);
}

/** The form on the wire: snake_case, secrets revealed. Only for what is about to be sent to the borrower. */
export function credentialToWire(credential: Credential): Record<string, unknown> {
  const { kind, name } = credential;
  const entries = Object.entries<Secret | string | undefined>(credential.fields);
  if (kind === 'fields') {
    const fields = entries.map(([field, value]) => [
      field,
      value instanceof Secret ? { value: value.reveal() } : { value, sensitive: false },
    ]);
    return { name, kind, fields: Object.fromEntries(fields) as unknown };
  }
  const shown = entries.map(([field, value]) => [
    snakeCase(field),
    value instanceof Secret ? value.reveal() : value,
  ]);
  return { name, kind, ...(Object.fromEntries(shown) as Record<string, unknown>) };
}

/** `accessKeyId` → `access_key_id`. */
export function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
