import { CredsError } from '../domain/errors.ts';
import { nearest } from '../domain/near-miss.ts';
import type { Option } from '../domain/option.ts';
import { fullMatch } from '../domain/pattern.ts';
import { parseStrictJson } from '../protocol/json.ts';
import { options } from './options.ts';
import type { Given } from './reading.ts';

/**
 * Reads the inputs as the GitLab component writes them: `NAME=VALUE` a line, the name in snake_case, the value as it is
 * to the end of the line; no quotes, no escapes, nothing is expanded. Where an option takes lines, a value that begins
 * with `[` is a JSON array of them.
 * @throws CredsError `input-invalid`, naming the input, never its value
 */
export function configFromComponent(text: string): Given {
  const given = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const at = line.indexOf('=');
    if (at < 1)
      throw new CredsError('input-invalid', 'The file of inputs has a line that is not NAME=VALUE.');
    const row = rowOf(line.slice(0, at));
    if (given.has(row.name)) throw bad(row, 'stands in the file of inputs twice');
    given.set(row.name, valueOf(row, line.slice(at + 1)));
  }
  return Object.fromEntries(given);
}

function rowOf(typed: string): Option {
  const rows = options.filter(({ on }: Option) => on.includes('cli'));
  const row = rows.find(({ name }) => name.replaceAll('-', '_') === typed);
  if (row !== undefined) return row;
  const near = nearest(
    rows.map(({ name }) => name),
    typed,
  );
  const named = fullMatch(/[A-Za-z][A-Za-z_-]{0,40}/, typed) ? `: \`${typed}\`` : '';
  const meant = near === undefined ? '.' : `; did you mean \`${near.replaceAll('-', '_')}\`?`;
  throw new CredsError(
    'input-invalid',
    `The file of inputs names something that is no input${named}${meant}`,
  );
}

function valueOf(row: Option, value: string): string {
  if (row.type !== 'lines' || !value.trimStart().startsWith('[')) return value;
  let entries: unknown;
  try {
    entries = parseStrictJson(value);
  } catch {
    throw bad(row, 'begins with `[` and is no JSON array');
  }
  // An entry that holds a line break would be two.
  if (
    !Array.isArray(entries) ||
    !entries.every((entry) => typeof entry === 'string' && !/[\r\n]/.test(entry))
  )
    throw bad(row, 'is an array with something else in it than lines of text');
  return entries.join('\n');
}

function bad({ name }: Option, problem: string): CredsError {
  return new CredsError('input-invalid', `The input \`${name}\` ${problem}.`);
}
