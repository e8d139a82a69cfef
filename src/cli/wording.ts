import { options } from '../config/options.ts';
import type { Option } from '../domain/option.ts';

/**
 * A message of a room that does not know who reads it, in the words of the command line: where the action has the
 * input `broker-url`, it has the option `--broker-url`; what came from the file of `--inputs` is an input still.
 * @param fromFile names of options that stood in that file
 */
export function inOptions(text: string, fromFile: ReadonlySet<string>): string {
  return text
    .replace(/\b(I|i)nput `([a-z-]+)`/g, (whole, first: string, name: string) => {
      if (rowOf(name) === undefined) return whole;
      if (fromFile.has(name)) return `${first}nput \`${name.replaceAll('-', '_')}\``;
      return `${first === 'I' ? 'O' : 'o'}ption \`--${name}\``;
    })
    .replace(/`([a-z-]+): ([^`]+)`/g, (whole, name: string, value: string) => {
      const row = rowOf(name);
      if (row === undefined || fromFile.has(name)) return whole;
      return row.type === 'boolean' ? `\`--${name}=${value}\`` : `\`--${name} ${value}\``;
    })
    .replace(/`([a-z]+(?:-[a-z]+)+)`/g, (whole, name: string) =>
      rowOf(name) === undefined || fromFile.has(name) ? whole : `\`--${name}\``,
    );
}

function rowOf(name: string): Option | undefined {
  return options.find((option: Option) => option.name === name && option.on.includes('cli'));
}
