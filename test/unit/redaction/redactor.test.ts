import { expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { compilePatterns, makeRedactor } from '../../../src/redaction/redactor.ts';
import { benignLog } from './benign.ts';
import { anyShape, rsaPem } from './shapes.ts';
import { hideAll, inChunks, redactWhole } from './streams.ts';

const literals = (...texts: string[]) => compilePatterns([], texts);
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

const pairsOf = (digits: string) => digits.match(/../g) ?? [];

/** Few characters and long secrets, so that they begin in one another and within themselves. */
const unit = fc.constantFrom('a', 'b');
const overlapping = fc.array(
  fc.oneof(
    fc.string({ unit, minLength: 8, maxLength: 14 }),
    fc
      .tuple(fc.string({ unit, minLength: 1, maxLength: 5 }), fc.integer({ min: 8, max: 40 }))
      .map(([period, length]) => period.repeat(length).slice(0, length)),
  ),
  { minLength: 1, maxLength: 6 },
);
/** Text that is made of pieces of the secrets. */
const textAround = (secrets: readonly string[]) =>
  fc
    .array(
      fc.oneof(
        fc
          .tuple(fc.constantFrom(...secrets), fc.nat(40), fc.nat(40))
          .map(([secret, from, to]) => secret.slice(from % secret.length, 1 + (to % secret.length))),
        fc.constantFrom(...secrets),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n'), maxLength: 6 }),
      ),
      { maxLength: 20 },
    )
    .map((pieces) => pieces.join(''));
const scene = overlapping.chain((secrets) =>
  fc.record({ secrets: fc.constant(secrets), text: textAround(secrets), cuts: fc.array(fc.nat(400)) }),
);

test('every occurrence is hidden, overlapping ones too, however the stream is cut', () => {
  fc.assert(
    fc.property(scene, ({ secrets, text, cuts }) => {
      const expected = hideAll(text, secrets);
      expect(redactWhole(literals(...secrets), text)).toBe(expected);
      expect(inChunks(literals(...secrets), text, cuts)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

test('split at every byte', () => {
  fc.assert(
    fc.property(scene, ({ secrets, text }) => {
      const patterns = literals(...secrets);
      const expected = hideAll(text, secrets);
      const everywhere = Array.from({ length: text.length }, (_, at) => at);
      expect(inChunks(patterns, text, everywhere)).toBe(expected);
      for (const at of everywhere) expect(inChunks(patterns, text, [at])).toBe(expected);
    }),
    { numRuns: 200 },
  );
});

test('a pause shows at most seven bytes of what may become a secret, and the rest is hidden when it comes', () => {
  const redactor = makeRedactor(literals('correct horse battery'));
  expect(textOf(redactor.push(Buffer.from('say: correct horse ')))).toBe('say: ');
  expect(textOf(redactor.pause())).toBe('correct');
  expect(textOf(redactor.pause())).toBe('');
  expect(textOf(redactor.push(Buffer.from('battery, or not')))).toBe('***, or not');
  expect(textOf(redactor.end())).toBe('');
});

test('what was held back is shown when it was no secret', () => {
  const redactor = makeRedactor(literals('correct horse battery'));
  expect(textOf(redactor.push(Buffer.from('correct horse')))).toBe('');
  expect(textOf(redactor.pause())).toBe('correct');
  expect(textOf(redactor.push(Buffer.from('s, correct')))).toBe(' horses, ');
  expect(textOf(redactor.end())).toBe('correct');
});

test('pauses at any time show no eight bytes of a secret', () => {
  fc.assert(
    fc.property(scene, fc.array(fc.boolean(), { maxLength: 400 }), ({ secrets, text, cuts }, pauses) => {
      const distinct = secrets.map((secret, at) => `${String.fromCharCode(65 + at)}${secret}`);
      const redacted = inChunks(literals(...distinct), distinct.join(text), cuts, pauses);
      for (const [at] of distinct.entries()) {
        const letter = String.fromCharCode(65 + at);
        expect(hideAll(redacted, distinct)).toBe(redacted);
        expect(redacted).not.toContain(`${letter}${(secrets[at] ?? '').slice(0, 7)}***`);
      }
    }),
  );
});

test('what is held back does not change with the memory of the chunk it came in', () => {
  const redactor = makeRedactor(literals('correct horse battery'));
  const chunk = Buffer.from('say: correct horse');
  expect(textOf(redactor.push(chunk))).toBe('say: ');
  chunk.fill('x');
  expect(textOf(redactor.push(Buffer.from(' battery!')))).toBe('***!');
});

test('hidden stretches that touch become one', () => {
  const patterns = literals('firstsecret', 'secondsecret');
  expect(redactWhole(patterns, 'firstsecretsecondsecretfirstsecret')).toBe('***');
  expect(inChunks(patterns, '>firstsecretsecondsecret<', [12])).toBe('>***<');
  expect(redactWhole(patterns, 'firstsecret secondsecret')).toBe('*** ***');
});

test('literals of less than eight bytes are left out', () => {
  expect(redactWhole(literals('seven77', 'öööö'), 'seven77')).toBe('seven77');
  expect(literals('seven77', 'öööö').count).toBe(1);
});

test('a benign log of a megabyte comes out byte for byte, and so does one with dumps and hashes', () => {
  const secrets = fc.sample(fc.oneof(anyShape, rsaPem), { numRuns: 12, seed: 7 }).map(({ secret }) => secret);
  const patterns = compilePatterns(secrets);
  const log = benignLog(1024 * 1024);
  const dump = pairsOf(Buffer.from(log.slice(0, 65_536)).toString('hex')).join(' ');
  for (const text of [log, dump, dump.replaceAll(' ', '')]) {
    const shown = inChunks(patterns, Buffer.from(text).toString('latin1'), [7, 4096, 65_536, 70_001]);
    expect(shown === Buffer.from(text).toString('latin1')).toBe(true);
  }
});

test('a pattern of 64 KiB is hidden, and no more than it is held back', () => {
  const secret = Array.from({ length: 8192 }, (_, at) =>
    (at * 2654435761).toString(36).slice(-8).padStart(8, '-'),
  ).join('');
  const redactor = makeRedactor(literals(secret));
  const shown: string[] = [];
  for (let at = 0; at < secret.length; at += 1000)
    shown.push(textOf(redactor.push(Buffer.from(secret.slice(at, at + 1000)))));
  expect(shown.join('')).toBe('***');
  expect(textOf(redactor.push(Buffer.from(secret.slice(0, 60_000))))).toBe('');
  expect(textOf(redactor.push(Buffer.from('!')))).toBe(`${secret.slice(0, 60_000)}!`);
  expect(textOf(redactor.end())).toBe('');
});

test('bytes that are no text pass as they are', () => {
  const bytes = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 167 + (at >> 8)) & 255));
  fc.assert(
    fc.property(fc.array(fc.nat(4096)), (cuts) => {
      const patterns = compilePatterns(['c0rrect-h0rse-batt3ry']);
      expect(inChunks(patterns, bytes.toString('latin1'), cuts)).toBe(bytes.toString('latin1'));
    }),
    { numRuns: 20 },
  );
});

test('without patterns everything passes at once', () => {
  const redactor = makeRedactor(compilePatterns([]));
  expect(textOf(redactor.push(Buffer.from('as it is')))).toBe('as it is');
  expect(textOf(redactor.end())).toBe('');
});
