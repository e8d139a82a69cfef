import { startDeadline } from '../domain/deadline.ts';
import { formatDuration, formatTime } from '../domain/duration.ts';
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { asksToRetry, pause, retryAfterSeconds, type Call } from './http.ts';
import { isObject, member, parseStrictJson } from './json.ts';
import { refusedFor } from './oauth-error.ts';
import { sendSigned, type Signer } from './signed-request.ts';
import { answerRequestId } from './json-answer.ts';

const usualInterval = 5;
const longestInterval = 60;
const longestWait = 366 * 86_400;

/** An exchange that waits for a person (PROTOCOL.md, Errors, `authorization_pending`). */
export interface Pending {
  readonly transactionId: string;
  /** Seconds between two questions, 1 to 60. */
  readonly interval: number;
  /** Seconds until the broker gives up. */
  readonly expiresIn: number;
  readonly requestId: string | undefined;
}

/** Reads `authorization_pending`; undefined for any other answer, and for one that nothing can be asked about. */
export function readPending(answer: HttpAnswer): Pending | undefined {
  if (answer.status !== 400 || refusedFor(answer).error !== 'authorization_pending') return undefined;
  const body = parseStrictJson(answer.body);
  const id = isObject(body) ? member(body, 'transaction_id') : undefined;
  if (!isObject(body) || typeof id !== 'string' || !fullMatch(/[A-Za-z0-9_-]{1,64}/, id)) return undefined;
  return {
    transactionId: id,
    interval: within(member(body, 'interval'), [1, longestInterval], usualInterval),
    expiresIn: within(member(body, 'expires_in'), [0, longestWait], longestWait),
    requestId: answerRequestId(answer, body),
  };
}

function within(value: unknown, [least, most]: readonly [number, number], otherwise: number): number {
  return Number.isSafeInteger(value) ? Math.min(most, Math.max(least, value as number)) : otherwise;
}

/** The broker and the key of the exchange that waits, and for how long the workflow lets it. */
export interface Waiting {
  /** The broker's URL. */
  readonly base: string;
  readonly signer: Signer;
  readonly seconds: number;
}

/** Where an approver looks. */
export function approvalUrl(base: string, { transactionId }: Pending): string {
  return `${base}/approvals/${transactionId}`;
}

/** A decision, or whatever else ends the waiting. */
export interface Decision {
  readonly answer: HttpAnswer;
  /** An answer before it was lost: it may have brought something. */
  readonly lost: boolean;
}

/**
 * Asks again and again until the approval is decided. What asks to be tried again is, in the same time, which is not
 * the step's own.
 * @throws CredsError `approval-pending` when the time is up; what was asked for must then be given back
 */
export async function awaitDecision(pending: Pending, waiting: Waiting, call: Call): Promise<Decision> {
  const { base, signer, seconds } = waiting;
  const { interval, expiresIn } = pending;
  const { clock } = call.host;
  // A little longer than the broker waits: its own word that nobody came says more.
  const deadline = startDeadline(clock, Math.min(seconds, expiresIn + 2 * interval));
  const url = new URL(`${base}/credentials/deferred`);
  const body = JSON.stringify({ transaction_id: pending.transactionId });
  const tell = storyteller(pending, waiting, call);
  let lost = false;
  let wait = interval;
  for (;;) {
    tell(deadline.remainingMs() / 1000);
    await pause(call.host, Math.min(wait * 1000, deadline.remainingMs()));
    if (deadline.remainingMs() === 0) throw outOfTime(pending, waiting);
    try {
      const request = { url, body, signer, contentType: 'application/json' as const };
      const answer = await sendSigned(request, { ...call, deadline });
      wait = Math.max(interval, retryAfterSeconds(answer, clock.now()));
      if (asksToRetry(answer.status)) lost = true;
      else if (readPending(answer) === undefined) return { answer, lost };
    } catch (error) {
      if (!(error instanceof CredsError) || error.retryAfterSeconds === undefined) throw error;
      lost = true;
    }
  }
}

function outOfTime(pending: Pending, { base, seconds }: Waiting): CredsError {
  const time = formatDuration(seconds);
  return new CredsError('approval-pending', `Nobody approved ${approvalUrl(base, pending)} within ${time}.`, {
    ...(pending.requestId === undefined ? {} : { requestId: pending.requestId }),
    partlyIssued: true,
  });
}

/** One line at the beginning, and then one after 1, 2, 4, 8 … minutes. */
function storyteller(pending: Pending, { base, seconds }: Waiting, call: Call): (left: number) => void {
  const { clock } = call.host;
  const start = clock.monotonicMs();
  const until = new Date(clock.now().getTime() + Math.min(seconds, pending.expiresIn) * 1000);
  const place = approvalUrl(base, pending);
  let next = 0;
  return (left) => {
    const passed = (clock.monotonicMs() - start) / 1000;
    if (passed < next) return;
    call.onWait?.(
      next === 0
        ? `Waiting until ${formatTime(until, clock.now())} for the approval at ${place}`
        : `Still waiting, ${formatDuration(left)} at most, for the approval at ${place}`,
    );
    next = next === 0 ? 60 : next * 2;
  };
}
