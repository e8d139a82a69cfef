/** Text as a secret could be, with all that formats quote, split or expand by. */
import { fc } from './property.ts';

const marks = [
  'a',
  'Z',
  '0',
  ' ',
  '"',
  "'",
  '`',
  '#',
  ';',
  '=',
  ':',
  '\\',
  '%',
  '$',
  '{',
  '}',
  '*',
  '[',
  ']',
  '/',
  '@',
  '!',
  '\n',
  '\r',
  '\t',
  'ü',
  '€',
  '😀',
  '\u0085',
  '\u2028',
  '\u00a0',
];

/** What some format takes for something else. */
const words = [
  'true',
  'null',
  'undefined',
  '${HOME}',
  '$HOME',
  '%(x)s',
  '*',
  'machine',
  '#x',
  '"x"',
  "'x'",
  '__token__',
  'x\\',
  '\\:',
  ' x ',
  '%41%0a',
  '//x',
  '[x]',
  'x # y',
  'x ; y',
  '=x',
];

export const awkward = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: fc.constantFrom(...marks), minLength: 1, maxLength: 16 }) },
  fc.constantFrom(...words),
);

/** All such words, and `count` more; the same every time, so that a failure is one again. */
export function awkwardSamples(count: number): string[] {
  return [...new Set([...words, ...fc.sample(awkward, { numRuns: count, seed: 20_261_121 })])];
}
