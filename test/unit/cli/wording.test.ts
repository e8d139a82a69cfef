import { expect, test } from '@jest/globals';
import { inOptions } from '../../../src/cli/wording.ts';
import { codes } from '../../../src/domain/errors.ts';

const none: ReadonlySet<string> = new Set();

test.each([
  [
    'The input `broker-url` is required for `provider: broker`.',
    'The option `--broker-url` is required for `--provider broker`.',
  ],
  ['Raise the input `timeout`, or look.', 'Raise the option `--timeout`, or look.'],
  [
    'asks for what `max-ttl` or `min-ttl` would refuse',
    'asks for what `--max-ttl` or `--min-ttl` would refuse',
  ],
  ['Not given back, as `revoke: false` says', 'Not given back, as `--revoke=false` says'],
  ['The input `summary` is not one here.', 'The input `summary` is not one here.'],
  ['Give the job `permissions: { id-token: write }`', 'Give the job `permissions: { id-token: write }`'],
  ['Borrow the `role` once.', 'Borrow the `role` once.'],
])('%s', (text, expected) => {
  expect(inOptions(text, none)).toBe(expected);
});

test('what came from the file of inputs is called as it is there', () => {
  const fromFile = new Set(['max-ttl', 'provider']);
  expect(inOptions('The input `max-ttl` of `provider: aws`; see `min-ttl`.', fromFile)).toBe(
    'The input `max_ttl` of `provider: aws`; see `--min-ttl`.',
  );
});

test('no hint speaks of an input that is an option here', () => {
  for (const { hint } of Object.values(codes))
    expect(inOptions(hint, none)).not.toMatch(/input `(?!summary)/);
});
