import { CredsError, type ErrorCode } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { asksToRetry, isJson, retryAfterSeconds } from './http.ts';
import { answerRequestId } from './json-answer.ts';
import { isObject, member, parseStrictJson } from './json.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly text: string;
  readonly freshIdToken?: true;
}

/** What the reasons of PROTOCOL.md (Errors) mean to the one who reads the job's log. */
const reasons: Readonly<Record<string, Meaning>> = {
  'token-expired': { code: 'identity-refused', text: 'the ID token has expired', freshIdToken: true },
  'token-too-old': { code: 'identity-refused', text: 'the ID token is too old', freshIdToken: true },
  'audience-mismatch': { code: 'audience-mismatch', text: 'the ID token is for another audience' },
  'token-bound-to-other-key': {
    code: 'identity-refused',
    text: 'the ID token belongs to another key',
    freshIdToken: true,
  },
  signature: { code: 'identity-refused', text: 'the ID token’s signature does not verify' },
  'issuer-unknown': { code: 'identity-refused', text: 'the broker does not know this platform as an issuer' },
  'proof-time': { code: 'clock-skew', text: 'the proof’s time is off' },
  'proof-body': {
    code: 'request-refused',
    text: 'the body is not the one that was signed; something changed it',
  },
  'proof-target': {
    code: 'request-refused',
    text: 'the proof is for another URL: `broker-url` and the broker’s public_url differ',
  },
  'proof-replayed': { code: 'request-refused', text: 'the proof was seen before', freshIdToken: true },
  denied: { code: 'policy-denied', text: 'policy does not grant this' },
  'role-in-use': {
    code: 'role-in-use',
    text: 'another session of this job holds the role',
  },
  'job-closed': { code: 'policy-denied', text: 'the broker was told that this job has ended' },
  'approval-rejected': { code: 'policy-denied', text: 'the approval was refused' },
  'approval-expired': { code: 'policy-denied', text: 'nobody approved in time' },
  'ttl-below-minimum': { code: 'request-refused', text: 'the `ttl` is below the role’s minimum' },
  'public-key': {
    code: 'request-refused',
    text: 'the role is lent for a public key, and none that it takes was sent: write `export: ssh`',
  },
  superseded: { code: 'request-refused', text: 'a later request took the place of this one' },
  'idempotency-conflict': { code: 'request-refused', text: 'the same handle was used for another request' },
};

/** The errors themselves, where no reason says more. */
const errors: Readonly<Record<string, Meaning>> = {
  invalid_dpop_proof: { code: 'request-refused', text: 'the request’s proof does not hold' },
  use_dpop_nonce: { code: 'request-refused', text: 'it does not take the nonce that it gave' },
  invalid_grant: { code: 'identity-refused', text: 'the ID token does not hold' },
  invalid_request: { code: 'request-refused', text: 'it does not understand the request' },
  invalid_target: {
    code: 'request-refused',
    text: 'the request is for another broker: `broker-url` and the broker’s public_url differ',
  },
  invalid_scope: { code: 'request-refused', text: 'it knows no scopes' },
  invalid_authorization_details: {
    code: 'request-refused',
    text: 'it does not take what was asked for of a role',
  },
  unsupported_grant_type: { code: 'request-refused', text: 'it exchanges no tokens at this address' },
  unsupported_token_type: {
    code: 'request-refused',
    text: 'ID tokens of this platform do not tell one job from another, so none gives anything back',
  },
  unsupported_protocol_version: {
    code: 'request-refused',
    text: 'it does not speak this version of the protocol',
  },
  invalid_client: { code: 'request-refused', text: 'it does not know the caller' },
  invalid_token: { code: 'request-refused', text: 'the session has ended, or its access token has' },
  insufficient_scope: { code: 'request-refused', text: 'the access token is not for this' },
  access_denied: { code: 'policy-denied', text: 'policy does not grant this' },
  authorization_pending: { code: 'approval-pending', text: 'somebody has to approve this first' },
  not_found: { code: 'request-refused', text: 'there is nothing at this address' },
  method_not_allowed: { code: 'request-refused', text: 'this address takes no such request' },
  conflict: { code: 'request-refused', text: 'another request is in the way' },
};

/** Parts of a broker that may fail it for a while: told with 5xx. */
const troubles: Readonly<Record<string, string>> = {
  issuer: 'it cannot fetch the keys of this platform',
  backend: 'the role’s backend failed',
  store: 'its store takes no writes',
  audit: 'its audit log takes no lines',
  frozen: 'its operators have stopped all lending for now',
};

function lookUp<T>(table: Readonly<Record<string, T>>, name: unknown): T | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}

/**
 * Turns an answer that is not 2xx into an error of ours (RFC 6749 §5.2, PROTOCOL.md Errors). Of the server's words
 * only names from a closed list, a request id and a number of seconds are used.
 */
export function refusal(answer: HttpAnswer, server: string, now: Date): CredsError {
  const body = errorBody(answer);
  const requestId = answerRequestId(answer, body);
  const known = requestId === undefined ? {} : { requestId };
  const status = String(answer.status);
  if (asksToRetry(answer.status)) {
    const wait = retryAfterSeconds(answer, now);
    const reason = body === undefined ? undefined : member(body, 'reason');
    const trouble = lookUp(troubles, reason);
    const why = trouble === undefined ? '' : `: ${trouble} (${String(reason)})`;
    return new CredsError('busy', `${server} answered ${status}${why}.`, {
      ...known,
      retryAfterSeconds: wait,
    });
  }
  if (body === undefined) {
    return new CredsError(
      'answer-invalid',
      `${server} answered ${status} and not in the protocol’s form.`,
      known,
    );
  }
  const error = errorName(body);
  const reason = member(body, 'reason');
  const meaning = lookUp(reasons, reason);
  const general = lookUp(errors, error);
  const { code, text }: Meaning = meaning ?? general ?? { code: 'request-refused', text: '' };
  const word = meaning === undefined ? error : String(reason);
  const told = text === '' ? word : `${text} (${word})`;
  const minimum = reason === 'ttl-below-minimum' ? minimumOf(body) : '';
  return new CredsError(code, `${server} refused: ${told}${minimum}.`, {
    ...known,
    ...(meaning?.freshIdToken === true ? { freshIdToken: true } : {}),
  });
}

function errorBody(answer: HttpAnswer): Record<string, unknown> | undefined {
  if (!isJson(answer)) return undefined;
  try {
    const body = parseStrictJson(answer.body);
    return isObject(body) && typeof member(body, 'error') === 'string' ? body : undefined;
  } catch {
    return undefined;
  }
}

function errorName(body: Record<string, unknown>): string {
  const error = member(body, 'error');
  return typeof error === 'string' && fullMatch(/[a-z_]{1,64}/, error) ? error : 'an unknown error';
}

function minimumOf(body: Record<string, unknown>): string {
  const minimum = member(body, 'minimum');
  return Number.isSafeInteger(minimum) ? `: at least ${String(minimum)} s` : '';
}

/** The error code and reason of a refusal, for a client that can cure some of them. */
export function refusedFor(answer: HttpAnswer): { readonly error: string; readonly reason: string } {
  const body = errorBody(answer);
  const reason = body === undefined ? undefined : member(body, 'reason');
  return {
    error: body === undefined ? '' : errorName(body),
    reason: typeof reason === 'string' ? reason : '',
  };
}
