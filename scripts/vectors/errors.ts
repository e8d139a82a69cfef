import type { Json } from './by-hand.ts';

interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers?: Json;
  /** What our own client makes of it: its error code, and whether the same may be tried again. */
  readonly code: string;
  readonly again?: true;
  /** A fresh ID token may help. */
  readonly fresh?: true;
}

function answer(name: string, { status, body, headers, code, again, fresh }: Answer): Json {
  return {
    name,
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: { ...body, request_id: 'req_0123456789abcdef01234567' },
    client: { code, retry: again ?? false, fresh_id_token: fresh ?? false },
  };
}

const description = 'for a person; no program reads it';
const of = (error: string, reason?: string, more: Json = {}): Json => ({
  error,
  error_description: description,
  ...(reason === undefined ? {} : { reason }),
  ...more,
});

export function errorsFile(): Json {
  return {
    about:
      'Answers that are no loan: status and body, and what our own client makes of each (its code, docs/reference/errors.md; whether it tries the same again; whether with a fresh ID token).',
    answers: [
      answer('the proof’s time', {
        status: 400,
        body: of('invalid_dpop_proof', 'proof-time'),
        code: 'clock-skew',
      }),
      answer('the body', {
        status: 400,
        body: of('invalid_dpop_proof', 'proof-body'),
        code: 'request-refused',
      }),
      answer('the target', {
        status: 400,
        body: of('invalid_dpop_proof', 'proof-target'),
        code: 'request-refused',
      }),
      answer('seen before', {
        status: 400,
        body: of('invalid_dpop_proof', 'proof-replayed'),
        code: 'request-refused',
        fresh: true,
      }),
      answer('expired', {
        status: 400,
        body: of('invalid_grant', 'token-expired'),
        code: 'identity-refused',
        fresh: true,
      }),
      answer('audience', {
        status: 400,
        body: of('invalid_grant', 'audience-mismatch'),
        code: 'audience-mismatch',
      }),
      answer('another key', {
        status: 400,
        body: of('invalid_grant', 'token-bound-to-other-key'),
        code: 'identity-refused',
        fresh: true,
      }),
      answer('issuer', {
        status: 400,
        body: of('invalid_grant', 'issuer-unknown'),
        code: 'identity-refused',
      }),
      answer('ttl', {
        status: 400,
        body: of('invalid_authorization_details', 'ttl-below-minimum', { minimum: 900 }),
        code: 'request-refused',
      }),
      answer('denied', { status: 403, body: of('access_denied', 'denied'), code: 'policy-denied' }),
      answer('role in use', { status: 403, body: of('access_denied', 'role-in-use'), code: 'role-in-use' }),
      answer('job closed', { status: 403, body: of('access_denied', 'job-closed'), code: 'policy-denied' }),
      answer('pending', {
        status: 400,
        body: of('authorization_pending', undefined, {
          transaction_id: 'txn_0123456789abcdef01234567',
          interval: 5,
          expires_in: 900,
        }),
        code: 'approval-pending',
      }),
      answer('superseded', { status: 409, body: of('conflict', 'superseded'), code: 'request-refused' }),
      answer('another request under the handle', {
        status: 409,
        body: of('conflict', 'idempotency-conflict'),
        code: 'request-refused',
      }),
      answer('too many', {
        status: 429,
        body: of('rate_limited'),
        headers: { 'retry-after': '7' },
        code: 'busy',
        again: true,
      }),
      ...['issuer', 'backend', 'store', 'audit'].map((reason) =>
        answer(`no ${reason}`, {
          status: 503,
          body: of('temporarily_unavailable', reason),
          headers: { 'retry-after': '2' },
          code: 'busy',
          again: true,
        }),
      ),
      answer('a name that nobody knows yet', {
        status: 400,
        body: of('a_new_error', 'a-new-reason'),
        code: 'request-refused',
      }),
    ],
  };
}
