// https://cloud.google.com/iam/docs/workload-identity-federation
import { randomBytes } from 'node:crypto';
import { CredsError } from '../domain/errors.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Lease, Loan, Prospect, RoleRequest } from '../domain/lease.ts';
import type { Secret } from '../domain/secret.ts';
import { googleRefusal, type Meaning } from '../protocol/google-refusal.ts';
import { exchange, type Call } from '../protocol/http.ts';
import { plainBody, readIssuedToken } from '../protocol/plain-exchange.ts';
import {
  accessTokenBody,
  idTokenBody,
  readAccessToken,
  readIdToken,
  type ImpersonatedToken,
} from '../protocol/service-account.ts';
import { accessTokenType, jwtType } from '../protocol/token-exchange.ts';
import { readGcpPlan, type GcpPlan, type ServiceAccount } from './gcp-plan.ts';
import type { Exchange, Provider, Wish } from './provider.ts';

const longestAnswer = 64 * 1024;
const page = 'docs/how-to/gcp-without-a-broker.md';
/** What impersonating takes; the token with it is dropped as soon as that is done. */
const impersonating = ['https://www.googleapis.com/auth/cloud-platform'];

/**
 * Google's workload identity federation: one HTTPS request, and one more for each service account. A token cannot be
 * given back; it ends by itself.
 */
export const gcp: Provider = { name: 'gcp', configure };

function configure(wish: Wish): Exchange {
  const plan = readGcpPlan(wish);
  return {
    audience: plan.audience,
    lender: plan.sts.host,
    endpoint: plan.sts,
    lends: prospects(plan),
    bindsKey: false,
    open: () => ({
      audience: plan.audience,
      debt: {},
      secrets: [],
      connect: (call) => connect(plan, call),
      trade: (idToken, call) => trade(plan, idToken, call),
    }),
  };
}

const accessToken = { name: 'gcp', kind: 'gcp-token' } as const;
/** No access token of Google's: nothing that reads those may find it. */
const identity = { name: 'id-token', kind: 'bearer-token', fields: ['token'] } as const;
const federation = { role: 'federated' };

function prospects({ accounts, idToken }: GcpPlan): Prospect[] {
  if (accounts.length === 0) return [{ ...federation, credentials: [accessToken] }];
  const credentials = [idToken === undefined ? accessToken : identity];
  return accounts.map(({ request }) => ({ ...request, credentials }));
}

/** The second server is asked as soon as the first has answered. */
async function connect({ sts, accounts, iamCredentials }: GcpPlan, { host, trust }: Call): Promise<void> {
  const second = new URL(iamCredentials);
  if (accounts.length > 0 && second.origin !== sts.origin) await host.connect?.(second, trust);
}

async function trade(plan: GcpPlan, idToken: IdToken, call: Call): Promise<Loan> {
  const account = plan.account === undefined ? {} : { account: plan.account };
  const federated = await federate(plan, idToken, call);
  if (plan.accounts.length === 0) {
    const credential = accessCredential(federated, plan.project);
    return { leases: [leaseOf(federation, credential)], ...account };
  }
  const leases: Lease[] = [];
  for (const each of plan.accounts) {
    try {
      leases.push(await impersonate(plan, { account: each, federated: federated.token }, call));
    } catch (error) {
      // The federated token does not count: it was in no hands but ours, and is dropped.
      throw error instanceof CredsError && leases.length > 0 ? error.asPartlyIssued() : error;
    }
  }
  return { leases, ...account };
}

/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
async function federate(plan: GcpPlan, idToken: IdToken, call: Call): Promise<ImpersonatedToken> {
  const scopes = plan.accounts.length === 0 ? plan.scopes : impersonating;
  const fields = {
    audience: [plan.target],
    scope: [scopes.join(' ')],
    requested_token_type: [accessTokenType],
  };
  const asked = { subjectTokenType: jwtType, encoding: 'form', fields } as const;
  const { body, contentType } = plainBody(asked, idToken.token.reveal());
  const headers = { 'content-type': contentType, accept: 'application/json', ...reasonOf(plan) };
  const answer = await exchange(call, {
    method: 'POST',
    url: plan.sts,
    headers,
    body,
    maxBytes: longestAnswer,
  });
  const { host } = plan.sts;
  const now = call.host.clock.now();
  if (answer.status !== 200) throw googleRefusal(answer, { host, now, meanings: admission });
  const { token, tokenType, seconds } = readIssuedToken(answer);
  if (tokenType !== 'bearer')
    throw new CredsError('lease-unsuitable', `${host} sent a token of a type that is not Bearer.`);
  if (seconds === undefined)
    throw new CredsError('answer-invalid', `${host} does not say when the token ends.`);
  return { token, expiresAt: new Date(now.getTime() + seconds * 1000) };
}

function reasonOf({ reason }: GcpPlan): Record<string, string> {
  return reason === undefined ? {} : { 'x-goog-request-reason': reason };
}

interface Impersonation {
  readonly account: ServiceAccount;
  readonly federated: Secret;
}

