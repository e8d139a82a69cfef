import { expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import { canonicalText } from '../../../src/broker/audit/canonical.ts';
import { auditRecord } from '../../../src/broker/audit/ocsf.ts';
import { fc } from '../../support/property.ts';

/** Whatever JSON can hold, with names that objects put elsewhere than into their order, and text that is escaped. */
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme-ascii' }),
    fc.array(tie('value')),
    fc.dictionary(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.nat().map(String),
        fc.constantFrom('toString', '\ue000', '😀'),
      ),
      tie('value'),
    ),
  ),
})).value;

test('what is written is, octet for octet, what the library makes of it that checks logs', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalText(value)).toBe(canonicalize(value));
    }),
    { numRuns: 1000 },
  );
});

test('a member without a value is left out, and half a character is refused', () => {
  expect(canonicalText({ b: 1, a: undefined })).toBe('{"b":1}');
  expect(() => canonicalText({ name: '\ud800' })).toThrow('half a surrogate pair');
  expect(() => canonicalText({ '\udc00': 1 })).toThrow('half a surrogate pair');
});

test('an event with what JSON has not is written so that it can be read again', () => {
  const odd = [1, , undefined, () => 1, 10n, Number.NaN, new Date(0), '\ud800'];
  const event = { name: 'broker', outcome: 'success', message: 'started', detail: { odd } } as const;
  const text = canonicalText(auditRecord(event, new Date(0)));
  expect(JSON.parse(text)).toMatchObject({
    unmapped: { odd: [1, null, null, null, null, null, '1970-01-01T00:00:00.000Z', '\ufffd'] },
  });
});
