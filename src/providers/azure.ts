// https://learn.microsoft.com/entra/workload-id/workload-identity-federation
import { randomBytes } from 'node:crypto';
import { CredsError } from '../domain/errors.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Lease, Loan } from '../domain/lease.ts';
import { assertionForm, entraRefusal } from '../protocol/entra-token.ts';
import { exchange, type Call } from '../protocol/http.ts';
import { readIssuedToken, type IssuedToken } from '../protocol/plain-exchange.ts';
import { readAzurePlan, type AzurePlan, type WantedToken } from './azure-plan.ts';
import type { Exchange, Provider, Wish } from './provider.ts';

const longestAnswer = 64 * 1024;

/**
 * Microsoft Entra ID: the ID token stands in for the client's secret; one HTTPS request a token, one token a resource.
 * A token cannot be given back; it ends by itself.
 */
export const azure: Provider = { name: 'azure', configure };

const lent = { name: 'azure', kind: 'azure-token' } as const;

function configure(wish: Wish): Exchange {
  const plan = readAzurePlan(wish);
  return {
    audience: plan.audience,
    lender: plan.tokenEndpoint.host,
    endpoint: plan.tokenEndpoint,
    lends: plan.wanted.map(({ request }) => ({ ...request, credentials: [lent] })),
    bindsKey: false,
    open: () => ({
      audience: plan.audience,
      debt: {},
      secrets: [],
      trade: (idToken, call) => trade(plan, idToken, call),
    }),
  };
}

async function trade(plan: AzurePlan, idToken: IdToken, call: Call): Promise<Loan> {
  const leases: Lease[] = [];
  for (const wanted of plan.wanted) {
    try {
      leases.push(await borrow(plan, { wanted, idToken }, call));
    } catch (error) {
      throw error instanceof CredsError && leases.length > 0 ? error.asPartlyIssued() : error;
    }
  }
  // Tokens are opaque to clients; whose they are, the tenant in the request's path says.
  return { leases, account: plan.account };
}

interface Asked {
  readonly wanted: WantedToken;
  readonly idToken: IdToken;
}

async function borrow(plan: AzurePlan, { wanted, idToken }: Asked, call: Call): Promise<Lease> {
  const { tokenEndpoint: url, clientId } = plan;
  const body = assertionForm({ clientId, scope: wanted.scope, idToken: idToken.token.reveal() });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const answer = await exchange(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
  const now = call.host.clock.now();
  if (answer.status !== 200) throw entraRefusal(answer, url.host, now);
  return leaseOf(readIssuedToken(answer), { plan, wanted, now });
}

interface Lending {
  readonly plan: AzurePlan;
  readonly wanted: WantedToken;
  readonly now: Date;
}

function leaseOf({ token, tokenType, seconds }: IssuedToken, { plan, wanted, now }: Lending): Lease {
  const { host } = plan.tokenEndpoint;
  if (tokenType !== 'bearer')
    throw new CredsError('lease-unsuitable', `${host} sent a token of a type that is not Bearer.`);
  if (seconds === undefined)
    throw new CredsError('answer-invalid', `${host} does not say when the token ends.`);
  const expiresAt = new Date(now.getTime() + seconds * 1000);
  const fields = { token, tenant: plan.tenant, resource: wanted.resource };
  return {
    ...wanted.request,
    id: `azure_${randomBytes(8).toString('hex')}`,
    expiresAt,
    revocability: 'expiry-only',
    credentials: [{ ...lent, expiresAt, fields }],
  };
}
