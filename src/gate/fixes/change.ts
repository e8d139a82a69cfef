import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';

/** Keys and indices that lead to a value, from the root of a file’s only document. */
export type Path = readonly (string | number)[];

/** What a fix writes: as JSON has it, without null. */
export type Plain = string | number | boolean | readonly Plain[] | PlainMap;
export interface PlainMap {
  readonly [key: string]: Plain;
}

/** One change of what a file says. How it is written is `changeText`’s. */
export type Change =
  /** Another value in place of a scalar. `comment`: in place of one behind it that tells a version. */
  | { readonly do: 'set'; readonly path: Path; readonly value: string; readonly comment?: string }
  | { readonly do: 'remove'; readonly path: Path }
  /** A new key of a map, behind one that it has, or before it; left out, at its end. */
  | {
      readonly do: 'add';
      readonly path: Path;
      readonly value: Plain;
      readonly behind?: string;
      readonly before?: string;
    }
  /** A new item of a list, before the one that stands at its place. `comment`: behind its `uses`. */
  | { readonly do: 'insert'; readonly path: Path; readonly value: PlainMap; readonly comment?: string };

/** What cannot be rewritten for certain, and why. */
export class NotSure extends Error {}

/** What a file says, each alias as a value of its own. @throws NotSure where it is not one document of plain data */
export function valueOf(text: string): unknown {
  const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
  const [only, ...others] = 'empty' in documents ? [] : documents;
  if (only === undefined || others.length > 0) throw new NotSure('the file is not one YAML document');
  if (only.errors.length > 0) throw new NotSure('the file is no sound YAML');
  try {
    return JSON.parse(JSON.stringify(only.toJS({ maxAliasCount: 100 }))) as unknown;
  } catch {
    throw new NotSure('the file has aliases of aliases');
  }
}

/** Whether one text says what the other says after the changes, and nothing else. */
export function saysAfter(before: string, changes: readonly Change[], after: string): boolean {
  const value = valueOf(before);
  for (const change of changes) changeValue(value, change);
  return isDeepStrictEqual(value, valueOf(after));
}

function changeValue(root: unknown, change: Change): void {
  const key = change.path.at(-1);
  const parent = change.path.slice(0, -1).reduce<unknown>(childOf, root);
  if (Array.isArray(parent) && typeof key === 'number' && change.do === 'insert')
    parent.splice(key, 0, change.value);
  else if (isMap(parent) && typeof key === 'string' && isSound(parent, key, change)) {
    if (change.do === 'remove') Reflect.deleteProperty(parent, key);
    else parent[key] = change.value;
  } else throw new NotSure('it is not written as it is read');
}

function isSound(parent: Readonly<Record<string, unknown>>, key: string, change: Change): boolean {
  return change.do !== 'insert' && Object.hasOwn(parent, key) === (change.do !== 'add');
}

function childOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? (value as unknown[])[key] : undefined;
  return isMap(value) && Object.hasOwn(value, key) ? value[String(key)] : undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
