// https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
// https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/
import { fullMatch } from '../../domain/pattern.ts';
import type { HttpAnswer } from '../../domain/host.ts';

const usualRestMs = 60_000;
/** A platform that named a time in the far future would never be asked again. */
const longestRestMs = 60 * 60_000;

/**
 * How long a platform wants to be left alone, in milliseconds; 0: it may be asked again. A 403 is a rate limit only
 * where a header says so; else it is an answer.
 */
export function restMs({ status, headers }: HttpAnswer, now: Date): number {
  const after = seconds(headers['retry-after']);
  const spent = headers['x-ratelimit-remaining'] === '0' || headers['ratelimit-remaining'] === '0';
  if (status !== 429 && !(status === 403 && (spent || after !== undefined))) return 0;
  const reset = seconds(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset']);
  const untilReset = reset === undefined ? undefined : reset * 1000 - now.getTime();
  const rest = after === undefined ? (untilReset ?? usualRestMs) : after * 1000;
  return Math.min(longestRestMs, Math.max(1000, rest));
}

function seconds(text: string | undefined): number | undefined {
  return text !== undefined && fullMatch(/[0-9]{1,12}/, text) ? Number(text) : undefined;
}
