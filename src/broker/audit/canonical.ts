/** So many names of members are remembered as they are written; the log has few. */
const mostNames = 1000;
const names = new Map<string, string>();
/** Characters that stand in JSON as themselves. */
const unescaped = /^[ !#-[\]-~]*$/;

/**
 * The canonical form (RFC 8785) of plain JSON values, for what is written: at less than half the cost of `canonicalize`,
 * by which whoever checks a log makes it. What is undefined in an object is left out.
 * @throws Error for half a surrogate pair (§3.2.2.2)
 */
export function canonicalText(value: unknown): string {
  if (typeof value === 'string') return textOf(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  return objectText(value as Readonly<Record<string, unknown>>);
}

function objectText(object: Readonly<Record<string, unknown>>): string {
  let members = '';
  // By UTF-16 code units, as §3.2.3 has it.
  for (const name of Object.keys(object).sort()) {
    const value = object[name];
    if (value === undefined) continue;
    members += `${members === '' ? '' : ','}${nameOf(name)}:${canonicalText(value)}`;
  }
  return `{${members}}`;
}

function nameOf(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const text = textOf(name);
  if (names.size < mostNames) names.set(name, text);
  return text;
}

function textOf(text: string): string {
  if (unescaped.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new Error('half a surrogate pair has no canonical form');
  return JSON.stringify(text);
}
