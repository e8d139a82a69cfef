import { expect, test } from '@jest/globals';
import { nearest } from '../../../src/domain/near-miss.ts';

const known = ['role', 'revoke', 'max-ttl', 'min-ttl', 'approval-timeout'];

test.each([
  ['rol', 'role'],
  ['roles', 'role'],
  ['roel', 'role'],
  ['rome', 'role'],
  ['ROLE', 'role'],
  ['max_ttl', 'max-ttl'],
  ['approval', 'approval-timeout'],
])('%s is near', (typed, meant) => {
  expect(nearest(known, typed)).toBe(meant);
});

test.each(['', 'r', 'm', 're', 'ruin', 'token', 'm-ttl-x', 'rlo'])('%j is near to nothing', (typed) => {
  expect(nearest(known, typed)).toBeUndefined();
});

test('the beginning of two names is near to neither', () => {
  expect(nearest(['broker run', 'broker check'], 'broker')).toBeUndefined();
});
