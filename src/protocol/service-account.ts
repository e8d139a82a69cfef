// https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { isObject, member, parseStrictJson } from './json.ts';
import { jsonObject } from './json-answer.ts';

/** A token of a service account, and its end. */
export interface ImpersonatedToken {
  readonly token: Secret;
  readonly expiresAt: Date;
}

/** The body of generateAccessToken. @param seconds lifetime */
export function accessTokenBody(
  scopes: readonly string[],
  seconds: number,
  delegates: readonly string[],
): string {
  return JSON.stringify({ scope: scopes, lifetime: `${String(seconds)}s`, ...through(delegates) });
}

/** The body of generateIdToken. @param audience whom the token is for */
export function idTokenBody(audience: string, includeEmail: boolean, delegates: readonly string[]): string {
  return JSON.stringify({ audience, includeEmail, ...through(delegates) });
}

/** A delegation chain is named by resources; the project is not theirs to say. */
function through(delegates: readonly string[]): { delegates?: string[] } {
  return delegates.length === 0
    ? {}
    : { delegates: delegates.map((email) => `projects/-/serviceAccounts/${email}`) };
}

/** Reads a 200 answer of generateAccessToken. @throws CredsError `answer-invalid` */
export function readAccessToken(answer: HttpAnswer): ImpersonatedToken {
  const body = jsonObject(answer);
  const end = member(body, 'expireTime');
  return {
    token: tokenIn(member(body, 'accessToken')),
    expiresAt: endAt(typeof end === 'string' ? new Date(end) : undefined),
  };
}

/**
 * Reads a 200 answer of generateIdToken, whose token says itself when it ends.
 * @throws CredsError `answer-invalid`; `lease-unsuitable` when the token is for another audience
 */
export function readIdToken(answer: HttpAnswer, audience: string): ImpersonatedToken {
  const token = tokenIn(member(jsonObject(answer), 'token'));
  const claims = claimsOf(token);
  if (member(claims, 'aud') !== audience)
    throw new CredsError('lease-unsuitable', 'Google sent an ID token for another audience.');
  const end = member(claims, 'exp');
  return { token, expiresAt: endAt(typeof end === 'number' ? new Date(end * 1000) : undefined) };
}

function tokenIn(value: unknown): Secret {
  if (typeof value !== 'string' || !fullMatch(/[\x21-\x7e]{1,32768}/, value))
    throw new CredsError('answer-invalid', 'Google sent an answer without a usable token.');
  return new Secret(value);
}

function endAt(end: Date | undefined): Date {
  if (end === undefined || isNaN(end.getTime()))
    throw new CredsError('answer-invalid', 'Google does not say when the token ends.');
  return end;
}

function claimsOf(token: Secret): Record<string, unknown> {
  try {
    const claims = parseStrictJson(Buffer.from(token.reveal().split('.')[1] ?? '', 'base64url'));
    if (isObject(claims)) return claims;
  } catch {
    // Told below, without a word of it.
  }
  throw new CredsError('answer-invalid', 'Google sent an ID token that is none.');
}
