import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import type { Debt } from '../domain/intent.ts';
import type { ReturnedLease } from '../domain/lease.ts';
import { exchange, isPage, retrying, type Outgoing } from '../protocol/http.ts';
import { refusalOf, userAgent, type Meaning } from './server-answer.ts';
import type { WayBack } from './way-back.ts';

const longestAnswer = 64 * 1024;

/** How a server takes a token back. */
export interface Return {
  readonly request: (token: string) => Pick<Outgoing, 'method' | 'url' | 'headers'>;
  /** True for an answer by which it says, and nobody else could, that there is no such token any more. */
  readonly saysGone?: (answer: HttpAnswer) => boolean;
  /** What another refusal means. */
  readonly meaning?: (answer: HttpAnswer) => Meaning | undefined;
}

/**
 * Gives one token back, where the server has a way for that and we have the token.
 * @throws CredsError when it could not be made sure
 */
export async function giveTokenBack(
  { token }: Debt,
  ids: readonly string[],
  { request, saysGone, meaning }: Return,
  { call }: WayBack,
): Promise<ReturnedLease[] | undefined> {
  if (token === undefined && ids.length === 0) return undefined;
  if (token === undefined) throw tokenIsGone();
  const out = request(token);
  await retrying(call, async () => {
    const answer = await exchange(call, {
      ...out,
      headers: { accept: 'application/json', 'user-agent': userAgent, ...out.headers },
      maxBytes: longestAnswer,
    });
    if (!isDone(answer) && saysGone?.(answer) !== true)
      throw refusalOf(answer, {
        host: out.url.host,
        now: call.host.clock.now(),
        meaning: meaning?.(answer),
      });
  });
  return [];
}

/** True for an answer to giving back that says that it is done, and is the server's own. */
export function isDone(answer: HttpAnswer): boolean {
  return answer.status === 204 || (answer.status === 200 && !isPage(answer));
}

/** Somebody has meddled with the ledger's file. */
export function tokenIsGone(): CredsError {
  const hint = 'Another step has removed or changed it. Revoke the token at the server, or wait for its end.';
  const message = 'The token that has to be given back is gone from the ledger’s file.';
  return new CredsError('revoke-failed', message, { hint });
}
