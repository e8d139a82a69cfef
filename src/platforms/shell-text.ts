import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';

/**
 * Commands that set and export variables in every shell of POSIX.1-2024 (§2.2.2 single quotes): between single quotes
 * nothing has a meaning but the single quote itself.
 * @throws CredsError `credential-unusable` for what no shell can hold, naming the variable
 */
export function shellText(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    assertFits(name, value);
    return `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`;
  });
  return lines.join('');
}

/**
 * The same for a dotenv report (https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv), which has
 * no quoting: a value is one line, as it is.
 * @throws CredsError `credential-unusable`, naming the variable
 */
export function dotenvText(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    assertFits(name, value);
    if (!fullMatch(/[^\s"'#\\$]+( +[^\s"'#\\$]+)*/, value)) throw unusable(name);
    return `${name}=${value}\n`;
  });
  return lines.join('');
}

function assertFits(name: string, value: string): void {
  if (!fullMatch(/[A-Z_][A-Z0-9_]*/, name))
    throw new CredsError('credential-unusable', 'A variable has a name that no shell can hold.');
  if (value.includes('\0') || !value.isWellFormed()) throw unusable(name);
}

function unusable(name: string): CredsError {
  return new CredsError('credential-unusable', `The value for ${name} cannot be handed over safely.`);
}
