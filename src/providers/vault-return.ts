import type { HttpAnswer } from '../domain/host.ts';
import { CredsError } from '../domain/errors.ts';
import type { Debt } from '../domain/intent.ts';
import type { ReturnedLease } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { exchange, retrying, type Call } from '../protocol/http.ts';
import { headersFromLedger } from './kept-headers.ts';
import { refusalOf } from './server-answer.ts';
import { isDone, tokenIsGone } from './token-return.ts';
import { batchId, errorsOf, longestAnswer, vaultHeaders, vaultsOwn } from './vault-wire.ts';
import type { Return, WayBack } from './way-back.ts';

/** The login: everything that hangs on it ends with it. */
export const vaultReturn: Return = { renewable: true, giveBack };

async function giveBack(
  debt: Debt,
  ids: readonly string[],
  way: WayBack,
): Promise<ReturnedLease[] | undefined> {
  const { url: base = '', namespace, token } = debt;
  if (token === undefined) {
    if (ids.length === 0 || ids.some((id) => id.startsWith(batchId))) return undefined;
    throw tokenIsGone();
  }
  const url = new URL(`${base}/v1/auth/token/revoke-self`);
  const call = await recognised(way.call, debt, url.host);
  await retrying(call, async () => {
    const added = headersFromLedger(debt['headers'], vaultsOwn);
    const headers = { ...vaultHeaders({ namespace, headers: added }), 'x-vault-token': token };
    const answer = await exchange(call, { method: 'POST', url, headers, body: '', maxBytes: longestAnswer });
    if (!isDone(answer) && !saysGone(answer)) throw notRevoked(answer, url.host, call.host.clock.now());
  });
  return [];
}

/** @throws CredsError `revoke-failed` where the certificate that main had is not there any more */
async function recognised(call: Call, { clientCertificate, clientKey }: Debt, host: string): Promise<Call> {
  if (clientCertificate === undefined && clientKey === undefined) return call;
  const { underIdentity } = await import('../protocol/client-identity.ts');
  try {
    return underIdentity(call, { certificate: clientCertificate ?? '', key: clientKey ?? '' });
  } catch (error) {
    if (!(error instanceof CredsError)) throw error;
    throw new CredsError('revoke-failed', `${host} was not asked to revoke the login. ${error.message}`, {
      hint: 'Leave both files where they are until the job is over: post reads them again.',
    });
  }
}

/** A token that is no more: its uses are spent, or somebody has revoked it before. */
function saysGone(answer: HttpAnswer): boolean {
  return (
    answer.status === 403 && errorsOf(answer).some((text) => fullMatch(/[^]*(?:invalid|bad) token[^]*/, text))
  );
}

function notRevoked(answer: HttpAnswer, host: string, now: Date): CredsError {
  const meaning = {
    code: 'revoke-failed' as const,
    text: 'the login may not revoke itself, or is none any more',
    hint: 'Give the role a policy with `path "auth/token/revoke-self" { capabilities = ["update"] }`; the policy `default` has it. And no step may revoke the token itself.',
  };
  return refusalOf(answer, { host, now, ...(answer.status === 403 ? { meaning } : {}) });
}
