import type { Host } from '../domain/host.ts';
import type { Intent } from '../domain/intent.ts';

/**
 * What the variables of a delivery are to hold once it is taken back: nothing, and those that lead tools somewhere what
 * they held before. One that a later step has led elsewhere meanwhile is left as it is.
 */
export function variablesAfter(
  { variables, pointers = [] }: Pick<Intent, 'variables' | 'pointers'>,
  { env }: Pick<Host, 'env'>,
): Record<string, string> {
  const ours = pointers.filter(
    ({ name, value, after }) => after !== value && [undefined, '', value].includes(env[name]),
  );
  return {
    ...Object.fromEntries(variables.map((name) => [name, ''])),
    ...Object.fromEntries(ours.map(({ name, after }) => [name, after])),
  };
}
