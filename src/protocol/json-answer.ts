import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { isJson } from './http.ts';
import { isObject, member, parseStrictJson } from './json.ts';

/** The id of a lease, a session or a request: it will be printed. */
export const idPattern = /[A-Za-z0-9_.:-]{1,128}/;

/** The body of an answer that has to be a JSON object. */
export function jsonObject(answer: HttpAnswer): Record<string, unknown> {
  if (!isJson(answer)) throw invalid('that is not JSON');
  let body: unknown;
  try {
    body = parseStrictJson(answer.body);
  } catch {
    throw invalid('that is not clean JSON');
  }
  if (!isObject(body)) throw invalid('that is not a JSON object');
  return body;
}

function invalid(what: string): CredsError {
  return new CredsError('answer-invalid', `The server sent an answer ${what}.`);
}

/** The other side's id of this request, when it is one that can be printed. */
export function answerRequestId(answer: HttpAnswer, body?: Record<string, unknown>): string | undefined {
  const id = (body === undefined ? undefined : member(body, 'request_id')) ?? answer.headers['x-request-id'];
  return typeof id === 'string' && fullMatch(idPattern, id) ? id : undefined;
}
