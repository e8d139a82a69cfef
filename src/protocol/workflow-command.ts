import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';

/**
 * A workflow command line for standard output (GitHub Docs, Workflow commands for GitHub Actions). Starts on a line
 * of its own whatever was printed before.
 */
export function workflowCommand(
  name: string,
  value: string,
  properties: Readonly<Record<string, string>> = {},
): string {
  const list = Object.entries(properties).map(([key, text]) => `${key}=${escapeProperty(text)}`);
  return `::${name}${list.length === 0 ? '' : ` ${list.join(',')}`}::${escapeData(value)}\n`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

/**
 * Entries of a command file (GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE) in one text: what is empty as `NAME=`, all else in
 * heredoc form. The delimiter is the caller's 128 random bits, asked for where one is needed; a value that holds it, a NUL
 * or half a character is refused.
 * @throws CredsError `credential-unusable`
 */
export function commandFileText(
  entries: Readonly<Record<string, string>>,
  makeDelimiter: () => string,
): string {
  let text = '';
  let delimiter: string | undefined;
  for (const [name, value] of Object.entries(entries)) {
    if (value === '' && fullMatch(plainName, name)) {
      text += `${name}=\n`;
      continue;
    }
    delimiter ??= makeDelimiter();
    if (
      value.includes(delimiter) ||
      name.includes(delimiter) ||
      value.includes('\0') ||
      !value.isWellFormed()
    ) {
      throw new CredsError('credential-unusable', `The value for ${name} cannot be handed over safely.`);
    }
    text += `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
  }
  return text;
}

/** Of an output or a variable: nothing that means something else in such a file. */
const plainName = /[A-Za-z_][A-Za-z0-9_-]*/;
