import { parseDuration } from '../domain/duration.ts';
import { CredsError } from '../domain/errors.ts';
import type { Config } from './config.ts';

/** What a broker takes, in seconds. */
const range = { from: 10, to: 3600 };
/** What is lent is dead two minutes after the machine at the latest. */
const usualSeconds = 120;

/**
 * Reads the option `heartbeat`: a duration, `0` for none.
 * @param text undefined when it was not given: then 2 minutes, where there is a broker
 * @throws CredsError `input-invalid`
 */
export function readHeartbeat(
  text: string | undefined,
  { provider }: Pick<Config, 'provider'>,
): Pick<Config, 'heartbeatSeconds'> {
  const withBroker = provider === 'broker';
  if (text === undefined) return withBroker ? { heartbeatSeconds: usualSeconds } : {};
  const seconds = parseDuration(text.trim());
  if (seconds === 0) return {};
  if (!withBroker) throw bad(`means nothing to \`provider: ${provider}\`: only a broker hears it`);
  if (seconds === undefined || seconds < range.from || seconds > range.to)
    throw bad('must be a duration from `10s` to `1h`, or `0` for none');
  return { heartbeatSeconds: seconds };
}

function bad(problem: string): CredsError {
  return new CredsError('input-invalid', `The input \`heartbeat\` ${problem}.`);
}
