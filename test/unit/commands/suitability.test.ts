import { expect, test } from '@jest/globals';
import { assertSuitable } from '../../../src/commands/suitability.ts';
import { readConfig } from '../../../src/config/reading.ts';
import { realFiles } from '../../../src/entry/files.ts';
import { credentialOf, ends, leaseOf } from '../../support/credentials.ts';

const now = new Date(ends.getTime() - 900_000);
const later = new Date(ends.getTime() + 3600_000);

test('a credential that ends at no time that there is does not pass for a short one', async () => {
  const config = await readConfig({}, realFiles);
  const lease = leaseOf([{ ...credentialOf('bearer-token'), expiresAt: new Date(NaN) }]);
  expect(() => {
    assertSuitable({ leases: [lease] }, config, now);
  }).toThrow('ends at no time that there is');
});

test('max-ttl holds for each credential, however short its lease is', async () => {
  const config = await readConfig({ 'max-ttl': '15m' }, realFiles);
  const fits = leaseOf([credentialOf('bearer-token')]);
  const outlives = leaseOf([
    credentialOf('bearer-token'),
    { ...credentialOf('bearer-token'), expiresAt: later },
  ]);
  expect(() => {
    assertSuitable({ leases: [fits] }, config, now);
  }).not.toThrow();
  for (const lease of [outlives, { ...fits, expiresAt: later }])
    expect(() => {
      assertSuitable({ leases: [lease] }, config, now);
    }).toThrow('lives longer than `max-ttl` allows');
});

test.each([
  ['some account', false],
  ['some account,another', true],
  ['another,a third,some account', true],
])('each credential has to belong to one of the accounts that are expected: %s', async (expected, fits) => {
  const config = await readConfig({ 'expect-account': expected }, realFiles);
  const session = credentialOf('aws-session');
  const other = { ...session, fields: { ...session.fields, account: 'another' } } as typeof session;
  const judge = expect(() => {
    assertSuitable({ leases: [leaseOf([session]), leaseOf([other])] }, config, now);
  });
  if (fits) judge.not.toThrow();
  else judge.toThrow('does not belong to an account');
});
