import { expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { assertCredentialHideable, assertHideable } from '../../../src/redaction/hideable.ts';
import { masksOfIdToken } from '../../../src/redaction/id-token-masks.ts';
import { masksOfSecret } from '../../../src/redaction/masks.ts';
import { createMasker } from '../../support/masker.ts';
import { benignLog } from './benign.ts';
import { anyShape, jwt, lines, rsaPem, type Shape } from './shapes.ts';

const masksOf = (shape: Shape) => masksOfSecret(new Secret(shape.secret));

test('at most 64 masks, none shorter than 8 characters, none twice, none with a line break', () => {
  fc.assert(
    fc.property(fc.oneof(anyShape, rsaPem, lines), (shape) => {
      const masks = masksOf(shape);
      expect(masks.length).toBeLessThanOrEqual(64);
      expect(new Set(masks).size).toBe(masks.length);
      for (const mask of masks) expect(mask).toMatch(/^[^\r\n]{8,}$/);
    }),
    { numRuns: 60 },
  );
});

test('an ID token is hidden whole and by its segments, in as few masks', () => {
  fc.assert(
    fc.property(jwt, ({ secret }) => {
      expect(masksOfIdToken(new Secret(secret))).toEqual([secret, ...secret.split('.')]);
    }),
  );
});

test('a benign log of a megabyte comes out byte for byte', () => {
  const log = benignLog(1024 * 1024);
  const masker = createMasker();
  for (const shape of fc.sample(fc.oneof(anyShape, rsaPem), { numRuns: 12, seed: 7 }))
    for (const mask of masksOf(shape)) masker.add(mask);
  expect(masker.mask(log) === log).toBe(true);
});

test('the runner, which derives more, hides each of the shapes entirely', () => {
  fc.assert(
    fc.property(anyShape, (shape) => {
      const masker = createMasker();
      for (const mask of masksOf(shape)) masker.add(mask);
      for (const stretch of shape.hidden) expect(masker.mask(`a ${stretch} b`)).toBe('a *** b');
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['seven characters', 'aB3$xY9'],
  ['eight digits', '18273645'],
  ['one character again and again', 'aaaaaaaaaaaaaaaa'],
  ['two characters in turn', 'abababababababab'],
  ['nothing but space', '              '],
  ['lines that are all short', 'abc\ndef\nghi\njkl\nmno'],
  [
    'JSON without a sensitive member',
    '{"type":"external_account","token_uri":"https://sts.example/v1/token"}',
  ],
  ['JSON with a short password', '{"password":"hunter2"}'],
])('L46: a secret of %s is refused, and the error does not tell it', (_, value) => {
  const refuse = () => {
    assertHideable('field `pin`', new Secret(value));
  };
  expect(refuse).toThrow(CredsError);
  expect(refuse).toThrow(expect.objectContaining({ code: 'credential-unusable' }));
  expect(refuse).not.toThrow(value);
});

test('L46: every shape of a real secret passes', () => {
  fc.assert(
    fc.property(fc.oneof(anyShape, rsaPem), ({ secret }) => {
      fc.pre(new Set(secret).size > 10);
      assertHideable('field', new Secret(secret));
    }),
  );
  for (const value of ['1f9a3c7e', 'Tr0ub4d&', '182736450']) assertHideable('field', new Secret(value));
});

test('L46: a field that is declared not sensitive may be short, a secret one may not', () => {
  const credential = (pin: Secret | string) => ({
    kind: 'fields' as const,
    name: 'door',
    expiresAt: new Date(0),
    fields: { pin, token: new Secret('0123-abcdef-4567') },
  });
  assertCredentialHideable(credential('1234'));
  expect(() => {
    assertCredentialHideable(credential(new Secret('1234')));
  }).toThrow('pin of the credential door');
});
