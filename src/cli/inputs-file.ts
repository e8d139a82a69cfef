import { resolve } from 'node:path';
import { configFromComponent } from '../config/component.ts';
import { CredsError } from '../domain/errors.ts';
import type { Given } from '../config/reading.ts';
import { isTrustText } from '../config/trust-root.ts';
import type { Said, Scene } from './commands/command.ts';
import { pathOptions } from './shared-flags.ts';

const longest = 64 * 1024;

/**
 * What the file of `--inputs` says, laid beside what the words say. Relative paths count from the caller’s folder where
 * words name them, and are refused in the file.
 * @returns with the names that came from the file
 * @throws CredsError `input-invalid` when the file cannot be read, or says what the words say, too
 */
export function withInputs(
  said: Said,
  { host, folder }: Pick<Scene, 'host' | 'folder'>,
): { readonly said: Said; readonly fromFile: ReadonlySet<string> } {
  const [name] = said.values('inputs');
  const options = withPaths(said.options, folder);
  if (name === undefined) return { said: { ...said, options }, fromFile: new Set() };
  let text: string | undefined;
  try {
    text = host.files.read(resolve(folder, name), longest);
  } catch {
    // Told below.
  }
  if (text === undefined)
    throw new CredsError('input-invalid', 'The file that `--inputs` names cannot be read.');
  const given = configFromComponent(text);
  const twice = Object.keys(given).find((each) => Object.hasOwn(said.options, each));
  if (twice !== undefined)
    throw new CredsError('input-invalid', `The option \`--${twice}\` stands in the file of inputs already.`);
  return { said: { ...said, options: { ...given, ...options } }, fromFile: new Set(Object.keys(given)) };
}

function withPaths(options: Given, folder: string): Given {
  const paths = Object.entries(options)
    .filter(([name, value = '']) => pathOptions[name] !== undefined && !isTrustText(value))
    .map(([name, path = '']) => [name, resolve(folder, path)] as const);
  return { ...options, ...Object.fromEntries(paths) };
}
