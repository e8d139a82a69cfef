// Token exchange as any server of the standard speaks it (RFC 8693), without a client secret.
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { answerRequestId, jsonObject } from './json-answer.ts';
import { member } from './json.ts';
import { tokenExchange } from './token-exchange.ts';

const longestSeconds = 366 * 86_400;

/** What a token endpoint is asked, besides the token (RFC 8693 §2.1). */
export interface PlainRequest {
  readonly subjectTokenType: string;
  /** Every other parameter by its name in the standard or in the server's own documentation. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Some servers take JSON in place of the standard's form. */
  readonly encoding: 'form' | 'json';
}

/** The body of a request and what it is. */
export interface PlainBody {
  readonly body: string;
  readonly contentType: string;
}

/** The request's body for one ID token. */
export function plainBody({ subjectTokenType, fields, encoding }: PlainRequest, idToken: string): PlainBody {
  const all: [string, readonly string[]][] = [
    ['grant_type', [tokenExchange]],
    ['subject_token', [idToken]],
    ['subject_token_type', [subjectTokenType]],
    ...Object.entries(fields),
  ];
  if (encoding === 'json') {
    const members = all.map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
    return { body: JSON.stringify(Object.fromEntries(members)), contentType: 'application/json' };
  }
  const form = new URLSearchParams();
  for (const [name, values] of all) for (const value of values) form.append(name, value);
  return { body: form.toString(), contentType: 'application/x-www-form-urlencoded' };
}

/** What a token endpoint gave (RFC 8693 §2.2.1), before anyone has judged it. */
export interface IssuedToken {
  readonly token: Secret;
  /** In lower case. */
  readonly tokenType: string;
  /** Undefined where the server does not say. */
  readonly seconds: number | undefined;
  readonly issuedTokenType: string | undefined;
  /** The scopes that were granted; undefined: those that were asked for. */
  readonly scopes: readonly string[] | undefined;
  readonly hasRefreshToken: boolean;
  readonly requestId: string | undefined;
}

/**
 * Reads a 200 answer.
 * @throws CredsError `answer-invalid` when there is no token in it
 */
export function readIssuedToken(answer: HttpAnswer): IssuedToken {
  const body = jsonObject(answer);
  const text = (name: string): string | undefined => {
    const value = member(body, name);
    return typeof value === 'string' ? value : undefined;
  };
  const token = text('access_token') ?? '';
  // RFC 6749 §A.12, less the space, which no header carries.
  if (!fullMatch(/[\x21-\x7e]{1,32768}/, token))
    throw new CredsError('answer-invalid', 'The server sent an answer without a usable access_token.');
  return {
    token: new Secret(token),
    tokenType: (text('token_type') ?? '').toLowerCase(),
    seconds: lifetimeOf(member(body, 'expires_in')),
    issuedTokenType: text('issued_token_type'),
    scopes: text('scope')
      ?.split(' ')
      .filter((scope) => scope !== ''),
    hasRefreshToken: member(body, 'refresh_token') !== undefined,
    requestId: answerRequestId(answer, body),
  };
}

/** Some servers write the number as text. */
function lifetimeOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && fullMatch(/\d{1,9}/, value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return undefined;
  return Math.max(-longestSeconds, Math.min(longestSeconds, Math.floor(seconds)));
}
