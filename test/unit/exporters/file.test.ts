import { expect, test } from '@jest/globals';
import { file } from '../../../src/exporters/file.ts';
import type { Pointer } from '../../../src/exporters/exporter.ts';
import { credentialOf, leaseOf } from '../../support/credentials.ts';
import { placeOf } from '../../support/exporters.ts';

const path = '/tmp/creds/0123456789abcdef/field-google_credentials';

/** The variable of a token's file, in a job that has it already. */
function pointerOf(held: string): Pointer | undefined {
  const credential = credentialOf('bearer-token');
  const place = placeOf({
    settings: { GOOGLE_CREDENTIALS: 'token' },
    env: { GOOGLE_CREDENTIALS: held },
    files: { '/home/runner/key.json': '{}' },
  });
  return file.pack([{ lease: leaseOf([credential]), credential }], place).pointers?.['GOOGLE_CREDENTIALS'];
}

test('a variable that led to a file is led back there', () => {
  expect(pointerOf('/home/runner/key.json')).toEqual({ value: path, after: '/home/runner/key.json' });
});

test.each(['{"private_key":"hunter2"}', '/hunter2hunter2hunter2==', 'hunter2'])(
  'a variable that held a secret itself is blanked: what it is led back to is written down (%s)',
  (held) => {
    expect(pointerOf(held)).toEqual({ value: path, after: '' });
  },
);
