import { expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { fullMatch } from '../../../src/domain/pattern.ts';

test('a pattern must match from the first to the last character', () => {
  expect(fullMatch(/b/, 'abc')).toBe(false);
  expect(fullMatch(/abc/, 'abc')).toBe(true);
  expect(fullMatch(/abc/, 'abc\n')).toBe(false);
  expect(fullMatch(/abc/, '\nabc')).toBe(false);
});

test('each branch of an alternation is held at both ends', () => {
  for (const text of ['a', 'b']) expect(fullMatch(/a|b/, text)).toBe(true);
  for (const text of ['ax', 'xb', 'ab']) expect(fullMatch(/a|b/, text)).toBe(false);
});

test('the flags that would loosen the ends or keep a place are dropped, the others stay', () => {
  const pattern = /^a$/gm;
  for (let round = 0; round < 3; round++) expect(fullMatch(pattern, 'a')).toBe(true);
  expect(fullMatch(pattern, 'x\na\nx')).toBe(false);
  expect(fullMatch(/äb/iu, 'ÄB')).toBe(true);
  expect(fullMatch(/a/y, 'a')).toBe(true);
});

test('a text never matches when anything is added to it that the pattern lacks', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[\s\S]{1,3}$/), (text, more) => {
      fc.pre(!/^[a-z]+$/.test(more));
      expect(fullMatch(/[a-z]+/, text + more)).toBe(false);
      expect(fullMatch(/[a-z]+/, more + text)).toBe(false);
    }),
  );
});
