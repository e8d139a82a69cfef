import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { isObject, member, parseStrictJson } from '../../../src/protocol/json.ts';

/** What plain JSON.parse says. */
function verdict(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function outcome(text: string): { value: unknown } | undefined {
  try {
    return { value: parseStrictJson(text) };
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return undefined;
  }
}

/** Trees of JSON in which an object is a list of members, so that a name can come twice. */
type Tree =
  null | boolean | number | string | { readonly list: Tree[] } | { readonly members: [string, Tree][] };

const names = fc.oneof(
  fc.constantFrom('a', 'b', '__proto__', 'constructor', ''),
  fc.string({ unit: 'binary' }),
);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }),
    fc.record({ list: fc.array(tie('tree'), { maxLength: 4 }) }),
    fc.record({ members: fc.array(fc.tuple(names, tie('tree')), { maxLength: 4 }) }),
  ),
}));

function write(value: Tree): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('list' in value) return `[ ${value.list.map(write).join(',\n')}]`;
  return `{${value.members.map(([name, each]) => `\t${JSON.stringify(name)} : ${write(each)}`).join(',')} }`;
}

function isStrict(value: Tree): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if ('list' in value) return value.list.every(isStrict);
  const found = value.members.map(([name]) => name);
  const clean =
    new Set(found).size === found.length &&
    !found.includes('__proto__') &&
    found.every((name) => name.isWellFormed());
  return clean && value.members.every(([, each]) => isStrict(each));
}

describe('strict JSON', () => {
  test('is exactly what JSON.parse takes, without repeated members and without __proto__', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const text = write(value);
        expect(outcome(text)).toEqual(isStrict(value) ? verdict(text) : undefined);
      }),
      { numRuns: 500 },
    );
  });

  test('is nothing that JSON.parse refuses: valid text with a character changed', () => {
    const changed = fc.tuple(
      tree,
      fc.nat(),
      fc.constantFrom('', '"', '\\', '{', ',', ':', ']', '\uFEFF', '\u0001'),
    );
    fc.assert(
      fc.property(changed, ([value, place, with_]) => {
        const text = write(value);
        const at = place % (text.length + 1);
        const broken = text.slice(0, at) + with_ + text.slice(at + 1);
        if (verdict(broken) === undefined) expect(outcome(broken)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"x":[{"a":{},"b":[],"a":0}]}',
    '{"a\\"":1,"a\\"":2}',
    '{"\\\\":1,"\\\\":2}',
    '{"__proto__":{}}',
    '[{"\\u005f_proto__":null}]',
    '\uFEFF{}',
    '',
    'undefined',
    "{'a':1}",
    '{"a":1,}',
    '[1,]',
    '01',
    'NaN',
    '{"a":1} x',
    '"\\ud800"',
    '{"\\udc00":1}',
    '["\ud800"]',
    '[1e999]',
    '{"exp":-1e400}',
    `1${'0'.repeat(309)}`,
    '['.repeat(65) + ']'.repeat(65),
    '{"a":'.repeat(65) + '1' + '}'.repeat(65),
  ])('is not %j', (text) => {
    expect(outcome(text)).toBeUndefined();
  });

  test.each([
    '{"a":["a","a"],"b":"a"}',
    '{"a":{"a":{"a":1}}}',
    '["{\\"a\\":1,\\"a\\":1}"]',
    '{"a,":1,"a":2}',
    '["\\ud83d\\ude00","😀","1e999",1e308,-0.5E-3]',
    '['.repeat(64) + ']'.repeat(64),
  ])('is %j', (text) => {
    expect(outcome(text)).toEqual(verdict(text));
  });

  test('comes as UTF-8 without a mark; anything else is refused', () => {
    const octets = (hex: string) => Buffer.from(hex, 'hex');
    expect(parseStrictJson(Buffer.from('"ä😀"'))).toBe('ä😀');
    for (const hex of ['efbbbf7b7d', '22ff22', '22c32822', '22eda08022', 'feff007b007d', '7b007d00'])
      expect(() => parseStrictJson(octets(hex))).toThrow(SyntaxError);
  });

  test('tells nothing of what it refused', () => {
    for (const text of ['{"hunter2":"hunter2","hunter2":1}', '{"hunter2" hunter2']) {
      let told = '';
      try {
        parseStrictJson(text);
      } catch (error) {
        told = `${String(error)} ${String((error as Error).cause)} ${(error as Error).stack ?? ''}`;
      }
      expect(told).toContain('SyntaxError');
      expect(told).not.toContain('hunter2');
    }
  });
});

describe('hostile sizes', () => {
  test('neither depth nor length overflows the stack', () => {
    const deep = 200_000;
    expect(() => parseStrictJson('['.repeat(deep) + ']'.repeat(deep))).toThrow('nested too deeply');
    expect(() => parseStrictJson('{"a":'.repeat(deep) + '1' + '}'.repeat(deep))).toThrow('nested too deeply');
    expect(() => parseStrictJson('['.repeat(deep))).toThrow(SyntaxError);
  });

  test.each<readonly [string, (n: number) => string]>([
    ['backslashes', (n) => `"${'\\\\'.repeat(n)}"`],
    ['escaped quotes', (n) => `"${'\\"'.repeat(n)}"`],
    [
      'backslashes before each quote',
      (n) =>
        `["${Array(Math.ceil(n / 50))
          .fill('\\\\'.repeat(24))
          .join('","')}"]`,
    ],
    ['members', (n) => `{${Array.from({ length: n / 8 }, (_, at) => `"${String(at)}":0`).join()}}`],
    ['numbers', (n) => `[${'1'.repeat(300)}${',1.5e3'.repeat(n / 6)}]`],
    ['commas and brackets inside strings', (n) => `["${',{}[]:'.repeat(n / 8)}"]`],
  ])('what is long is read once, and not again for each character of it: %s', (_, make) => {
    const within = { timeout: 20_000 };
    // Some milliseconds, and minutes if each character cost as much as all before it.
    const read = (): unknown =>
      runInNewContext('parse(text)', { parse: parseStrictJson, text: make(1_000_000) }, within);
    expect(read).not.toThrow();
  });
});

test('a member is the object’s own, never an inherited one', () => {
  expect(member({ a: 1 }, 'a')).toBe(1);
  for (const name of ['toString', 'constructor', '__proto__']) expect(member({}, name)).toBeUndefined();
  expect([{}, [], null, 'x', undefined].map(isObject)).toEqual([true, false, false, false, false]);
});
