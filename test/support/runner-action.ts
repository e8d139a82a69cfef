import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** An action as its action.yml describes it to the runner. */
export interface Action {
  readonly main: string;
  readonly post: string | undefined;
  /** The inputs that a step gets: those given over the declared defaults. @throws Error for an undeclared name */
  readonly inputs: (given: Readonly<Record<string, string>>) => Record<string, string>;
}

interface ActionFile {
  readonly runs: { readonly main: string; readonly post?: string };
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown }>>;
}

export function readAction(path: string): Action {
  const file = parse(readFileSync(path, 'utf8')) as ActionFile;
  const declared = file.inputs ?? {};
  const script = (name: string) => join(dirname(path), name);
  return {
    main: script(file.runs.main),
    post: file.runs.post === undefined ? undefined : script(file.runs.post),
    inputs(given) {
      const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
      if (unknown.length > 0) throw new Error(`Unexpected input(s): ${unknown.join(', ')}`);
      const defaults = Object.entries(declared).map(
        ([name, input]) => [name, textOf(input.default)] as const,
      );
      return { ...Object.fromEntries(defaults), ...given };
    },
  };
}

/** An input without a default reaches the action as an empty string. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}
