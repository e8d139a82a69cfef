import { fc } from '../../support/property.ts';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { NotSure, saysAfter, type Change, type Path, type PlainMap } from '../../../src/gate/fixes/change.ts';
import { changeText } from '../../../src/gate/fixes/change-text.ts';

const keys = fc.constantFrom('on', 'jobs', 'steps', 'with', 'env', 'a', 'b', 'c-d', 'E_F');
const scalars = fc.oneof(
  fc.constantFrom(
    'x',
    '${{ secrets.A }}',
    'yes: no',
    '# no comment',
    "it's",
    '"',
    'a\nb\n',
    '\ttab\n',
    '- x',
    '',
  ),
  fc.string({ maxLength: 12 }),
  fc.integer(),
  fc.boolean(),
);
const { map } = fc.letrec<{ map: Record<string, unknown>; value: unknown }>((tie) => ({
  map: fc.dictionary(keys, tie('value'), { minKeys: 1, maxKeys: 4 }),
  value: fc.oneof(
    { maxDepth: 5 },
    scalars,
    tie('map'),
    fc.array(fc.oneof(scalars, tie('map')), { maxLength: 3 }),
  ),
}));

interface Spot {
  readonly path: Path;
  readonly value: unknown;
}

function spotsIn(value: unknown, path: Path = []): Spot[] {
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((each, index) => [index, each])
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : [];
  return [{ path, value }, ...entries.flatMap(([key, each]) => spotsIn(each, [...path, key]))];
}

const put: PlainMap = {
  uses: 'o/n@v1',
  with: { role: '${{ vars.R }}', more: 'a: b\nc: d\n', list: ['x', 'y z'] },
};

/** Every change that can be thought of at a spot. */
function changesAt({ path, value }: Spot): Change[] {
  const last = path.at(-1);
  return [
    ...(typeof last === 'string' ? [{ do: 'remove', path } as const] : []),
    ...(typeof last === 'string' && (typeof value !== 'object' || value === null)
      ? [
          { do: 'set', path, value: '${{ steps.a.outputs.b }}' } as const,
          { do: 'set', path, value: 'o/n@v1', comment: 'v1' } as const,
        ]
      : []),
    ...(typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [
          { do: 'add', path: [...path, 'new'], value: 'write' } as const,
          { do: 'add', path: [...path, 'new'], value: put } as const,
          { do: 'add', path: [...path, 'new'], value: 'x', before: Object.keys(value)[0] ?? '' } as const,
        ]
      : []),
    ...(Array.isArray(value) && value.length > 0
      ? [{ do: 'insert', path: [...path, 0], value: put } as const]
      : []),
  ];
}

/** A few of them: a file is read anew for each. */
function some(text: string, from: number): Change[] {
  const all = spotsIn(parse(text)).flatMap(changesAt);
  return all.length === 0 ? [] : [0, 1, 2].flatMap((step) => all[(from + step * 7) % all.length] ?? []);
}

/** The text after a change; undefined where it says that it is not sure. */
function changed(text: string, change: Change): string | undefined {
  try {
    return changeText(text, change);
  } catch (error) {
    if (error instanceof NotSure) return undefined;
    throw error;
  }
}

