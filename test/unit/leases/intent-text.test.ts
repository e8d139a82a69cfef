import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { readIntent } from '../../../src/leases/intent-text.ts';
import { entry } from '../../support/client/entries.ts';

const good = entry({ files: ['/tmp/a'], commandFiles: ['/tmp/b'] });

test('an entry is read as it was written', () => {
  expect(readIntent(JSON.stringify(good))).toEqual(good);
  expect(readIntent(JSON.stringify(entry({ leases: [] })))).toEqual(entry({ leases: [] }));
});

test.each([null, 1, 'x', { '/tmp/a': '1' }, { '/tmp/a': 1.5 }, { '/tmp/a': null }])(
  'an entry with sizes that are none (%j) is none of ours',
  (sizes) => {
    expect(readIntent(JSON.stringify({ ...good, sizes: { '/tmp/a': 1 } }))).toBeDefined();
    expect(readIntent(JSON.stringify({ ...good, sizes }))).toBeUndefined();
  },
);

/** Every place in the entry, as a list of keys. */
function placesIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [[...path], ...Object.entries(value).flatMap(([key, each]) => placesIn(each, [...path, key]))];
}

function changed(path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  const copy = structuredClone(good) as unknown as Record<string, unknown>;
  let at: Record<string, unknown> = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  if (value === undefined && Array.isArray(at)) at.splice(Number(last), 1, null);
  else at[last] = value;
  return copy;
}

const places = placesIn(good);
const isText = (path: readonly string[]): boolean => {
  let at: unknown = good;
  for (const key of path) at = (at as Record<string, unknown>)[key];
  return typeof at === 'string';
};

describe('a mutated entry', () => {
  test('of another type in any one place is none of ours', () => {
    const other = fc.constantFrom<unknown>(undefined, null, 0, 1.5, true, [], ['x', 1], { x: 1 }, 'text');
    fc.assert(
      fc.property(fc.constantFrom(...places), other, (path, value) => {
        fc.pre(!(isText(path) && typeof value === 'string'));
        // An empty list is a list, an empty debt is a debt, and a switch may stand either way.
        fc.pre(
          !(
            Array.isArray(value) &&
            value.length === 0 &&
            ['leases', 'variables', 'files', 'commandFiles'].includes(path.join())
          ),
        );
        fc.pre(!(path[0] === 'post' && path.length === 2 && value === true));
        fc.pre(!(path[0] === 'debt' && path.length === 2 && value === undefined));
        expect(readIntent(JSON.stringify(changed(path, value)))).toBeUndefined();
      }),
      { numRuns: 600 },
    );
  });

  test('with a character changed is none of ours, or an entry in the same form', () => {
    const text = JSON.stringify(good);
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom('', '"', '}', ',', '0', 'x', '\\', '\uFEFF'),
        (at, by) => {
          const intent = readIntent(text.slice(0, at) + by + text.slice(at + 1));
          if (intent === undefined) return;
          expect(intent.id).toMatch(/^[0-9a-f]{16}$/);
          expect(intent.version).toBe(1);
          for (const { expiresAt } of intent.leases) expect(Date.parse(expiresAt)).not.toBeNaN();
          expect(['always', 'on-problem', 'never']).toContain(intent.post.summary);
          expect(
            [...Object.values(intent.debt), ...intent.files, ...intent.variables].every(
              (each) => typeof each === 'string',
            ),
          ).toBe(true);
        },
      ),
      { numRuns: 600 },
    );
  });

  test.each<readonly [string, unknown]>([
    ['of version 2', { ...good, version: 2 }],
    ['whose id is a path', { ...good, id: '../../etc/x' }],
    ['whose id is too long', { ...good, id: '0123456789abcdef0' }],
    ['whose id has capitals', { ...good, id: '0123456789ABCDEF' }],
    ['with an end that is no time', { ...good, leases: [{ ...good.leases[0], expiresAt: 'soon' }] }],
    ['with a summary that nobody knows', { ...good, post: { ...good.post, summary: 'loud' } }],
    ['that is a list', [good]],
  ])('%s is none of ours', (_, value) => {
    expect(readIntent(JSON.stringify(value))).toBeUndefined();
  });

  test.each([
    '',
    '{',
    'null',
    '7',
    `${JSON.stringify(good)}x`,
    JSON.stringify(good).replace('"version":1', '"version":1,"version":1'),
  ])('that is no clean JSON is none of ours: %#', (text) => {
    expect(readIntent(text)).toBeUndefined();
  });
});
