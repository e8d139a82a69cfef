import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { formatDuration, formatTime, parseDuration } from '../../../src/domain/duration.ts';

const year = 366 * 86_400;

describe('a lifetime', () => {
  test.each([
    ['900', 900],
    ['0', 0],
    ['90s', 90],
    ['15m', 900],
    ['1h', 3600],
    ['1h30m', 5400],
    ['1d', 86_400],
    ['1d2h3m4s', 93_784],
    ['366d', year],
    [String(year), year],
  ])('of %s is read', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    '',
    ' 15m',
    '15 m',
    '15M',
    '-1',
    '+5m',
    '1.5h',
    '1e3',
    '15m\n',
    '30m1h',
    '1h1h',
    '15min',
    'h',
    '٣m',
    '0x10',
    '999999999',
  ])('of %j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('of more than a year is none, in whatever unit', () => {
    for (const text of ['367d', `${String(year + 1)}s`, String(year + 1), '99999999', '999999h'])
      expect(parseDuration(text)).toBeUndefined();
  });

  test('reads as its parts say, or not at all', () => {
    const parts = fc.tuple(fc.nat(400), fc.nat(99), fc.nat(99), fc.nat(99));
    fc.assert(
      fc.property(parts, ([d, h, m, s]) => {
        const sum = d * 86_400 + h * 3600 + m * 60 + s;
        const text = `${String(d)}d${String(h)}h${String(m)}m${String(s)}s`;
        expect(parseDuration(text)).toBe(sum <= year ? sum : undefined);
      }),
    );
  });
});

describe('for people', () => {
  test.each([
    [0, '0 s'],
    [-5, '0 s'],
    [45.4, '45 s'],
    [119, '119 s'],
    [120, '2 min'],
    [899, '15 min'],
    [3569, '59 min'],
    [3600, '1 h'],
    [5400, '1 h 30 min'],
    [43_200, '12 h'],
  ])('%d seconds are %j', (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
  });

  test('a moment of today is a time, one of another day has its date', () => {
    const now = new Date('2026-11-20T23:50:00Z');
    expect(formatTime(new Date('2026-11-20T23:59:59Z'), now)).toBe('23:59 UTC');
    expect(formatTime(new Date('2026-11-21T00:05:00Z'), now)).toBe('2026-11-21 00:05 UTC');
  });
});
