// https://www.rfc-editor.org/rfc/rfc8693
import { randomBytes } from 'node:crypto';
import { CredsError } from '../domain/errors.ts';
import type { Debt } from '../domain/intent.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Loan } from '../domain/lease.ts';
import { exchange, type Call } from '../protocol/http.ts';
import { plainBody, readIssuedToken, type IssuedToken } from '../protocol/plain-exchange.ts';
import { plainRefusal } from '../protocol/plain-refusal.ts';
import type { Exchange, Opening, Provider, Wish } from './provider.ts';
import { readStsPlan, type StsPlan } from './sts-plan.ts';

const longestAnswer = 64 * 1024;

/**
 * Any server of the standard token exchange: one request, one bearer token. It can be given back only where the
 * server has a revocation endpoint, and that takes the token itself (RFC 7009): only then is the token kept for post.
 */
export const sts: Provider = { name: 'sts', configure };

const lent = { name: 'token', kind: 'bearer-token' } as const;

function configure(wish: Wish): Exchange {
  const plan = readStsPlan(wish);
  return {
    audience: plan.audience,
    lender: plan.tokenEndpoint.host,
    endpoint: plan.tokenEndpoint,
    lends: [{ ...plan.role, credentials: [{ ...lent, fields: ['token'] }] }],
    bindsKey: false,
    open: () => open(plan),
  };
}

function open(plan: StsPlan): Opening {
  const id = `sts_${randomBytes(8).toString('hex')}`;
  const canRevoke = plan.debt['url'] !== undefined;
  let kept: Debt | undefined = canRevoke ? {} : undefined;
  return {
    audience: plan.audience,
    debt: plan.debt,
    get kept() {
      return kept;
    },
    secrets: [],
    trade: async (idToken, call) => {
      const issued = await request(plan, idToken, call);
      // First of all: what is refused below has been issued all the same.
      if (canRevoke) {
        kept = { token: issued.token.reveal() };
        call.onOwed?.();
      }
      assertAsAsked(issued, plan);
      if (issued.hasRefreshToken) call.onWarning?.(refreshWarning(plan));
      return loanOf(issued, { plan, id, now: call.host.clock.now() });
    },
  };
}

async function request(plan: StsPlan, idToken: IdToken, call: Call): Promise<IssuedToken> {
  const { body, contentType } = plainBody(plan.request, idToken.token.reveal());
  const { tokenEndpoint: url } = plan;
  const headers = { 'content-type': contentType, accept: 'application/json' };
  const answer = await exchange(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
  if (answer.status !== 200) throw plainRefusal(answer, url.host, call.host.clock.now());
  return readIssuedToken(answer);
}

/** @throws CredsError `lease-unsuitable` for a token that the following steps could not use as they expect */
function assertAsAsked({ tokenType, issuedTokenType, scopes }: IssuedToken, plan: StsPlan): void {
  const { host } = plan.tokenEndpoint;
  if (tokenType === 'dpop')
    throw unsuitable(`${host} bound the token to a key, which the steps that follow do not have.`);
  if (tokenType !== 'bearer' && tokenType !== 'n_a')
    throw unsuitable(`${host} sent a token of a type that is not Bearer.`);
  const { requestedTokenType: wanted, scopes: asked } = plan;
  if (issuedTokenType?.endsWith(':refresh_token') === true)
    throw unsuitable(`${host} sent a refresh token, which is no credential for a job.`);
  if (wanted !== undefined && issuedTokenType !== undefined && issuedTokenType !== wanted)
    throw unsuitable(`${host} sent another type of token than \`requested-token-type\` names.`);
  // RFC 6749 §5.1: told whenever it is not what was asked for.
  if (scopes !== undefined && asked.some((scope) => !scopes.includes(scope)))
    throw unsuitable(`${host} granted less than the scope that was asked for.`);
}

function unsuitable(message: string): CredsError {
  return new CredsError('lease-unsuitable', message, {
    hint: 'Compare `params` with what the server is configured to issue; docs/how-to/any-token-exchange-server.md.',
  });
}

function refreshWarning({ tokenEndpoint }: StsPlan): string {
  return (
    `${tokenEndpoint.host} also sent a refresh token, which outlives the job. It was dropped and is kept nowhere; ` +
    'let the server issue none to this client.'
  );
}

interface Lending {
  readonly plan: StsPlan;
  readonly id: string;
  readonly now: Date;
}

function loanOf({ token, seconds, requestId }: IssuedToken, { plan, id, now }: Lending): Loan {
  const lifetime = seconds ?? plan.assumeSeconds;
  if (lifetime === undefined) {
    throw new CredsError('answer-invalid', `${plan.tokenEndpoint.host} does not say when the token ends.`, {
      hint: 'Set `assume-ttl` in `params` to the lifetime that the server’s documentation promises.',
    });
  }
  const expiresAt = new Date(now.getTime() + lifetime * 1000);
  const lease = {
    ...plan.role,
    id,
    expiresAt,
    revocability: plan.debt['url'] === undefined ? ('expiry-only' as const) : ('immediate' as const),
    credentials: [{ ...lent, expiresAt, fields: { token } }],
  };
  return { leases: [lease], ...(requestId === undefined ? {} : { requestId }) };
}