async function impersonate(
  plan: GcpPlan,
  { account: { request, project }, federated }: Impersonation,
  call: Call,
): Promise<Lease> {
  const { idToken } = plan;
  const method = idToken === undefined ? 'generateAccessToken' : 'generateIdToken';
  const url = new URL(`${plan.iamCredentials}/v1/projects/-/serviceAccounts/${request.role}:${method}`);
  const body =
    idToken === undefined
      ? accessTokenBody(plan.scopes, plan.seconds, plan.delegates)
      : idTokenBody(idToken.audience, idToken.includeEmail, plan.delegates);
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    authorization: `Bearer ${federated.reveal()}`,
    ...reasonOf(plan),
  };
  const answer = await exchange(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
  if (answer.status !== 200)
    throw googleRefusal(answer, {
      host: url.host,
      now: call.host.clock.now(),
      meanings: impersonation(plan),
    });
  if (idToken !== undefined) return leaseOf(request, bearer(readIdToken(answer, idToken.audience)));
  return leaseOf(request, accessCredential(readAccessToken(answer), plan.project ?? project));
}

function accessCredential(
  { token, expiresAt }: ImpersonatedToken,
  project: string | undefined,
): Lease['credentials'][number] {
  const fields = { token, ...(project === undefined ? {} : { project }) };
  return { ...accessToken, expiresAt, fields };
}

function bearer({ token, expiresAt }: ImpersonatedToken): Lease['credentials'][number] {
  return { name: identity.name, kind: identity.kind, expiresAt, fields: { token } };
}

function leaseOf(request: RoleRequest, credential: Lease['credentials'][number]): Lease {
  return {
    ...request,
    id: `gcp_${randomBytes(8).toString('hex')}`,
    expiresAt: credential.expiresAt,
    revocability: 'expiry-only',
    credentials: [credential],
  };
}

/** What keeps a job out of the pool. */
const admission: Readonly<Record<string, Meaning>> = {
  invalid_target: {
    code: 'request-refused',
    text: 'there is no such workload identity provider, or it is disabled',
    hint: 'Compare `workload-identity-provider` in `params` with what `gcloud iam workload-identity-pools providers describe` prints as its name. One that was deleted can be undeleted for 30 days.',
  },
  invalid_grant: {
    code: 'identity-refused',
    text: 'the ID token does not fit the workload identity provider',
    hint: 'Compare the provider’s issuer with this platform, and its allowed audiences with the input `audience`: left out, it is https://iam.googleapis.com/<the provider>, which a provider without allowed audiences takes.',
  },
  unauthorized_client: {
    code: 'policy-denied',
    text: 'the attribute condition of the provider does not let this job in',
    hint: `Compare the provider’s attribute condition with the claims in the log; capital letters count. ${page} has one by ids.`,
  },
  access_denied: {
    code: 'policy-denied',
    text: 'this job is not let in',
    hint: `Compare the provider’s attribute condition with the claims in the log; ${page}.`,
  },
  invalid_request: {
    code: 'request-refused',
    text: 'it does not accept the request',
    hint: `Compare \`params\` with ${page}. A claim of more than 127 bytes that is mapped to google.subject is refused like this, too.`,
  },
  invalid_scope: {
    code: 'request-refused',
    text: 'it does not grant these scopes',
    hint: 'Correct `scopes` in `params`.',
  },
  SERVICE_DISABLED: {
    code: 'request-refused',
    text: 'the Security Token Service is not switched on in the project',
    hint: 'gcloud services enable sts.googleapis.com --project=<the pool’s project>',
  },
};

/** What keeps an identity of the pool from a service account. */
function impersonation({ pool }: GcpPlan): Record<string, Meaning> {
  const member = `principalSet://${pool}/attribute.repository_id/<id>`;
  const denied: Meaning = {
    code: 'policy-denied',
    text: 'this job may not act as the service account, or there is no such account',
    hint: `Grant roles/iam.workloadIdentityUser on the service account to ${member} (with \`delegates\`, roles/iam.serviceAccountTokenCreator along the chain); ${page}. What was granted just now takes minutes to count.`,
  };
  return {
    IAM_PERMISSION_DENIED: denied,
    PERMISSION_DENIED: denied,
    NOT_FOUND: { ...denied, code: 'request-refused', text: 'there is no such service account' },
    SERVICE_DISABLED: {
      code: 'request-refused',
      text: 'the IAM Service Account Credentials API is not switched on',
      hint: 'gcloud services enable iamcredentials.googleapis.com --project=<the service account’s project>',
    },
    INVALID_ARGUMENT: {
      code: 'request-refused',
      text: 'a parameter is not allowed',
      hint: 'A `ttl` above 1h needs the organization policy constraints/iam.allowServiceAccountCredentialLifetimeExtension; compare `scopes` and `delegates`, too.',
    },
    UNAUTHENTICATED: {
      code: 'identity-refused',
      text: 'it does not accept the federated token',
      hint: 'Compare `universe-domain`, `sts-endpoint` and `iamcredentials-endpoint` in `params`: all must be of one universe.',
    },
  };
}
