import { startDeadline, type Deadline } from '../domain/deadline.ts';
import { CredsError } from '../domain/errors.ts';
import {
  clientAlerts,
  TransportError,
  type Host,
  type HttpAnswer,
  type HttpRequest,
} from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';

const attemptSeconds = 10;
const attempts = 6;
const firstBackoffMs = 250;
const longestBackoffMs = 8000;

/** A request as `exchange` takes it: the bounds in time come from the call. */
export type Outgoing = Omit<HttpRequest, 'signal' | 'trust'>;

/** One budget, and whom to tell that something is tried again. */
export interface Call {
  readonly host: Host;
  readonly deadline: Deadline;
  /** PEM text of certificate authorities to trust besides the usual ones. */
  readonly trust?: string;
  /** Prints one line; nothing secret is in it. */
  readonly onRetry?: (text: string) => void;
  /** The same for what someone should look at. */
  readonly onWarning?: (text: string) => void;
  /** The same for what a person is waited for. */
  readonly onWait?: (text: string) => void;
  /**
   * Called as soon as a lender has issued what only `Opening.kept` can give back, before the answer is judged or more is
   * asked: the ledger writes it down.
   */
  readonly onOwed?: () => void;
}

/**
 * Sends one request, headers and body within 10 seconds and within the call's deadline. A redirect is an error, so
 * no credential ever follows one. Status codes are the caller's to judge.
 * @throws CredsError; with `retryAfterSeconds` where the same request may be tried again
 */
export async function exchange(call: Call, request: Outgoing): Promise<HttpAnswer> {
  const answer = await withinAttempt(call, request);
  if (answer.status >= 300 && answer.status < 400) {
    throw new CredsError(
      'redirect-refused',
      `${request.url.host} answered with a redirect (${String(answer.status)}).`,
    );
  }
  return answer;
}

async function withinAttempt(call: Call, request: Outgoing): Promise<HttpAnswer> {
  const { host } = call;
  const bound = startDeadline(host.clock, attemptSeconds, call.deadline);
  const trust = call.trust === undefined ? {} : { trust: call.trust };
  try {
    if (bound.remainingMs() === 0) throw new TransportError('timeout');
    // A proxy that takes the connection and says nothing heeds neither signal nor socket time-out: race it.
    return await bounded(host, bound.remainingMs(), (signal) => host.send({ ...request, ...trust, signal }));
  } catch (error) {
    if (host.signal.aborted) throw interruption(host.signal);
    throw explain(error, request, call.deadline);
  }
}

/** Gives up, and aborts, after `ms` milliseconds or when the process is asked to stop. */
async function bounded<T>(host: Host, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (host.signal.aborted) throw new TransportError('aborted');
  const controller = new AbortController();
  let stop = (): void => undefined;
  let clear = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    const end = (fault: 'timeout' | 'aborted'): void => {
      reject(new TransportError(fault));
      controller.abort();
    };
    stop = () => {
      end('aborted');
    };
    clear = host.clock.after(ms, () => {
      end('timeout');
    });
    host.signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work(controller.signal), ended]);
  } finally {
    clear();
    host.signal.removeEventListener('abort', stop);
  }
}

function interruption(signal: AbortSignal): CredsError {
  return signal.reason instanceof CredsError
    ? signal.reason
    : new CredsError('interrupted', 'The job was cancelled.');
}

function explain(error: unknown, request: Outgoing, deadline: Deadline): CredsError {
  if (!(error instanceof TransportError))
    return new CredsError('internal', 'A request failed.', { cause: error });
  const name = request.url.host;
  const again = { cause: error, retryAfterSeconds: 0 };
  switch (error.fault) {
    case 'refused':
      return new CredsError('unreachable', `${name} refused the connection.`, again);
    case 'reset':
      return new CredsError('unreachable', `The connection to ${name} broke.`, again);
    case 'dns-temporary':
      return new CredsError('unreachable', `The name ${name} could not be looked up just now.`, again);
    case 'dns':
      return new CredsError('unreachable', `There is no host named ${name}.`, { cause: error });
    case 'timeout': {
      if (error.unsent)
        return new CredsError(
          'timed-out',
          `No connection to ${name} came about in time, TLS included.`,
          again,
        );
      const late = deadline.remainingMs() === 0;
      const bound = late ? deadline.budgetSeconds : attemptSeconds;
      return new CredsError('timed-out', `${name} did not answer within ${String(bound)} seconds.`, again);
    }
    case 'truncated':
      return new CredsError('unreachable', `The answer of ${name} broke off.`, again);
    case 'garbled':
      return new CredsError('answer-invalid', `What answers at ${name} does not speak HTTP.`, {
        cause: error,
      });
    case 'tls':
      return new CredsError('tls-refused', refusal(name, error.alert), { cause: error });
    case 'certificate':
      return new CredsError('tls-untrusted', `The certificate of ${name} is not trusted here.`, {
        cause: error,
      });
    case 'proxy':
      return new CredsError('proxy-refused', `The proxy did not connect us to ${name}.`, { cause: error });
    case 'too-large':
      return new CredsError('answer-invalid', `The answer of ${name} is longer than it may be.`, {
        cause: error,
      });
    case 'encoding':
      return new CredsError('answer-invalid', `${name} compressed its answer although it was not asked to.`, {
        cause: error,
      });
    case 'aborted':
      return new CredsError('interrupted', `The request to ${name} was given up.`, { cause: error });
  }
}

