import { fullMatch } from '../domain/pattern.ts';
import { isObject, parseStrictJson } from '../protocol/json.ts';

type Params = Readonly<Record<string, unknown>>;

/** Longer ones are no parameters. In characters. */
const longest = 64 * 1024;
const deepest = 64;
/** Members and entries in all; where anchors repeat a part, each time counts. */
const most = 10_000;

/**
 * The value of the option `params`: YAML 1.2 (its core schema), which JSON is a part of. What is JSON, or plain
 * `name: value` lines, is read here: a reader of all of YAML takes milliseconds to load.
 * @throws SyntaxError with what is wrong, to be put behind “The input `params`”; none of the text is in it
 */
export async function parseParams(text: string): Promise<Params> {
  if (text.length > longest) throw new SyntaxError('is longer than 64 KiB');
  const value = readJson(text) ?? readLines(text) ?? (await readYaml(text));
  if (!isObject(value)) throw new SyntaxError('must be `name: value` lines');
  if (!isModest(value)) throw new SyntaxError('is nested too deeply, too long or has a forbidden name');
  return value;
}

/** Undefined where it is no JSON at all. Where it is, YAML is not asked what it would make of a member that comes twice. */
function readJson(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  try {
    return parseStrictJson(text);
  } catch (error) {
    throw new SyntaxError(`is ${error instanceof SyntaxError ? error.message : 'not valid JSON'}`);
  }
}

const words: Readonly<Record<string, boolean | null>> = Object.fromEntries([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);

/**
 * Lines of a name, a colon and one plain word, in which no character means anything to YAML. Undefined for all others,
 * and where a name comes twice.
 */
export function readLines(text: string): Params | undefined {
  const read = new Map<string, unknown>();
  for (const line of text.split(/\r?\n/)) {
    if (fullMatch(/ *(?:#[ -~]*)?/, line)) continue;
    const [, name = '', value = ''] =
      /^([a-z][a-z-]{0,63}): +([A-Za-z0-9/][A-Za-z0-9._/:@-]*) *$/.exec(line) ?? [];
    const known = scalarOf(value);
    if (name === '' || known === undefined || Object.hasOwn(words, name) || read.has(name)) return undefined;
    read.set(name, known);
  }
  return read.size === 0 ? undefined : Object.fromEntries(read);
}

/** Undefined for what YAML could take for something else than it looks like. */
function scalarOf(word: string): string | number | boolean | null | undefined {
  if (Object.hasOwn(words, word)) return words[word];
  if (fullMatch(/0|[1-9]\d{0,14}/, word)) return Number(word);
  return fullMatch(/[A-Za-z/].*[^:]|[A-Za-z/]/, word) ? word : undefined;
}

async function readYaml(text: string): Promise<unknown> {
  const { parseYaml } = await import('./params.ts');
  try {
    return parseYaml(text);
  } catch {
    throw new SyntaxError('is not valid YAML');
  }
}

/** Not by recursion: how deep it is is the question. */
function isModest(value: unknown): boolean {
  const waiting: (readonly [unknown, number])[] = [[value, 0]];
  for (let seen = 0; ; seen++) {
    const next = waiting.pop();
    if (next === undefined) return true;
    const [each, depth] = next;
    if (seen > most || depth > deepest) return false;
    if (typeof each !== 'object' || each === null) continue;
    if (Object.hasOwn(each, '__proto__')) return false;
    for (const part of Object.values(each)) waiting.push([part, depth + 1]);
  }
}
