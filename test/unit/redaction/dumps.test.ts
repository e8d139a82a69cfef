import { expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { compilePatterns } from '../../../src/redaction/redactor.ts';
import { windowsOf } from './hidden.ts';
import { singleLine } from './shapes.ts';
import { dumpsIn, hideAll, inChunks, literalsOf, redactWhole } from './streams.ts';

const pairs = (digits: string) => digits.match(/../g) ?? [];
const grouped = (bytes: readonly string[], odd: boolean, gap: string) =>
  bytes.map((byte, at) => (at % 2 === Number(odd) && at > 0 ? gap + byte : byte)).join('');
/** One way to lay out each form of a dump, and some that are none. */
const layouts: readonly ((bytes: readonly string[]) => string)[] = [
  (bytes) => bytes.join(''),
  (bytes) => bytes.join(' '),
  (bytes) => bytes.join('  '),
  (bytes) => bytes.join('   '),
  (bytes) => bytes.join(':'),
  (bytes) => bytes.join('-'),
  (bytes) => grouped(bytes, false, ' '),
  (bytes) => grouped(bytes, true, ' '),
  (bytes) => grouped(bytes, true, '  '),
  (bytes) => bytes.map((byte, at) => (at === 8 ? ` ${byte}` : byte)).join(' '),
  (bytes) => bytes.join(' ').replace(/(.{20}) /g, '$1:'),
];
/** Bytes whose digits are letters too, and few of them, so that windows begin in one another. */
const secrets = fc
  .string({ unit: fc.constantFrom('a', 'j', 'z', '\x1a'), minLength: 8, maxLength: 30 })
  .map((rest) => `z${rest}z`);
const scene = secrets.chain((secret) =>
  fc.record({
    secret: fc.constant(secret),
    text: fc
      .array(
        fc
          .tuple(
            fc.nat(30),
            fc.nat(30),
            fc.constantFrom(...layouts),
            fc.constantFrom('lower', 'upper', 'mixed'),
            fc.constantFrom('', '', '0', ' ', '\n', 'be a'),
          )
          .map(([from, to, layOut, letters, end]) => {
            const bytes = pairs(
              Buffer.from(secret.slice(Math.min(from, to) % 8, Math.max(from, to, 12))).toString('hex'),
            );
            const dump = layOut(bytes);
            const mixed = dump.replace(/[a-f]/, (letter) => letter.toUpperCase());
            return { lower: dump, upper: dump.toUpperCase(), mixed }[letters] + end;
          }),
        { maxLength: 4 },
      )
      .map((parts) => parts.join('')),
    cuts: fc.array(fc.nat(400)),
  }),
);

test('L12: every eight bytes in a dump are hidden, whatever its layout and however the stream is cut', () => {
  fc.assert(
    fc.property(scene, ({ secret, text, cuts }) => {
      const expected = hideAll(
        text,
        literalsOf(secret).filter(({ length }) => length >= 8),
        dumpsIn(text, secret),
      );
      const patterns = compilePatterns([secret]);
      expect(redactWhole(patterns, text)).toBe(expected);
      expect(inChunks(patterns, text, cuts)).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

/** As a log prints it: one of its renderings, a part of it, some of its bytes as a dump. */
const printed = (secret: string) =>
  fc
    .tuple(fc.nat(), fc.constantFrom('whole', 'part', 'dump'), fc.constantFrom('', ' ', '\n', 'x', '0'))
    .map(([nth, how, end]) => {
      const literals = literalsOf(secret);
      const literal = literals[nth % literals.length] ?? '';
      if (how === 'whole') return literal + end;
      if (how === 'part') return literal.slice(nth % 50) + end;
      return (
        Buffer.from(secret)
          .toString('hex')
          .slice(nth % 20, 60) + end
      );
    });
const crowd = fc
  .array(singleLine, { minLength: 1, maxLength: 12 })
  .map((shapes) => shapes.map(({ secret }) => secret))
  .chain((secrets) =>
    fc.record({
      secrets: fc.constant(secrets),
      text: fc
        .array(fc.oneof(...secrets.map(printed), fc.string()), { maxLength: 12 })
        .map((pieces) => Buffer.from(pieces.join('')).toString('latin1')),
      cuts: fc.array(fc.nat(4000)),
    }),
  );

test('many secrets of every shape are searched for at once as each of them alone', () => {
  fc.assert(
    fc.property(crowd, ({ secrets, text, cuts }) => {
      const literals = secrets.flatMap((secret) =>
        literalsOf(secret).map((literal) => Buffer.from(literal).toString('latin1')),
      );
      const dumps = secrets.flatMap((secret) => dumpsIn(text, secret));
      const expected = hideAll(
        text,
        literals.filter(({ length }) => length >= 8),
        dumps,
      );
      const patterns = compilePatterns(secrets);
      expect(redactWhole(patterns, text)).toBe(expected);
      expect(inChunks(patterns, text, cuts)).toBe(expected);
    }),
    { numRuns: 100 },
  );
});

const chunksOf = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, nth) =>
    bytes.subarray(nth * size, (nth + 1) * size),
  );
const characters = (bytes: Buffer) => bytes.toString('latin1').replace(/[^ -~]/g, '.');
const offset = (nth: number, size: number) => (nth * size).toString(16).padStart(8, '0');
const digitsOf = (bytes: Buffer, group: number) =>
  chunksOf(bytes, group)
    .map((part) => part.toString('hex'))
    .join(' ');

/** As these tools print it. */
const xxd = (group: number, columns: number) => (bytes: Buffer) =>
  chunksOf(bytes, columns)
    .map((line, nth) => {
      const width = columns * 2 + Math.ceil(columns / group) - 1;
      return `${offset(nth, columns)}: ${digitsOf(line, group).padEnd(width)}  ${characters(line)}\n`;
    })
    .join('');
const hexdump = (bytes: Buffer) =>
  chunksOf(bytes, 16)
    .map((line, nth) => {
      const halves = `${digitsOf(line.subarray(0, 8), 1)}  ${digitsOf(line.subarray(8), 1)}`;
      return `${offset(nth, 16)}  ${halves.padEnd(48)}  |${characters(line)}|\n`;
    })
    .join('');
const plainDump = (bytes: Buffer) =>
  chunksOf(bytes, 30)
    .map((line) => `${line.toString('hex')}\n`)
    .join('');
const od = (bytes: Buffer) =>
  chunksOf(bytes, 16)
    .map((line, nth) => `${offset(nth, 16).slice(2)} ${digitsOf(line, 1)}\n`)
    .join('');

/** The digits of a dump that are left, and the characters at the ends of its lines, with a mark where these are hidden. */
function columnsOf(dump: string): [digits: string, characters: string] {
  const lines = dump.split('\n').map((line) => line.replace(/^[0-9a-f]{6,8}:? +/, ''));
  const parts = lines.map(
    (line) => /^((?:[0-9a-f*]+ {0,2})+)(?: +\|?(.*?)\|?)?$/.exec(line) ?? ['', line, ''],
  );
  return [
    parts.map(([, digits = '']) => digits.replaceAll(' ', '')).join(''),
    parts.map(([, , text = '*']) => text).join(''),
  ];
}

test.each([
  ['xxd', xxd(2, 16)],
  ['xxd -g 1', xxd(1, 16)],
  ['xxd -c 32', xxd(2, 32)],
  ['xxd -p', plainDump],
  ['hexdump -C', hexdump],
  ['od -t x1', od],
])('L12: what %s prints', (_, render) => {
  fc.assert(
    fc.property(singleLine, fc.string({ maxLength: 20 }), fc.nat(400), ({ secret }, before, cut) => {
      const dump = render(Buffer.from(`${before}${secret}\n`));
      const after = redactWhole(compilePatterns([secret]), dump);
      expect(inChunks(compilePatterns([secret]), dump, [cut])).toBe(after);
      const [digits, text] = columnsOf(after);
      for (const window of windowsOf(secret)) {
        expect(digits).not.toContain(Buffer.from(window).toString('hex'));
        expect(text).not.toContain(characters(Buffer.from(window)));
      }
    }),
    { numRuns: 20 },
  );
});

test('L12: a dump with something else behind it hides nothing else, nor does one in the middle of a long line', () => {
  const patterns = compilePatterns(['correct-horse']);
  const dump = '63 6f 72 72 65 63 74 2d 68 6f 72 73 65';
  expect(redactWhole(patterns, `${dump} is the key\n`)).toBe('*** is the key\n');
  expect(redactWhole(patterns, `${dump}  ${'long '.repeat(8)}\n`)).toBe(`***  ${'long '.repeat(8)}\n`);
  expect(redactWhole(patterns, `${dump}  |correct-horse|\nnext`)).toBe('***\nnext');
  expect(redactWhole(patterns, `${dump}  correct-hors`)).toBe('***');
});
