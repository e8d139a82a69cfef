// https://cloud.google.com/apis/design/errors, and of the token endpoint https://www.rfc-editor.org/rfc/rfc6749#section-5.2
import { CredsError, type ErrorCode } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { asksToRetry, isJson, retryAfterSeconds } from './http.ts';
import { isObject, member, parseStrictJson } from './json.ts';

/** What one of Google's errors comes to, and what helps against it. */
export interface Meaning {
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint: string;
}

/** Where an answer came from, and what its errors mean there. */
interface Asked {
  readonly host: string;
  readonly now: Date;
  /** By error, status or reason. */
  readonly meanings: Readonly<Record<string, Meaning>>;
}

/**
 * Turns an answer that is not 200 into an error of ours. Of Google's words only known names of errors are used, and a
 * number of seconds.
 */
export function googleRefusal(answer: HttpAnswer, { host, now, meanings }: Asked): CredsError {
  const status = String(answer.status);
  if (asksToRetry(answer.status)) {
    const wait = retryAfterSeconds(answer, now);
    return new CredsError('busy', `${host} answered ${status}.`, { retryAfterSeconds: wait });
  }
  const names = errorNames(answer);
  if (names.length === 0)
    return new CredsError('answer-invalid', `${host} answered ${status} and not as Google does.`);
  const known = names.find((name) => Object.hasOwn(meanings, name));
  const meaning = known === undefined ? undefined : meanings[known];
  if (known === undefined || meaning === undefined) {
    return new CredsError('request-refused', `${host} answered ${status} and not with a token.`, {
      hint: 'Compare `params` with docs/how-to/gcp-without-a-broker.md; the project’s audit log has the reason.',
      nothingIssued: true,
    });
  }
  const { code, text, hint } = meaning;
  return new CredsError(code, `${host} refused: ${text} (${known}).`, { hint, nothingIssued: true });
}

/** The most telling first: reasons (google.rpc.ErrorInfo), then the status; or OAuth's `error`. */
function errorNames(answer: HttpAnswer): string[] {
  const body = bodyOf(answer);
  const error = isObject(body) ? member(body, 'error') : undefined;
  if (typeof error === 'string') return [error];
  if (!isObject(error)) return [];
  const details = member(error, 'details');
  const reasons = (Array.isArray(details) ? (details as unknown[]) : []).map((each) =>
    isObject(each) ? member(each, 'reason') : undefined,
  );
  return [...reasons, member(error, 'status')].filter((name) => typeof name === 'string');
}

function bodyOf(answer: HttpAnswer): unknown {
  try {
    return isJson(answer) ? parseStrictJson(answer.body) : undefined;
  } catch {
    return undefined;
  }
}
