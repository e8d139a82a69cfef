import type { Literal } from '../files/literals.ts';
import type { FileRule } from './rule.ts';

/** Finds literals of a kind. The message says what it looks like, never what it is. */
export function findsLiterals(kind: Literal['kind']): FileRule['find'] {
  return ({ literals }) =>
    literals
      .filter((each) => each.kind === kind)
      .map(({ span, what }) => ({ span, message: `This looks like a secret that is written out: ${what}.` }));
}

/** For examples: what is put together here, no scanner finds in this repository. */
export function joined(...parts: readonly string[]): string {
  return parts.join('');
}
