import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { commandFileText } from '../../../src/protocol/workflow-command.ts';
import { readPairs } from '../../support/runner-files.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const delimiter = 'ec_0123456789abcdef0123456789abcdef';
const making = (): string => delimiter;

/** As the runner reads it. */
function heard(text: string): [string, string][] {
  const found = new Map<string, string>();
  readPairs(text, found);
  return [...found];
}

describe('entries of a command file', () => {
  test('say to the runner exactly what was meant, whatever stands in a value', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.constantFrom('\n', '=', '<<', 'EOF', 'A=b', ' ', '\r', '::x::', 'ec_'), { maxLength: 8 })
        .map((all) => all.join('')),
    );
    const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,12}$/);
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }), (entries) => {
        expect(heard(commandFileText(entries, making))).toEqual(Object.entries(entries));
      }),
    );
  });

  test('none at all are no text', () => {
    expect(commandFileText({}, making)).toBe('');
  });

  test.each([
    ['the delimiter', `a\n${delimiter}\nPATH=/evil`],
    ['the delimiter inside a line', `x${delimiter}x`],
    ['a NUL', 'a\0b'],
    ['half a character', 'a\udfff'],
  ])('C22 with %s in a value are refused, by name and without the value', async (_, text) => {
    const error = await failureOf(() => commandFileText({ GOOD: 'x', BAD: `hunter2${text}` }, making));
    expect(error).toMatchObject({ code: 'credential-unusable' });
    expect(String(error)).toContain('BAD');
    expect(everythingIn(error)).not.toContain('hunter2');
  });

  test('a name cannot hold the delimiter either', async () => {
    expect(await failureOf(() => commandFileText({ [`A${delimiter}`]: 'x' }, making))).toMatchObject({
      code: 'credential-unusable',
    });
  });
});
