import type { RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { isPartition, readRegion, stsEndpoint } from './aws-place.ts';
import {
  chainedParams,
  readChainedExtras,
  readSessionLimits,
  type ChainedExtras,
  type SessionLimits,
} from './aws-session-limits.ts';
import { onlyParams, refuseInput, refuseKey } from './input.ts';
import { readText, refuseParam } from './param-values.ts';
import type { Wish } from './provider.ts';

/** What the inputs of `provider: aws` come to. */
export interface AwsPlan {
  readonly endpoint: URL;
  readonly region: string;
  readonly roles: readonly RoleArn[];
  /** The role that the ID token assumes so that its session assumes the others. */
  readonly via: RoleArn | undefined;
  readonly extras: ChainedExtras;
  readonly limits: SessionLimits;
  readonly sessionName: string;
  readonly ttlSeconds: number;
}

/** The ARN of a role, taken apart. */
export interface RoleArn {
  readonly request: RoleRequest;
  readonly partition: string;
  readonly account: string;
  /** Last segment: what the session's ARN carries. */
  readonly name: string;
}

export const shortest = 900;
const longest = 43_200;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const longestChained = 3600;

const params = [
  'endpoint',
  'fips',
  'session-name',
  'policy',
  'policy-arns',
  'via',
  ...chainedParams,
] as const;

/** @throws CredsError `input-invalid`, naming the input */
export function readAwsPlan(wish: Wish): AwsPlan {
  refuseKey(wish);
  onlyParams(wish.params, params);
  if (wish.brokerUrl !== undefined) throw refuseInput('broker-url', 'means nothing to `provider: aws`');
  const region = readRegion(wish);
  if (wish.roles.length === 0) throw refuseInput('role', 'is required: the ARN of the role to assume');
  const roles = wish.roles.map((request) => readArn('role', request));
  const partition = roles[0]?.partition ?? '';
  if (roles.some((role) => role.partition !== partition))
    throw refuseInput('role', 'names roles of several partitions');
  refuseOtherAccounts(roles, wish);
  const via = readVia(wish, partition);
  return {
    endpoint: stsEndpoint(wish, region, partition),
    region,
    roles,
    via,
    extras: readExtras(wish, via),
    limits: readSessionLimits(wish.params, partition),
    sessionName: sessionName(wish),
    ttlSeconds: readSeconds(wish, via),
  };
}

function readArn(input: string, request: RoleRequest): RoleArn {
  if (!fullMatch(/arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}/, request.role)) {
    throw refuseInput(input, 'must be the ARN of an IAM role, arn:aws:iam::<12 digits>:role/<name>');
  }
  const [, partition = '', , , account = ''] = request.role.split(':');
  if (!isPartition(partition)) throw refuseInput(input, 'names a partition that is not known');
  return { request, partition, account, name: request.role.slice(request.role.lastIndexOf('/') + 1) };
}

function refuseOtherAccounts(roles: readonly RoleArn[], { expectAccounts }: Wish): void {
  if (expectAccounts === undefined) return;
  if (!expectAccounts.every((account) => fullMatch(/\d{12}/, account)))
    throw refuseInput('expect-account', 'must be an AWS account id of 12 digits, or several with commas');
  if (roles.some(({ account }) => !expectAccounts.includes(account)))
    throw refuseInput('role', 'belongs to another account than `expect-account` says; nothing was sent');
}

function readVia({ params: given }: Wish, partition: string): RoleArn | undefined {
  const arn = readText(given, 'via');
  if (arn === undefined) return undefined;
  const via = readArn('params: via', { role: arn });
  if (via.partition !== partition) throw refuseParam('via', 'is in another partition than `role`');
  return via;
}

function readExtras({ params: given }: Wish, via: RoleArn | undefined): ChainedExtras {
  const early = chainedParams.find((name) => given[name] !== undefined);
  if (via === undefined && early !== undefined)
    throw refuseParam(
      early,
      'needs `via`: AWS takes it from the session of a role only; of a web identity it has to stand in the ID token',
    );
  return readChainedExtras(given);
}

function readSeconds({ ttlSeconds = shortest }: Wish, via: RoleArn | undefined): number {
  if (ttlSeconds < shortest || ttlSeconds > longest)
    throw refuseInput('ttl', 'must be between 15m and 12h for `aws`');
  if (via !== undefined && ttlSeconds > longestChained)
    throw refuseInput('ttl', 'must be at most 1h with `via`: AWS ends chained sessions then');
  return ttlSeconds;
}

/** The session's name stands in CloudTrail: repository and run, as far as AWS allows the characters. */
function sessionName({ params: given, facts }: Wish): string {
  const name = given['session-name'];
  if (name !== undefined) {
    if (typeof name === 'string' && fullMatch(/[\w+=,.@-]{2,64}/, name)) return name;
    throw refuseParam('session-name', 'is not what AWS allows: 2 to 64 of A-Z a-z 0-9 _ + = , . @ -');
  }
  const { repository = 'job', run = '0' } = facts;
  const tail = `@${run}`.replace(/[^\w@]/g, '').slice(0, 24);
  return `ec-${repository.replace(/[^\w.-]+/g, '.')}`.slice(0, 64 - tail.length) + tail;
}
