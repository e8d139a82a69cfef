import { CredsError, type ErrorCode } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { asksToRetry, hidesAnswer, isJson, retryAfterSeconds } from '../protocol/http.ts';
import { isObject, parseStrictJson } from '../protocol/json.ts';

/** Some servers answer nobody who does not say what he is (crates registry, GitHub). */
export const userAgent = 'ephemeral-creds';

/** What an answer that is no success means to the user. None of the server's own words is in it. */
export interface Meaning {
  readonly code: ErrorCode;
  /** After "HOST refused: ". */
  readonly text: string;
  readonly hint: string;
  /** A fresh ID token may do. */
  readonly freshIdToken?: true;
}

/** The object of a JSON answer; undefined when it is none. */
export function jsonOf(answer: HttpAnswer): Record<string, unknown> | undefined {
  if (!isJson(answer)) return undefined;
  try {
    const body = parseStrictJson(answer.body);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** What an answer that is no success is turned into; none of the server's words is in it. */
export function refusalOf(
  answer: HttpAnswer,
  {
    host,
    now,
    meaning,
  }: { readonly host: string; readonly now: Date; readonly meaning?: Meaning | undefined },
): CredsError {
  const status = String(answer.status);
  if (asksToRetry(answer.status)) {
    const wait = retryAfterSeconds(answer, now);
    return new CredsError('busy', `${host} answered ${status}.`, {
      retryAfterSeconds: wait,
      answerLost: hidesAnswer(answer.status),
    });
  }
  const refused = { nothingIssued: answer.status >= 400 };
  if (meaning === undefined) {
    const code = jsonOf(answer) === undefined ? 'answer-invalid' : 'request-refused';
    return new CredsError(code, `${host} answered ${status} and nothing that is documented.`, refused);
  }
  const { code, text, hint, freshIdToken = false } = meaning;
  return new CredsError(code, `${host} refused: ${text} (${status}).`, { ...refused, hint, freshIdToken });
}
