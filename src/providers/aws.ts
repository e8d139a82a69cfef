// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Lease, Loan } from '../domain/lease.ts';
import { exchange, type Call } from '../protocol/http.ts';
import {
  chainedForm,
  readSession,
  stsRefusal,
  webIdentityForm,
  type AssumeRole,
  type StsSession,
} from '../protocol/assume-role.ts';
import { readAwsPlan, shortest, type AwsPlan, type RoleArn } from './aws-plan.ts';
import type { Exchange, Provider, Wish } from './provider.ts';

const longestAnswer = 64 * 1024;
const plainHeaders = {
  'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  accept: 'application/xml',
};

/**
 * AWS Security Token Service: one HTTPS request a role, no SDK. A session cannot be given back; it ends by itself, so
 * the shortest one that does is the right one.
 */
export const aws: Provider = {
  name: 'aws',
  configure,
};

const lent = {
  name: 'aws',
  kind: 'aws-session',
  fields: ['accessKeyId', 'secretAccessKey', 'sessionToken', 'region', 'account'],
} as const;

function configure(wish: Wish): Exchange {
  const plan = readAwsPlan(wish);
  const audience = wish.audience ?? 'sts.amazonaws.com';
  return {
    audience,
    lender: plan.endpoint.host,
    endpoint: plan.endpoint,
    lends: plan.roles.map(({ request }) => ({ ...request, credentials: [lent] })),
    bindsKey: false,
    open: () => ({ audience, debt: {}, secrets: [], trade: (idToken, call) => trade(plan, idToken, call) }),
  };
}

/** Gives the session of one role. */
type Assume = (role: RoleArn) => Promise<StsSession>;

async function trade(plan: AwsPlan, idToken: IdToken, call: Call): Promise<Loan> {
  const assume =
    plan.via === undefined ? byIdToken(plan, idToken, call) : await bySession(plan, idToken, call);
  const leases: Lease[] = [];
  for (const role of plan.roles) {
    try {
      leases.push(leaseOf(await assume(role), plan, role));
    } catch (error) {
      throw error instanceof CredsError && leases.length > 0 ? error.asPartlyIssued() : error;
    }
  }
  const accounts = new Set(plan.roles.map(({ account }) => account));
  const [account] = accounts;
  return { leases, ...(accounts.size === 1 && account !== undefined ? { account } : {}) };
}

/** Each role by the ID token itself. */
function byIdToken(plan: AwsPlan, idToken: IdToken, call: Call): Assume {
  return async (role) => {
    const asked = { ...askedFor(plan, role), ...plan.limits, seconds: plan.ttlSeconds };
    const answer = await assumeByIdToken({ plan, asked }, idToken, call);
    return asExpected(readSession(answer), plan, role);
  };
}

/**
 * Role chaining: each role by the session of another, which is as short as they come. That one does not count as lent:
 * it was in no hands but ours, and is dropped.
 */
async function bySession(plan: AwsPlan, idToken: IdToken, call: Call): Promise<Assume> {
  const { via, endpoint: url, region } = plan;
  if (via === undefined) throw new CredsError('internal', 'There is no role to chain from.');
  const first = await assumeByIdToken(
    { plan, asked: { ...askedFor(plan, via), seconds: shortest } },
    idToken,
    call,
  );
  const keys = asExpected(readSession(first), plan, via);
  const { signForm } = await import('../protocol/aws-signature.ts');
  return async (role) => {
    const asked = { ...askedFor(plan, role), ...plan.limits, ...plan.extras, seconds: plan.ttlSeconds };
    const body = chainedForm(asked);
    const form = { url, body, headers: plainHeaders, service: 'sts', region, at: timeOf(first, call) };
    const headers = signForm(form, keys);
    const answer = await exchange(call, { method: 'POST', url, headers, body, maxBytes: longestAnswer });
    const { host } = url;
    if (answer.status !== 200) throw stsRefusal(answer, { host, now: call.host.clock.now(), chained: true });
    const session = asExpected(readSession(answer), plan, role);
    if (session.sourceIdentity !== plan.extras.sourceIdentity && plan.extras.sourceIdentity !== undefined)
      throw new CredsError('lease-unsuitable', 'STS sent a session of another source identity.');
    return session;
  };
}

/** AWS's own, where it says so: a signature holds for five minutes, and a runner's clock may be off by more. */
function timeOf({ headers }: HttpAnswer, call: Call): Date {
  const said = new Date(headers['date'] ?? NaN);
  return isNaN(said.getTime()) ? call.host.clock.now() : said;
}

function askedFor({ sessionName }: AwsPlan, { request }: RoleArn): Omit<AssumeRole, 'seconds'> {
  return { roleArn: request.role, sessionName };
}

async function assumeByIdToken(
  { plan, asked }: { readonly plan: AwsPlan; readonly asked: AssumeRole },
  idToken: IdToken,
  call: Call,
): Promise<HttpAnswer> {
  const { endpoint: url } = plan;
  const body = webIdentityForm(asked, idToken.token.reveal());
  const request = { method: 'POST' as const, url, headers: plainHeaders, body, maxBytes: longestAnswer };
  const answer = await exchange(call, request);
  if (answer.status !== 200) throw stsRefusal(answer, { host: url.host, now: call.host.clock.now() });
  return answer;
}

/** @throws CredsError `lease-unsuitable` when it is another role's */
function asExpected(session: StsSession, { sessionName }: AwsPlan, role: RoleArn): StsSession {
  const expected = `arn:${role.partition}:sts::${role.account}:assumed-role/${role.name}/${sessionName}`;
  if (session.arn !== expected)
    throw new CredsError('lease-unsuitable', 'STS sent a session of another account or role.');
  return session;
}

function leaseOf(session: StsSession, { region }: AwsPlan, role: RoleArn): Lease {
  const { expiresAt, accessKeyId, secretAccessKey, sessionToken } = session;
  const fields = { accessKeyId, secretAccessKey, sessionToken, region, account: role.account };
  return {
    ...role.request,
    id: `aws:${role.account}:${role.name}:${accessKeyId.reveal().slice(-4)}`,
    expiresAt,
    revocability: 'expiry-only',
    credentials: [{ name: lent.name, kind: lent.kind, expiresAt, fields }],
  };
}
