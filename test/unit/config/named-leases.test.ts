import { expect, test } from '@jest/globals';
import { namedLeases } from '../../../src/config/action-inputs.ts';
import { fc } from '../../support/property.ts';
import { readAction } from '../../support/runner-action.ts';
import { failureOf } from '../../support/scan.ts';

test('left out, `lease-ids` is `all`: so the runner tells it from one that is empty', () => {
  const { 'lease-ids': leftOut } = readAction('revoke/action.yml').inputs({});
  expect(leftOut).toBe('all');
  expect(namedLeases(leftOut)).toEqual([]);
  expect(namedLeases(undefined)).toEqual([]);
  expect(namedLeases(' all\n')).toEqual([]);
});

test.each(['["lse_1","lse_2"]', 'lse_1,lse_2', 'lse_1\nlse_2\n', ' lse_1 , lse_2 '])(
  '%j names two leases',
  (text) => {
    expect(namedLeases(text)).toEqual(['lse_1', 'lse_2']);
  },
);

test.each(['', ' ', '\r\n\t', ',', ' , ,', '[]', '[ ]', '""', '[""]', '\u00a0'])(
  '%j is given and names none: it is refused, and does not mean all',
  async (text) => {
    const error = await failureOf(() => namedLeases(text));
    expect(error).toMatchObject({ code: 'input-invalid', exit: 64 });
    expect(error).toHaveProperty('message', expect.stringContaining('`lease-ids`'));
  },
);

test('whatever else is written never means all', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\s,[\]"al]*$/)), (text) => {
      fc.pre(text.trim() !== 'all');
      let ids: readonly string[] = ['refused'];
      try {
        ids = namedLeases(text);
      } catch {
        // Refused is not all.
      }
      expect(ids.length).toBeGreaterThan(0);
    }),
  );
});

test.each(['all lse_1', '["all"]', 'ALL'])('%j is no word for all, but the names of leases', (text) => {
  expect(namedLeases(text).length).toBeGreaterThan(0);
});
