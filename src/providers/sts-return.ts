import { CredsError } from '../domain/errors.ts';
import type { Debt } from '../domain/intent.ts';
import type { ReturnedLease } from '../domain/lease.ts';
import { exchange, retrying, type Call } from '../protocol/http.ts';
import { plainRefusal } from '../protocol/plain-refusal.ts';
import { isDone } from './token-return.ts';
import type { Return, WayBack } from './way-back.ts';

const longestAnswer = 64 * 1024;

/** The token itself, where the server has an endpoint for that (RFC 7009). */
export const stsReturn: Return = { giveBack };

async function giveBack(
  debt: Debt,
  ids: readonly string[],
  { call }: WayBack,
): Promise<ReturnedLease[] | undefined> {
  const { url, token, client } = debt;
  if (url === undefined || (token === undefined && ids.length === 0)) return undefined;
  if (token === undefined) {
    throw new CredsError(
      'revoke-failed',
      'The token that has to be given back is gone from the ledger’s file.',
      {
        hint: 'Another step has removed or changed it. Revoke the token at the server, or wait for its end.',
      },
    );
  }
  await retrying(call, () => revokeOnce(new URL(url), { token, client }, call));
  return [];
}

/** RFC 7009 §2: also a token that the server does not know is answered 200. */
async function revokeOnce(
  url: URL,
  { token, client }: { readonly token: string; readonly client: string | undefined },
  call: Call,
): Promise<void> {
  const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
  if (client !== undefined) form.set('client_id', client);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const body = form.toString();
  const answer = await exchange(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
  if (!isDone(answer)) throw plainRefusal(answer, url.host, call.host.clock.now());
}
