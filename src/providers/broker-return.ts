import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import type { Debt } from '../domain/intent.ts';
import type { ReturnedLease } from '../domain/lease.ts';
import { exchange, retrying, type Call } from '../protocol/http.ts';
import { refusal } from '../protocol/oauth-error.ts';
import { readRevocation, revocationForm } from '../protocol/revocation.ts';
import { plainHeaders } from '../protocol/version-header.ts';
import type { Return, WayBack } from './way-back.ts';

const longestAnswer = 1024 * 1024;

/** By handle and, where that does not do, by a fresh ID token that is bound to a key of this process. */
export const brokerReturn: Return = { giveBack };

async function giveBack(debt: Debt, leaseIds: readonly string[], way: WayBack): Promise<ReturnedLease[]> {
  const { url: base = '', handle = '' } = debt;
  const url = new URL(`${base}/revoke`);
  let problem: CredsError | undefined;
  try {
    const returned = await retrying(way.call, () => revokeByHandle(url, handle, way.call));
    if (returned === 'gone') return [];
    // An empty list is what a stranger would get, too: good enough only when nothing is known to be owed.
    if (returned.length > 0 || leaseIds.length === 0) return settled(returned);
  } catch (error) {
    if (!(error instanceof CredsError) || error.code === 'interrupted') throw error;
    problem = error;
  }
  const idToken = await way.idToken?.();
  if (idToken === undefined) {
    if (problem === undefined) return [];
    throw problem;
  }
  try {
    const { askByIdToken } = await import('./broker-return-signed.ts');
    const ask = askByIdToken(url, leaseIds, { ...way, idToken });
    return settled(
      await retrying(way.call, async () => {
        const returned = outcome(await ask(), url, way.call);
        return returned === 'gone' ? [] : returned;
      }),
    );
  } catch (error) {
    // The second way is a way out; what closed the first is what a person has to know.
    throw problem ?? error;
  }
}

async function revokeByHandle(url: URL, handle: string, call: Call): Promise<ReturnedLease[] | 'gone'> {
  const body = revocationForm('handle', handle);
  const headers = { ...plainHeaders, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await exchange(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
  return outcome(answer, url, call);
}

function outcome(answer: HttpAnswer, url: URL, call: Call): ReturnedLease[] | 'gone' {
  if (answer.status === 200) return readRevocation(answer);
  if ([404, 409, 410].includes(answer.status)) return 'gone';
  throw refusal(answer, url.host, call.host.clock.now());
}

function settled(returned: ReturnedLease[]): ReturnedLease[] {
  const alive = returned.find(({ state }) => state === 'active' || state === 'intent' || state === 'failed');
  if (alive !== undefined)
    throw new CredsError('revoke-failed', `The broker says that ${alive.id} is still ${alive.state}.`);
  return returned;
}
