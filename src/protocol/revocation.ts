import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { revocabilities, type ReturnedLease } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { idPattern, jsonObject } from './json-answer.ts';
import { isObject, member } from './json.ts';

/** RFC 8693 §3. */
export const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';
export const handleType = 'urn:ephemeral-creds:revocation-handle';

/** Every state of a lease that a broker may tell. */
export const leaseStates: readonly ReturnedLease['state'][] = [
  'revoked',
  'revoking',
  'expired',
  'active',
  'failed',
  'superseded',
  'void',
  'intent',
];

/** The form of POST /revoke (RFC 7009 §2.1) by handle or by ID token, for some leases or for all. */
export function revocationForm(
  by: 'handle' | 'id-token',
  token: string,
  leaseIds: readonly string[] = [],
): string {
  const form = new URLSearchParams({ token, token_type_hint: by === 'handle' ? handleType : idTokenType });
  for (const id of leaseIds) form.append('lease_id', id);
  return form.toString();
}

/**
 * Reads what POST /revoke says of each lease (PROTOCOL.md, The revocation handle). An empty list means that there is
 * nothing under this token that could still be given back.
 * @throws CredsError `answer-invalid`
 */
export function readRevocation(answer: HttpAnswer): ReturnedLease[] {
  const leases = member(jsonObject(answer), 'leases');
  if (!Array.isArray(leases))
    throw new CredsError('answer-invalid', 'The server sent an answer without leases.');
  return leases.map(readReturned);
}

function readReturned(entry: unknown): ReturnedLease {
  if (isObject(entry)) {
    const id = member(entry, 'lease_id');
    const state = leaseStates.find((name) => name === member(entry, 'state'));
    const revocability = revocabilities.find((name) => name === member(entry, 'revocability'));
    const expiresAt = new Date(String(member(entry, 'expires_at')));
    if (
      typeof id === 'string' &&
      fullMatch(idPattern, id) &&
      state !== undefined &&
      revocability !== undefined &&
      !isNaN(expiresAt.getTime())
    ) {
      return { id, state, revocability, expiresAt };
    }
  }
  throw new CredsError('answer-invalid', 'The server sent a lease in a form that is not the protocol’s.');
}
