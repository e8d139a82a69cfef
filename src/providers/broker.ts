import { randomBytes } from 'node:crypto';
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import type { Waiting } from '../protocol/deferred.ts';
import { keyBoundAudience, sha256, type ProofKey } from '../protocol/dpop.ts';
import type { Call } from '../protocol/http.ts';
import { refusal } from '../protocol/oauth-error.ts';
import type { Peer } from '../protocol/session.ts';
import { exchangeForm, readLoan, rolePattern } from '../protocol/token-exchange.ts';
import { makeEncryptionKey } from '../protocol/encryption.ts';
import { makeSigner, sendSigned } from '../protocol/signed-request.ts';
import { onlyParams, refuseInput, serverUrl } from './input.ts';
import type { Exchange, Lent, Opening, Provider, Wish } from './provider.ts';

/** Our own broker, as PROTOCOL.md describes it: one request for all roles, bound to a key of this process. */
export const broker: Provider = { name: 'broker', configure };

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
    endpoint: new URL(url),
    lends: wish.roles,
    bindsKey: true,
    open: (bound, key) => open(wish, { url, audience, bound }, key),
  };
}

interface Place {
  readonly url: string;
  readonly audience: string;
  readonly bound: boolean;
}

function open(wish: Wish, place: Place, key?: ProofKey): Opening {
  const signer = makeSigner(key);
  const handle = new Secret(randomBytes(32).toString('base64url'));
  const { publicJwk, decrypt, load } = makeEncryptionKey();
  const audience = place.bound ? keyBoundAudience(place.audience, signer.key.thumbprint) : place.audience;
  return {
    audience,
    debt: { url: place.url, handle: handle.reveal() },
    secrets: [handle],
    load,
    trade: async (idToken, call) => {
      const body = exchangeForm({
        idToken: idToken.token.reveal(),
        roles: wish.roles,
        ...(wish.ttlSeconds === undefined ? {} : { ttlSeconds: wish.ttlSeconds }),
        ...(wish.heartbeatSeconds === undefined ? {} : { heartbeatSeconds: wish.heartbeatSeconds }),
        ...(wish.publicKey === undefined ? {} : { publicKey: wish.publicKey }),
        handleHash: sha256(handle.reveal()),
        encryptTo: publicJwk,
      });
      const seconds = wish.approvalTimeoutSeconds ?? 0;
      const answer = await ask(body, { base: place.url, signer, seconds }, call);
      const now = call.host.clock.now();
      const loan = await readLoan(answer, wish.roles, { decrypt, now });
      if (wish.heartbeatSeconds === undefined) return loan;
      const beat = await heartOf(answer, { peer: { base: place.url, signer }, audience, now });
      return { ...loan, pulse: { seconds: wish.heartbeatSeconds, beat } };
    },
    dryRun: async ({ token }, call) => {
      const { askDryRun } = await import('../protocol/dry-run.ts');
      return askDryRun({ base: place.url, signer }, { ...wish, idToken: token, encryptTo: publicJwk }, call);
    },
  };
}

/** Only where heartbeats are asked for: most runs end before the first one. */
async function heartOf(
  answer: HttpAnswer,
  { peer, audience, now }: { readonly peer: Peer; readonly audience: string; readonly now: Date },
): Promise<NonNullable<Lent['pulse']>['beat']> {
  const [{ readSession }, { keepAlive }] = await Promise.all([
    import('../protocol/session.ts'),
    import('../protocol/keep-alive.ts'),
  ]);
  const beat = keepAlive(readSession(answer, peer, now));
  return (call, idToken) => beat(call, async () => (await idToken(audience)).token);
}

/** POST /token, and the waiting for an approval where it takes one. @returns a 200 answer */
async function ask(body: string, waiting: Waiting, call: Call): Promise<HttpAnswer> {
  const { base, signer, seconds } = waiting;
  const url = new URL(`${base}/token`);
  const answer = await sendSigned({ url, body, signer }, call);
  if (answer.status === 200) return answer;
  const { readPending, awaitDecision, approvalUrl } = await import('../protocol/deferred.ts');
  const refused = (last: HttpAnswer): CredsError => refusal(last, url.host, call.host.clock.now());
  const pending = readPending(answer);
  if (pending === undefined) throw refused(answer);
  if (seconds === 0) throw notWaiting(url.host, approvalUrl(base, pending), pending.requestId);
  const decision = await awaitDecision(pending, waiting, call);
  if (decision.answer.status === 200) return decision.answer;
  throw decision.lost ? refused(decision.answer).asPartlyIssued() : refused(decision.answer);
}

function notWaiting(host: string, place: string, requestId: string | undefined): CredsError {
  const message = `${host} wants an approval first (${place}), and this step does not wait for one.`;
  return new CredsError('approval-pending', message, requestId === undefined ? {} : { requestId });
}
