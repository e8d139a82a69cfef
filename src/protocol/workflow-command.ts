import { CredsError } from '../domain/errors.ts';

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
 * Entries of a command file (GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE) in heredoc form, in one text. The delimiter
 * is the caller's 128 random bits; a value that holds it, a NUL or half a character is refused.
 * @throws CredsError `credential-unusable`
 */
export function commandFileText(entries: Readonly<Record<string, string>>, delimiter: string): string {
  let text = '';
  for (const [name, value] of Object.entries(entries)) {
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