function refusal(name: string, alert: number | undefined): string {
  if (alert === undefined) return `${name} and we could not agree on TLS.`;
  return clientAlerts.includes(alert)
    ? `${name} wants a client certificate that it trusts (TLS alert ${String(alert)}).`
    : `${name} has broken off the TLS connection (alert ${String(alert)}).`;
}

/**
 * Runs an attempt again while its error allows it: at most 6 times, with full-jitter backoff from 0.25 s to 8 s or
 * the server's own Retry-After, and never past the deadline.
 */
export async function retrying<T>(call: Call, attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CredsError) || error.retryAfterSeconds === undefined) throw error;
      const backoff = Math.random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** (tried - 1));
      const wait = Math.max(backoff, error.retryAfterSeconds * 1000);
      // Final: whoever retries around this must not begin it all again.
      if (tried === attempts || wait >= call.deadline.remainingMs()) throw error.asFinal();
      const when = wait < 1000 ? 'now' : `in ${String(Math.ceil(wait / 1000))} s`;
      call.onRetry?.(
        `${error.message} Trying again ${when} (attempt ${String(tried + 1)} of ${String(attempts)}).`,
      );
      await pause(call.host, wait);
    }
  }
}

/** Waits. @throws CredsError `interrupted` or `terminated` when the process is asked to stop */
export async function pause(host: Host, ms: number): Promise<void> {
  const never = new Promise<never>(() => undefined);
  try {
    await bounded(host, ms, () => never);
  } catch (error) {
    if (host.signal.aborted) throw interruption(host.signal);
    if (!(error instanceof TransportError && error.fault === 'timeout')) throw error;
  }
}

/** Statuses that ask to come back (RFC 9110 §15.5.9, §15.6; RFC 8470 §5.2; RFC 6585 §4; 52x of content networks). */
export function asksToRetry(status: number): boolean {
  return [408, 425, 429].includes(status) || (status >= 500 && status !== 501 && status !== 505);
}

/** Not now (RFC 9110 §15.6.4), and what content networks say when they have not reached the server. */
const unserved = [503, 521, 522, 523, 525, 526];

/** True for a status behind which the server may have done what it was asked: whoever stands before it gave up on it. */
export function hidesAnswer(status: number): boolean {
  return status >= 500 && !unserved.includes(status);
}

/**
 * Seconds that a Retry-After header asks for (RFC 9110 §10.2.3): a number, or an HTTP date, which counts from the
 * server's own Date; 0 without one.
 */
export function retryAfterSeconds(answer: HttpAnswer, now: Date): number {
  const value = answer.headers['retry-after']?.trim() ?? '';
  if (fullMatch(/\d{1,6}/, value)) return Number(value);
  const at = Date.parse(value);
  const sentAt = Date.parse(answer.headers['date'] ?? '');
  return Number.isNaN(at) ? 0 : Math.max(0, (at - (Number.isNaN(sentAt) ? now.getTime() : sentAt)) / 1000);
}

/** True for a page for people where a server's answer should be: of a proxy, or a sign-in. Some say so of no content at all. */
export function isPage({ headers, body }: HttpAnswer): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return body.length > 0 && (type === 'text/html' || type === 'application/xhtml+xml');
}

/** True when the answer says that it is JSON (RFC 8259, RFC 6839 §3.1), or says nothing of what it is. */
export function isJson(answer: HttpAnswer): boolean {
  const said = answer.headers['content-type'];
  if (said === undefined) return true;
  const type = said.split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || fullMatch(/application\/[a-z0-9.-]+\+json/, type);
}
