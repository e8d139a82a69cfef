import { LineCounter, isMap, isNode, isScalar, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { CredsError } from './errors.ts';
import { knownKeys } from './schema-keys.ts';

type Path = readonly PropertyKey[];

/** A YAML 1.2 file that a person wrote, with the lines on which its fields stand. */
export interface YamlDocument {
  readonly file: string;
  readonly value: unknown;
  /** One line of an error message: `file:line: field: what`. */
  problem(path: Path, what: string): string;
  /** Where a field stands, line and column from 1; or the nearest thing around it that exists. */
  position(path: Path): { readonly line: number; readonly column: number };
}

/**
 * Reads one YAML document: no repeated keys, no aliases, no tags, no second document.
 * @throws CredsError `input-invalid` with file and line
 */
export function readYaml(file: string, text: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const first = document.errors[0] ?? document.warnings[0];
  if (first !== undefined)
    throw invalid([`${file}:${String(lines.linePos(first.pos[0]).line)}: ${first.message}`]);
  const other = otherLanguage(document);
  if (other !== undefined)
    throw invalid([`${file}:${String(lines.linePos(other.offset).line)}: ${other.what}`]);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw invalid([`${file}: aliases (*name) are not read here; write the value out`]);
  }
  const hidden = pathOfProto(value);
  const position: YamlDocument['position'] = (path) => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    return { line, column: col };
  };
  const problem: YamlDocument['problem'] = (path, what) =>
    `${file}:${String(position(path).line)}: ${fieldName(path)}${what}`;
  // Whoever copies the object leaves this key out without a word, and with it a condition.
  if (hidden !== undefined) throw invalid([problem(hidden, 'this is no name that a key can have')]);
  return { file, value, problem, position };
}

/**
 * What makes another language of the file, or another value of what one reads there: YAML 1.1 takes `yes`, `1:30` and
 * `<<` for something else, and a set or an ordered map has none of the members that a schema looks for.
 */
function otherLanguage(document: Document): { readonly offset: number; readonly what: string } | undefined {
  const version = document.directives?.yaml;
  if (version?.explicit === true && version.version !== '1.2')
    return { offset: 0, what: 'files are YAML 1.2 here; leave the %YAML line out' };
  let offset: number | undefined;
  visit(document, {
    Node: (_, node) => {
      // Whatever their types say: only a tag that was written stands there.
      const tag: unknown = node.tag;
      if (tag === undefined) return undefined;
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset === undefined
    ? undefined
    : { offset, what: 'tags (!!name) are not read here; write the value without' };
}

/** Where a key is called `__proto__`. */
function pathOfProto(value: unknown): Path | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, '__proto__')) return ['__proto__'];
  for (const [key, each] of Object.entries(value)) {
    const below = pathOfProto(each);
    if (below !== undefined) return [Array.isArray(value) ? Number(key) : key, ...below];
  }
  return undefined;
}

/**
 * The document's value as its schema describes it.
 * @param prefix where the value stands in the file, when it is only a part of it
 * @throws CredsError `input-invalid`: every problem on a line of its own, with file, line and field
 */
export function checkYaml<T>(document: YamlDocument, schema: z.ZodType<T>, prefix: Path = []): T {
  const result = schema.safeParse(document.value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => describe(issue, schema));
  throw invalid(problems.map(({ path, what }) => document.problem([...prefix, ...path], what)));
}

/** An error of a configuration file: one problem a line. */
export function invalid(problems: readonly string[]): CredsError {
  return new CredsError('input-invalid', problems.join('\n'), {
    hint: 'Correct the lines above; docs/reference/broker.md lists every key.',
  });
}

interface Problem {
  readonly path: Path;
  readonly what: string;
}

function describe(issue: z.core.$ZodIssue, schema: z.ZodType): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    const instead = known.length === 0 ? '' : `; the keys here are ${known.join(', ')}`;
    return issue.keys.map((key) => ({ path: [...issue.path, key], what: `unknown key${instead}` }));
  }
  if (issue.code === 'invalid_union') {
    const nearest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
    if (depth(nearest) > 0) {
      return nearest.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, schema));
    }
    if (issue.message !== 'Invalid input') return [{ path: issue.path, what: issue.message }];
    const choices = issue.errors.flat().map((inner) => inner.message.replace(/^Invalid input: /, ''));
    return [{ path: issue.path, what: [...new Set(choices)].join(', or ') || issue.message }];
  }
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ path: issue.path, what: message.replace(/^Invalid input: /, '') }];
}

/** How far into the value a branch of a union came: the branch that was meant is the one that came furthest. */
function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(
    0,
    ...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)),
  );
}

function fieldName(path: Path): string {
  if (path.length === 0) return '';
  const name = path
    .map((key) => (typeof key === 'number' ? `[${String(key)}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return `${name}: `;
}

/** Where the field stands, or the nearest thing around it that exists. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const key = path[length - 1];
    const parent = document.getIn(path.slice(0, length - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0;
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}
