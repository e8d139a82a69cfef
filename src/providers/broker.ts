import { randomBytes } from 'node:crypto';
import { CredsError } from '../domain/errors.ts';
import type { Debt } from '../domain/intent.ts';
import type { Loan, ReturnedLease, RoleRequest } from '../domain/lease.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { keyBoundAudience, makeProof, makeProofKey, sha256, type ProofKey } from '../protocol/dpop.ts';
import { exchange, retrying, type Call } from '../protocol/http.ts';
import { refusal, refusedFor } from '../protocol/oauth-error.ts';
import { readRevocation, revocationForm } from '../protocol/revocation.ts';
import { exchangeForm, readLoan, rolePattern } from '../protocol/token-exchange.ts';
import { makeEncryptionKey, type Decrypt } from '../protocol/encryption.ts';
import { onlyParams, refuseInput, serverUrl } from './input.ts';
import type { Exchange, Opening, Provider, WayBack, Wish } from './provider.ts';

const longestAnswer = 1024 * 1024;
const form = 'application/x-www-form-urlencoded';

/** Our own broker, as PROTOCOL.md describes it: one request for all roles, bound to a key of this process. */
export const broker: Provider = { name: 'broker', configure, giveBack };

function configure(wish: Wish): Exchange {
  onlyParams(wish.params, ['allow-ip']);
  if (wish.brokerUrl === undefined) throw refuseInput('broker-url', 'is required for `provider: broker`');
  if (wish.region !== undefined)
    throw refuseInput('region', 'means nothing to `provider: broker`: the role has it');
  if (wish.roles.length === 0) throw refuseInput('role', 'is required: name what to borrow');
  for (const { role } of wish.roles) {
    if (!fullMatch(rolePattern, role))
      throw refuseInput('role', 'has a name with characters that no role has');
  }
  const url = serverUrl('broker-url', wish.brokerUrl, wish.params['allow-ip'] === true);
  const audience = wish.audience ?? url;
  return {
    audience,
    lender: url,
    bindsKey: true,
    open: (bound) => open(wish, { url, audience, bound }),
  };
}

interface Place {
  readonly url: string;
  readonly audience: string;
  readonly bound: boolean;
}

function open(wish: Wish, place: Place): Opening {
  const key = makeProofKey();
  const handle = new Secret(randomBytes(32).toString('base64url'));
  const { publicJwk, decrypt } = makeEncryptionKey();
  return {
    audience: place.bound ? keyBoundAudience(place.audience, key.thumbprint) : place.audience,
    debt: { url: place.url, handle: handle.reveal() },
    secrets: [handle],
    trade: (idToken, call) => {
      const body = exchangeForm({
        idToken: idToken.token.reveal(),
        roles: wish.roles,
        ...(wish.ttlSeconds === undefined ? {} : { ttlSeconds: wish.ttlSeconds }),
        handleHash: sha256(handle.reveal()),
        encryptTo: publicJwk,
      });
      return trade({ url: new URL(`${place.url}/token`), body, key }, { roles: wish.roles, decrypt }, call);
    },
  };
}

interface Signed {
  readonly url: URL;
  readonly body: string;
  readonly key: ProofKey;
}

interface Expectation {
  readonly roles: readonly RoleRequest[];
  readonly decrypt: Decrypt;
}

async function trade(request: Signed, { roles, decrypt }: Expectation, call: Call): Promise<Loan> {
  const answer = await sendSigned(request, call);
  const now = call.host.clock.now();
  if (answer.status !== 200) throw refusal(answer, request.url.host, now);
  return readLoan(answer, roles, { decrypt, now });
}

/** Sends with a proof; signs once more where the broker says which nonce or which time it wants. */
async function sendSigned(request: Signed, call: Call): Promise<HttpAnswer> {
  const first = await sendOnce(request, call, {});
  const { error, reason } = first.status === 400 ? refusedFor(first) : { error: '', reason: '' };
  const nonce = first.headers['dpop-nonce'];
  if (error === 'use_dpop_nonce' && nonce !== undefined && fullMatch(/[\x21-\x7e]{1,512}/, nonce)) {
    return sendOnce(request, call, { nonce });
  }
  const at = new Date(first.headers['date'] ?? NaN);
  if (reason !== 'proof-time' || isNaN(at.getTime())) return first;
  const offBy = Math.round((call.host.clock.now().getTime() - at.getTime()) / 1000);
  const direction = offBy > 0 ? 'ahead of' : 'behind';
  call.onWarning?.(
    `This runner’s clock is ${String(Math.abs(offBy))} s ${direction} ${request.url.host}; using its time.`,
  );
  return sendOnce(request, call, { at });
}

async function sendOnce(
  request: Signed,
  call: Call,
  proof: { nonce?: string; at?: Date },
): Promise<HttpAnswer> {
  const { url, body, key } = request;
  const dpop = await makeProof(key, {
    method: 'POST',
    url: url.href,
    body,
    at: call.host.clock.now(),
    ...proof,
  });
  const headers = { ...commonHeaders, dpop };
  return exchange(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
}

const commonHeaders = { 'content-type': form, accept: 'application/json', 'ephemeral-creds-version': '1' };

async function giveBack(debt: Debt, leaseIds: readonly string[], way: WayBack): Promise<ReturnedLease[]> {
  const { url: base = '', handle = '' } = debt;
  const url = new URL(`${base}/revoke`);
  let problem: CredsError | undefined;
  try {
    const returned = await retrying(way.call, () => revokeByHandle(url, handle, way.call));
    if (returned === 'gone') return [];
    // An empty list is what a stranger would get, too: good enough only when nothing is known to be owed.
    if (returned.length > 0 || leaseIds.length === 0 || way.idToken === undefined) return settled(returned);
  } catch (error) {
    if (way.idToken === undefined || !(error instanceof CredsError) || error.code === 'interrupted')
      throw error;
    problem = error;
  }
  try {
    return settled(await revokeByIdToken(url, leaseIds, way));
  } catch (error) {
    // The second way is a way out; what closed the first is what a person has to know.
    throw problem ?? error;
  }
}

async function revokeByHandle(url: URL, handle: string, call: Call): Promise<ReturnedLease[] | 'gone'> {
  const body = revocationForm('handle', handle);
  const answer = await exchange(call, {
    method: 'POST',
    url,
    headers: commonHeaders,
    body,
    maxBytes: longestAnswer,
  });
  return outcome(answer, url, call);
}

async function revokeByIdToken(
  url: URL,
  leaseIds: readonly string[],
  way: WayBack,
): Promise<ReturnedLease[]> {
  const { call } = way;
  return retrying(call, async () => {
    const key = makeProofKey();
    const idToken = await way.idToken?.(keyBoundAudience(way.audience, key.thumbprint));
    if (idToken === undefined)
      throw new CredsError('revoke-failed', 'There is no ID token to give back with.');
    const body = revocationForm('id-token', idToken.token.reveal(), leaseIds);
    const returned = outcome(await sendSigned({ url, body, key }, call), url, call);
    return returned === 'gone' ? [] : returned;
  });
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
