import { Refusal, unavailable } from '../domain/refusal.ts';
import { StoreError } from '../store/store.ts';
import { jsonAnswer } from './json-answer.ts';

/** Every answer says which request it is for and that nobody may keep it. */
export function withStandardHeaders(response: Response, requestId: string): Response {
  response.headers.set('ephemeral-creds-version', '1');
  response.headers.set('x-request-id', requestId);
  response.headers.set('cache-control', 'no-store');
  return response;
}

/** What went wrong, in the terms of PROTOCOL.md; undefined: a defect of ours. */
export function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  return error instanceof StoreError ? unavailable('store', error) : undefined;
}

/** The OAuth error body (RFC 6749 §5.2) with our `reason` and `request_id`. */
export function refusalResponse(refusal: Refusal, requestId: string): Response {
  const response = jsonAnswer(
    {
      error: refusal.error,
      error_description: refusal.message,
      ...(refusal.reason === undefined ? {} : { reason: refusal.reason }),
      ...(refusal.minimumSeconds === undefined ? {} : { minimum: refusal.minimumSeconds }),
      ...refusal.members,
      request_id: requestId,
    },
    refusal.status,
  );
  if (refusal.retryAfterSeconds !== undefined)
    response.headers.set('retry-after', String(refusal.retryAfterSeconds));
  if (refusal.allow !== undefined) response.headers.set('allow', refusal.allow);
  if (refusal.challenge !== undefined) response.headers.set('www-authenticate', refusal.challenge);
  return response;
}