/** Comments, blank lines and line ends as a person puts them. */
function dressed(text: string, { crlf, every }: { readonly crlf: boolean; readonly every: number }): string {
  const lines = text.split('\n');
  const more = lines.flatMap((line, index) =>
    index % every === 0 && /^ *[\w"'-]+:/.test(line) && !text.includes('|') && !text.includes('>')
      ? [`${/^ */.exec(line)?.[0] ?? ''}# comment ${String(index)}`, line]
      : [line],
  );
  return more.join(crlf ? '\r\n' : '\n');
}

describe('a change at its place in the text', () => {
  test('says what was meant and nothing else, or that it cannot be done', () => {
    let done = 0;
    fc.assert(
      fc.property(
        map,
        fc.record({ crlf: fc.boolean(), every: fc.integer({ min: 1, max: 4 }) }),
        fc.constantFrom(2, 4),
        fc.boolean(),
        fc.nat(),
        (value, dress, indent, indentSeq, from) => {
          const text = dressed(stringify(value, { indent, indentSeq, lineWidth: 0 }), dress);
          for (const change of some(text, from)) {
            const after = changed(text, change);
            if (after === undefined) continue;
            done++;
            expect({ text, change, after, says: saysAfter(text, [change], after) }).toMatchObject({
              says: true,
            });
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(done).toBeGreaterThan(100);
  }, 60_000);

  test('adds without touching a byte, and keeps every comment of what stays', () => {
    fc.assert(
      fc.property(map, fc.integer({ min: 1, max: 3 }), fc.nat(), (value, every, from) => {
        const text = dressed(stringify(value), { crlf: false, every });
        for (const change of some(text, from)) {
          if (change.do !== 'add' && change.do !== 'insert') continue;
          const after = changed(text, change);
          if (after === undefined) continue;
          let [head, tail] = [0, 0];
          while (head < text.length && text[head] === after[head]) head++;
          while (tail < text.length - head && text.at(-1 - tail) === after.at(-1 - tail)) tail++;
          expect({ change, text, after, kept: head + tail }).toMatchObject({ kept: text.length });
        }
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});

test.each<readonly [string, string, Change, string]>([
  [
    'CRLF',
    'a:\r\n  b: 1 # one\r\nc: 2\r\n',
    { do: 'add', path: ['a', 'n'], value: 'x' },
    'a:\r\n  b: 1 # one\r\n  n: x\r\nc: 2\r\n',
  ],
  ['no line end at the end', 'a:\n  b: 1', { do: 'add', path: ['a', 'n'], value: 'x' }, 'a:\n  b: 1\n  n: x'],
  [
    'a comment behind a version',
    'uses: a/b@0123 # v4.1\n',
    { do: 'set', path: ['uses'], value: 'o/n@v1' },
    'uses: o/n@v1\n',
  ],
  [
    'a comment that tells something else',
    'uses: a/b@0123 # the login\n',
    { do: 'set', path: ['uses'], value: 'o/n@v1', comment: 'v1' },
    'uses: o/n@v1 # the login\n',
  ],
  [
    'the first key of an item',
    's:\n- env: { A: 1 }\n  run: x\n',
    { do: 'remove', path: ['s', 0, 'env'] },
    's:\n- run: x\n',
  ],
  ['braces', 'p: {}\n', { do: 'add', path: ['p', 'id-token'], value: 'write' }, 'p: { id-token: write }\n'],
  [
    'a value that needs quotes between braces',
    "e: { A: '${{ secrets.A }}', B: 1 }\n",
    { do: 'set', path: ['e', 'A'], value: '${{ steps.a.outputs.b }}' },
    "e: { A: '${{ steps.a.outputs.b }}', B: 1 }\n",
  ],
  [
    'comments above an item are its own',
    's:\n  - a: 1\n\n  # two\n  - b: 2\n',
    { do: 'insert', path: ['s', 1], value: { c: '3' } },
    "s:\n  - a: 1\n\n  - c: '3'\n\n  # two\n  - b: 2\n",
  ],
  [
    'a block with tabs in it',
    'e:\n  A: |\n    \tx\n\n\nf: 1\n',
    { do: 'add', path: ['e', 'B'], value: 'y' },
    'e:\n  A: |\n    \tx\n  B: y\n\n\nf: 1\n',
  ],
])('%s', (_, before, change, after) => {
  expect(changeText(before, change)).toBe(after);
  expect(saysAfter(before, [change], after)).toBe(true);
});

test.each<readonly [string, string, Change]>([
  ['an alias in its place', 'a: &x { b: 1 }\nc: *x\n', { do: 'set', path: ['c', 'b'], value: 'y' }],
  ['an anchor at the value', 'a: &x 1\nc: *x\n', { do: 'set', path: ['a'], value: 'y' }],
  ['a key that is merged in', 'a: &x { b: 1 }\nc:\n  <<: *x\n  d: 1\n', { do: 'remove', path: ['c', 'b'] }],
  ['a block', 'a: |\n  x\n', { do: 'set', path: ['a'], value: 'y' }],
  ['the last key of a map', 'a:\n  b: 1\n', { do: 'remove', path: ['a', 'b'] }],
  ['a list in brackets', 's: [{ a: 1 }]\n', { do: 'insert', path: ['s', 0], value: { b: 'c' } }],
])('is not sure of %s', (_, text, change) => {
  expect(() => changeText(text, change)).toThrow(NotSure);
});

test('what an alias repeats is seen to change in two places', () => {
  const before = 'a: &x\n  b: 1\nc: *x\n';
  const change = { do: 'set', path: ['a', 'b'], value: 'y' } as const;
  expect(saysAfter(before, [change], changeText(before, change))).toBe(false);
});
