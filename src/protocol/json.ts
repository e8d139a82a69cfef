/** Nothing that we read is nested deeper; what walks over it later may then be recursive. */
const deepest = 64;

/**
 * Reads JSON as RFC 8259 and I-JSON (RFC 7493) want it from a stranger: valid UTF-8, no byte order mark, no member
 * twice in one object, no `__proto__`, no half of a surrogate pair, no number beyond a double, 64 levels at most.
 * @throws SyntaxError without any of the text in it
 */
export function parseStrictJson(input: Uint8Array | string): unknown {
  let value: unknown;
  let text: string;
  try {
    text =
      typeof input === 'string'
        ? input
        : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input);
    value = JSON.parse(text);
  } catch {
    throw new SyntaxError('not valid JSON');
  }
  if (!text.isWellFormed()) throw new SyntaxError('JSON with half a character');
  refuseUnclean(text);
  return value;
}

const code = (char: string): number => char.charCodeAt(0);
const [quote, backslash, comma, minus] = [code('"'), code('\\'), code(','), code('-')];
const [openObject, closeObject, openArray, closeArray] = [code('{'), code('}'), code('['), code(']')];
const [zero, nine] = [code('0'), code('9')];

/** Walks over text that is known to be valid JSON. */
function refuseUnclean(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  const escapes = text.includes('\\');
  let expectsName = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === quote) {
      const end = escapes ? endOfString(text, at) : text.indexOf('"', at + 1);
      if (expectsName) addMember(open.at(-1), readString(text.slice(at, end + 1)));
      else if (escapes) readString(text.slice(at, end + 1));
      expectsName = false;
      at = end;
    } else if (char === openObject || char === openArray) {
      open.push(char === openObject ? new Set() : undefined);
      if (open.length > deepest) throw new SyntaxError('JSON nested too deeply');
      expectsName = char === openObject;
    } else if (char === closeObject || char === closeArray) {
      open.pop();
      expectsName = false;
    } else if (char === comma) {
      expectsName = open.at(-1) !== undefined;
    } else if (char === minus || (char >= zero && char <= nine)) {
      at = endOfNumber(text, at) - 1;
    }
  }
}

function readString(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  const string = JSON.parse(quoted) as string;
  if (!string.isWellFormed()) throw new SyntaxError('JSON with half a character');
  return string;
}

function addMember(members: Set<string> | undefined, name: string): void {
  if (name === '__proto__' || members?.has(name) === true)
    throw new SyntaxError('JSON with a repeated or forbidden member');
  members?.add(name);
}

/** Where the number that begins here ends. */
function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && '0123456789.eE+-'.includes(text[end] ?? ' ')) end++;
  if (!Number.isFinite(Number(text.slice(start, end)))) throw new SyntaxError('JSON with an endless number');
  return end;
}

function endOfString(text: string, start: number): number {
  for (let at = start; ;) {
    at = text.indexOf('"', at + 1);
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
}

/** True for an object that is not an array; its own members may then be read. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own member, never an inherited one. */
export function member(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
