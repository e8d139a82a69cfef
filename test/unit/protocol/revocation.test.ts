import { describe, expect, test } from '@jest/globals';
import { readRevocation, revocationForm } from '../../../src/protocol/revocation.ts';
import { jsonAnswer } from '../../support/client/world.ts';
import { failureOf } from '../../support/scan.ts';

const lease = {
  lease_id: 'lse_1',
  state: 'revoked',
  revocability: 'immediate',
  expires_at: '2026-11-20T16:15:00Z',
};

test('the form says what the token is (RFC 7009) and narrows to leases', () => {
  const fields = (text: string) => [...new URLSearchParams(text)];
  expect(fields(revocationForm('handle', 'h&h'))).toEqual([
    ['token', 'h&h'],
    ['token_type_hint', 'urn:ephemeral-creds:revocation-handle'],
  ]);
  expect(fields(revocationForm('id-token', 'a.b.c', ['lse_1', 'lse_2']))).toEqual([
    ['token', 'a.b.c'],
    ['token_type_hint', 'urn:ietf:params:oauth:token-type:id_token'],
    ['lease_id', 'lse_1'],
    ['lease_id', 'lse_2'],
  ]);
});

test.each(['revoked', 'revoking', 'expired', 'active', 'failed', 'superseded', 'void', 'intent'])(
  'a lease may be %s',
  (state) => {
    expect(readRevocation(jsonAnswer({ leases: [{ ...lease, state, more: 1 }] }))).toEqual([
      { id: 'lse_1', state, revocability: 'immediate', expiresAt: new Date('2026-11-20T16:15:00Z') },
    ]);
  },
);

test('an empty list says that there is nothing under this token', () => {
  expect(readRevocation(jsonAnswer({ leases: [] }))).toEqual([]);
});

describe('an answer is refused as a whole', () => {
  test.each<readonly [string, unknown]>([
    ['that is a list', [lease]],
    ['without leases', {}],
    ['whose leases are no list', { leases: lease }],
    ['with a lease that is null', { leases: [lease, null] }],
    ['with a lease without id', { leases: [{ ...lease, lease_id: undefined }] }],
    ['with a state that nobody knows', { leases: [{ ...lease, state: 'gone' }] }],
    ['without revocability', { leases: [{ ...lease, revocability: undefined }] }],
    ['without an end', { leases: [{ ...lease, expires_at: undefined }] }],
    ['with an end that is no time', { leases: [{ ...lease, expires_at: 'soon' }] }],
    ['with a lease id that cannot be printed', { leases: [{ ...lease, lease_id: 'a\n::error::b' }] }],
  ])('%s', async (_, body) => {
    expect(await failureOf(() => readRevocation(jsonAnswer(body)))).toMatchObject({ code: 'answer-invalid' });
  });
});
