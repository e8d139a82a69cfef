// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
import { CredsError } from '../domain/errors.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Lease, Loan, RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { exchange, type Call } from '../protocol/http.ts';
import { assumeRoleForm, readSession, stsRefusal, type StsSession } from '../protocol/assume-role.ts';
import { onlyParams, refuseInput, refuseKey, serverUrl } from './input.ts';
import type { Exchange, Provider, Wish } from './provider.ts';

const shortest = 900;
const longest = 43_200;
const longestAnswer = 64 * 1024;

/** DNS suffix of each partition (AWS General Reference, AWS STS endpoints). */
const partitions: Readonly<Record<string, string>> = {
  aws: 'amazonaws.com',
  'aws-us-gov': 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-eusc': 'amazonaws.eu',
};

interface RoleArn {
  readonly request: RoleRequest;
  readonly partition: string;
  readonly account: string;
  /** Last segment: what the session's ARN carries. */
  readonly name: string;
}

interface Plan {
  readonly endpoint: URL;
  readonly region: string;
  readonly roles: readonly RoleArn[];
  readonly sessionName: string;
  readonly ttlSeconds: number;
}

/**
 * AWS STS AssumeRoleWithWebIdentity: one HTTPS request a role, unsigned, no SDK. A session cannot be given back;
 * it ends by itself, so the shortest one that does is the right one.
 */
export const aws: Provider = {
  name: 'aws',
  configure,
  giveBack: () => Promise.resolve(undefined),
};

function configure(wish: Wish): Exchange {
  refuseKey(wish);
  const plan = makePlan(wish);
  const audience = wish.audience ?? 'sts.amazonaws.com';
  return {
    audience,
    lender: plan.endpoint.host,
    endpoint: plan.endpoint,
    bindsKey: false,
    open: () => ({ audience, debt: {}, secrets: [], trade: (idToken, call) => trade(plan, idToken, call) }),
  };
}

function makePlan(wish: Wish): Plan {
  onlyParams(wish.params, ['endpoint', 'session-name']);
  if (wish.brokerUrl !== undefined) throw refuseInput('broker-url', 'means nothing to `provider: aws`');
  const region = wish.region ?? '';
  if (!fullMatch(/[a-z]{2,4}(-[a-z]+)+-\d{1,2}/, region))
    throw refuseInput('region', 'must be a region such as eu-west-1');
  if (wish.roles.length === 0) throw refuseInput('role', 'is required: the ARN of the role to assume');
  const roles = wish.roles.map((request) => readArn(request, wish.expectAccount));
  const suffixes = new Set(roles.map(({ partition }) => partitions[partition]));
  const [suffix] = suffixes;
  if (suffixes.size !== 1 || suffix === undefined)
    throw refuseInput('role', 'names roles of several partitions');
  const ttlSeconds = wish.ttlSeconds ?? shortest;
  if (ttlSeconds < shortest || ttlSeconds > longest)
    throw refuseInput('ttl', 'must be between 15m and 12h for `aws`');
  const endpoint = wish.params['endpoint'] ?? `https://sts.${region}.${suffix}`;
  if (typeof endpoint !== 'string') throw refuseInput('params', 'must have an `endpoint` that is a URL');
  return {
    endpoint: new URL(`${serverUrl('params', endpoint, true)}/`),
    region,
    roles,
    sessionName: sessionName(wish),
    ttlSeconds,
  };
}

function readArn(request: RoleRequest, expectAccount: string | undefined): RoleArn {
  if (!fullMatch(/arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}/, request.role)) {
    throw refuseInput('role', 'must be the ARN of an IAM role, arn:aws:iam::<12 digits>:role/<name>');
  }
  const [, partition = '', , , account = ''] = request.role.split(':');
  if (!Object.hasOwn(partitions, partition)) throw refuseInput('role', 'names a partition that is not known');
  if (expectAccount !== undefined && expectAccount !== account) {
    throw refuseInput('role', 'belongs to another account than `expect-account` says; nothing was sent');
  }
  return { request, partition, account, name: request.role.slice(request.role.lastIndexOf('/') + 1) };
}

/** The session's name stands in CloudTrail: repository and run, as far as AWS allows the characters. */
function sessionName(wish: Wish): string {
  const given = wish.params['session-name'];
  if (given !== undefined) {
    if (typeof given === 'string' && fullMatch(/[\w+=,.@-]{2,64}/, given)) return given;
    throw refuseInput(
      'params',
      'has a `session-name` that AWS does not allow: 2 to 64 of A-Z a-z 0-9 _ + = , . @ -',
    );
  }
  const { repository = 'job', run = '0' } = wish.facts;
  const tail = `@${run}`.replace(/[^\w@]/g, '').slice(0, 24);
  return `ec-${repository.replace(/[^\w.-]+/g, '.')}`.slice(0, 64 - tail.length) + tail;
}

async function trade(plan: Plan, idToken: IdToken, call: Call): Promise<Loan> {
  const leases: Lease[] = [];
  for (const role of plan.roles) {
    try {
      leases.push(await assume(plan, role, idToken, call));
    } catch (error) {
      throw error instanceof CredsError && leases.length > 0 ? error.asPartlyIssued() : error;
    }
  }
  const accounts = new Set(plan.roles.map(({ account }) => account));
  const [account] = accounts;
  return { leases, ...(accounts.size === 1 && account !== undefined ? { account } : {}) };
}

async function assume(plan: Plan, role: RoleArn, idToken: IdToken, call: Call): Promise<Lease> {
  const body = assumeRoleForm({
    roleArn: role.request.role,
    sessionName: plan.sessionName,
    seconds: plan.ttlSeconds,
    idToken: idToken.token.reveal(),
  });
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    accept: 'application/xml',
  };
  const request = { method: 'POST' as const, url: plan.endpoint, headers, body, maxBytes: longestAnswer };
  const answer = await exchange(call, request);
  if (answer.status !== 200) throw stsRefusal(answer, plan.endpoint.host, call.host.clock.now());
  return leaseOf(readSession(answer), plan, role);
}

function leaseOf(session: StsSession, plan: Plan, role: RoleArn): Lease {
  const { expiresAt, arn, ...keys } = session;
  const expected = `arn:${role.partition}:sts::${role.account}:assumed-role/${role.name}/${plan.sessionName}`;
  if (arn !== expected)
    throw new CredsError('lease-unsuitable', 'STS sent a session of another account or role.');
  const fields = { ...keys, region: plan.region };
  return {
    ...role.request,
    id: `aws:${role.account}:${role.name}:${keys.accessKeyId.reveal().slice(-4)}`,
    expiresAt,
    revocability: 'expiry-only',
    credentials: [{ name: 'aws', kind: 'aws-session', expiresAt, fields }],
  };
}
