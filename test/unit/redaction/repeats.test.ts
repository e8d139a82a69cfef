/** Secrets that repeat themselves, in logs that do: each byte is compared a few times, not once for each byte before it. */
import { expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { agreementAt, makeAgreements } from '../../../src/redaction/agreement.ts';
import { pendingLiteral } from '../../../src/redaction/carry.ts';
import { compilePatterns, makeRedactor } from '../../../src/redaction/redactor.ts';
import { occurrencesIn } from '../../../src/redaction/search.ts';
import { hideAll, inChunks, literalsOf } from './streams.ts';

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const length = 200_000;
/** For each literal there is one comparison that fails at each place, and some bytes that are read once more. */
const mostPerByte = 40;

const hostile: readonly (readonly [secret: string, log: string])[] = [
  ['a'.repeat(1000), 'a'.repeat(length)],
  ['a'.repeat(1000), `${'a'.repeat(999)}b`.repeat(length / 1000)],
  [`${'a'.repeat(500)}b${'a'.repeat(499)}`, 'a'.repeat(length)],
  ['abc'.repeat(10_000), 'abc'.repeat(length / 3)],
  ['abc'.repeat(10_000), `${'abc'.repeat(9_999)}abd`.repeat(6)],
  [`${'ab'.repeat(5000)}c`, 'ab'.repeat(length / 2)],
];

test.each(hostile)('a search compares few bytes for each byte of the log (%#)', (secret, log) => {
  const { searched } = compilePatterns([], [secret]);
  const { stretches, compared } = occurrencesIn(bytesOf(log), searched, true);
  expect(compared).toBeLessThan(log.length * mostPerByte);
  expect(stretches.length > 0).toBe(log.includes(secret));
});

test.each(hostile)(
  'so does what looks for the beginning of a secret at the end of a log (%#)',
  (secret, log) => {
    const { searched } = compilePatterns([], [secret]);
    const agreements = makeAgreements();
    const tail = bytesOf(`${log.slice(0, secret.length - 1)}!`);
    expect(pendingLiteral(tail, searched.long.literals, agreements)).toBe(tail.length);
    expect(agreements.compared).toBeLessThan(tail.length * mostPerByte);
  },
);

/** For each byte of the log, as many of thousands of literals are tried as halving their number leaves one. */
const fewTried = 40;
/** Where each place of the log has a literal of its own that agrees for long, that one is compared. */
const oneTried = 2048;
/** Folded at each of its spaces, such a secret is thousands of literals that begin alike. */
const spaces: readonly (readonly [secret: string, log: string, mostPerByte: number])[] = [
  ['a b '.repeat(1000), 'a b '.repeat(10_000), fewTried],
  ['a b '.repeat(1000), `${'a b '.repeat(900)}!`.repeat(11), fewTried],
  [`${'a b '.repeat(1000)}c`, `${'a b '.repeat(900)}!`.repeat(11), fewTried],
  [`c ${'a b '.repeat(1000)}`, `${'a b '.repeat(900)}!`.repeat(11), oneTried],
  [`${'a b '.repeat(500)}c ${'a b '.repeat(500)}`, `${'a b '.repeat(499)}c `.repeat(20), oneTried],
];

test.each(spaces)('a search tries few of the literals that begin alike (%#)', (secret, log, most) => {
  const { searched } = compilePatterns([secret]);
  expect(searched.long.literals.found.length).toBeGreaterThan(2000);
  const { stretches, compared } = occurrencesIn(bytesOf(log), searched, true);
  expect(compared).toBeLessThan(log.length * most);
  expect(stretches.length).toBeGreaterThan(0);
});

test.each(spaces)(
  'so does what looks for the beginning of one at the end of a log (%#)',
  (secret, _, most) => {
    const { searched } = compilePatterns([secret]);
    const agreements = makeAgreements();
    const tail = bytesOf(`${secret.trim().slice(0, -1)}!`);
    expect(pendingLiteral(tail, searched.long.literals, agreements)).toBe(tail.length);
    expect(agreements.compared).toBeLessThan(tail.length * most);
  },
);

const word = fc.constantFrom('a', 'b', 'aa', 'ab');
const folded = fc
  .tuple(
    fc.array(word, { minLength: 1, maxLength: 3 }),
    fc.nat(25),
    fc.array(word, { maxLength: 3 }),
    fc.nat(15),
  )
  .map(([first, times, second, more]) =>
    [
      ...first.join(' ').concat(' ').repeat(times).split(' '),
      ...second,
      ...first.join(' ').repeat(more).split(' '),
    ]
      .filter((each) => each !== '')
      .join(' '),
  )
  .filter((secret) => secret.length >= 8);
const foldedScene = folded.chain((secret) =>
  fc.record({
    secret: fc.constant(secret),
    text: fc
      .array(
        fc.tuple(fc.nat(secret.length), fc.nat(secret.length), fc.constantFrom('', ' ', 'a', '!', '~', '\n')),
        {
          maxLength: 8,
        },
      )
      .map((pieces) => pieces.map(([from, to, other]) => secret.slice(from, to) + other).join('')),
    cuts: fc.array(fc.nat(2000), { maxLength: 6 }),
  }),
);

test('of literals that begin alike the longest that stands there is hidden, however the stream is cut', () => {
  fc.assert(
    fc.property(foldedScene, ({ secret, text, cuts }) => {
      const pieces = literalsOf(secret).filter((piece) => piece.length >= 8);
      const patterns = compilePatterns([], pieces);
      expect(inChunks(patterns, text, cuts)).toBe(hideAll(text, pieces));
    }),
    { numRuns: 100 },
  );
});

test('a text that goes another way than the literals that begin alike shows none of them', () => {
  const words = Array.from({ length: 30 }, (_, nth) => `w${String(nth % 10)}x`).join(' ');
  const pieces = [...words.matchAll(/ /g)]
    .map(({ index }) => words.slice(0, index))
    .filter((piece) => piece.length > 16);
  const patterns = compilePatterns([], pieces);
  for (const [other, left] of [
    ['zz', ' zz'],
    ['!!', ' !!'],
    ['', ' '],
  ] as const)
    expect(inChunks(patterns, `<${words.slice(0, 40)}${other}>`, [])).toBe(`<***${left}>`);
  expect(inChunks(patterns, `<${words.slice(0, 39)}~>`, [])).toBe('<***~>');
  expect(inChunks(patterns, `<${words.slice(0, 19)}.${words.slice(0, 19)}`, [21, 30])).toBe('<***.***');
});

test('a log that repeats a secret is hidden as a whole, in chunks too', () => {
  const patterns = compilePatterns(['abc'.repeat(1000)]);
  const log = 'abc'.repeat(30_000);
  const cuts = Array.from({ length: 20 }, (_, nth) => nth * 4099);
  expect(inChunks(patterns, `<${log}>`, cuts)).toBe('<***>');
  expect(Buffer.from(makeRedactor(patterns).push(Buffer.from(`<${log}>\n`))).toString()).toBe('<***>\n');
});

const unit = fc.constantFrom('a', 'b');
const repeated = fc
  .tuple(
    fc.string({ unit, minLength: 1, maxLength: 5 }),
    fc.string({ unit, maxLength: 3 }),
    fc.integer({ min: 40, max: 90 }),
  )
  .map(([period, odd, size]) => period.repeat(size).slice(0, size) + odd + period);
/** Long enough that what was found before is made use of. */
const scene = repeated.chain((secret) =>
  fc.record({
    secret: fc.constant(secret),
    text: fc
      .array(fc.tuple(fc.nat(secret.length), fc.string({ unit, maxLength: 2 })), { maxLength: 8 })
      .map((pieces) => pieces.map(([from, other]) => secret.slice(from) + secret + other).join('')),
  }),
);

const strides = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 9 });

test('what was found before changes no result, whichever places are looked at', () => {
  fc.assert(
    fc.property(scene, strides, ({ secret, text: characters }, steps) => {
      const { literals } = compilePatterns([], [secret]).searched.long;
      const agreements = makeAgreements();
      const text = bytesOf(characters);
      for (let start = 0, nth = 0; start < text.length; start += steps[nth++ % steps.length] ?? 1) {
        let end = start;
        while (end < text.length && characters[end] === secret[end - start]) end++;
        if (agreementAt({ text, start, literal: 0 }, literals, agreements) !== end)
          throw new Error(`wrong at ${String(start)}`);
      }
    }),
    { numRuns: 300 },
  );
});

test('secrets that repeat themselves are hidden as any others, however the stream is cut', () => {
  fc.assert(
    fc.property(scene, fc.array(fc.nat(400), { maxLength: 6 }), ({ secret, text }, cuts) => {
      expect(inChunks(compilePatterns([], [secret]), text, cuts)).toBe(hideAll(text, [secret]));
    }),
    { numRuns: 300 },
  );
});
