import { fullMatch } from '../../../domain/pattern.ts';
import { isObject } from '../../../protocol/json.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const meanings: Readonly<Record<string, string>> = {
  '28P01': 'the password of the broker’s role is wrong',
  '28000': 'the server does not let the broker’s role in',
  '2BP01': 'something of others depends on what the job made',
  '3D000': 'there is no such database',
  '42501': 'the broker’s role has not the right to do it',
  '42704': 'a role that is named does not exist',
  '55P03': 'something else holds the lock for too long',
  '57014': 'it took too long',
};

/** A failure whose message may be told: no statement, no value and no URL is in it. */
export class ToldFailure extends Error {
  constructor(message: string) {
    super(`PostgreSQL: ${message}`);
    this.name = 'ToldFailure';
  }
}

/**
 * What an operator may know of a failure. The server's own texts are not passed on: they quote statements and values.
 * @param doing what was tried, as in "creating the login role"
 */
export function failure(doing: string, error: unknown): ToldFailure {
  const told: unknown = isObject(error) ? error['code'] : undefined;
  const code = typeof told === 'string' && fullMatch(/[A-Z0-9_]{1,40}/, told) ? told : 'no answer';
  const meaning = meanings[code];
  return new ToldFailure(`${doing} failed (${code}${meaning === undefined ? '' : `: ${meaning}`})`);
}
