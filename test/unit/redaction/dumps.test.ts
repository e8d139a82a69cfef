import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compilePatterns } from '../../../src/redaction/redactor.ts';
import { streamedOf } from '../../../src/redaction/renderings.ts';
import { windowsOf } from './hidden.ts';
import { singleLine } from './shapes.ts';
import { dumpsIn, hideAll, inChunks, redactWhole } from './streams.ts';

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
        [...streamedOf(secret).literals].filter(({ length }) => length >= 8),
        dumpsIn(text, secret),
      );
      const patterns = compilePatterns([secret]);
      expect(redactWhole(patterns, text)).toBe(expected);
      expect(inChunks(patterns, text, cuts)).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

/** What the system's own tools print of a secret that stands somewhere in other bytes. */
function printed([command = '', ...args]: readonly string[], input: string): string {
  const { stdout, status } = spawnSync(command, args, { input });
  expect(status).toBe(0);
  return stdout.toString();
}
/** The digits of a dump, without the offsets at the beginning of lines and the characters at their end. */
const columns = (dump: string) =>
  dump
    .split('\n')
    .map((line) =>
      line
        .replace(/^[0-9a-f]{7,8}:? +/i, '')
        .replace(/ {2}\|?.{1,16}\|?$/, (end) => (/^( [0-9a-f ]+)+$/i.test(end) ? end : '')),
    )
    .join('')
    .replace(/[ :]/g, '')
    .toLowerCase();

test.each([
  ['xxd'],
  ['xxd', '-p'],
  ['xxd', '-u'],
  ['xxd', '-g', '1'],
  ['xxd', '-c', '32'],
  ['hexdump', '-C'],
  ['od', '-A', 'x', '-t', 'x1'],
])('L12: what %s %s prints', (...command) => {
  fc.assert(
    fc.property(singleLine, fc.string({ maxLength: 20 }), ({ secret }, before) => {
      const dump = printed(command, `${before}${secret}\n`);
      const after = columns(redactWhole(compilePatterns([secret]), dump));
      for (const window of windowsOf(secret)) {
        const digits = Buffer.from(window).toString('hex');
        expect(after).not.toContain(digits);
      }
    }),
    { numRuns: 10 },
  );
});
