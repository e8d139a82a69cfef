import { fullMatch } from '../../../domain/pattern.ts';
import { BackendFailure, type FailureReason, type ToldReason } from '../../domain/backend-failure.ts';
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

/** By the beginning of the code; the longest that fits says it. */
const reasons: Readonly<Record<string, FailureReason>> = {
  '08': 'unreachable',
  '25006': 'refused',
  '28': 'refused',
  '2BP01': 'refused',
  '3D000': 'settings',
  '40': 'busy',
  '42501': 'refused',
  '53': 'busy',
  '55P03': 'busy',
  '57014': 'timeout',
  '57P': 'unreachable',
  E: 'unreachable',
  ETIMEDOUT: 'timeout',
};

/** A failure whose message may be told: no statement, no value and no URL is in it. */
export class ToldFailure extends BackendFailure {
  constructor(message: string, told: ToldReason = { reason: 'refused' }) {
    super(`PostgreSQL: ${message}`, told);
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
  return new ToldFailure(
    `${doing} failed (${code}${meaning === undefined ? '' : `: ${meaning}`})`,
    typeof told === 'string' && code === told
      ? { reason: reasonOf(code), code }
      : { reason: isLate(error) ? 'timeout' : 'unreachable' },
  );
}

function reasonOf(code: string): FailureReason {
  const start = Object.keys(reasons)
    .filter((each) => code.startsWith(each))
    .toSorted((a, b) => b.length - a.length)[0];
  // What is no SQLSTATE is Node’s own name for what TLS did not like.
  if (start === undefined) return fullMatch(/[A-Z0-9]{5}/, code) ? 'failed' : 'unreachable';
  return reasons[start] ?? 'failed';
}

/** The driver’s own limits have no code: "Query read timeout", "Connection terminated due to connection timeout". */
function isLate(error: unknown): boolean {
  return isObject(error) && typeof error['message'] === 'string' && error['message'].includes('timeout');
}
