import { z } from 'zod';
import { named, text } from '../../../domain/yaml-values.ts';
import { reference } from '../../domain/reference.ts';
import { mayServe, partitionOf, readRoleArn, type RoleName } from './partition.ts';
import type { Place } from './place.ts';
import { registryLogin } from './registry-policy.ts';
import { sessionPolicy } from './session-policy.ts';
import { identitySource, tagSources } from './session-tags.ts';

const roleArn = text.transform((arn, context): RoleName => {
  const role = readRoleArn(arn);
  if (role !== undefined) return role;
  context.addIssue({
    code: 'custom',
    message: 'write the ARN of a role: arn:aws:iam::123456789012:role/NAME',
  });
  return z.NEVER;
});

const policyArn = named(
  /arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}|aws):policy\/[\u0021-\u007e]{1,512}/,
  'write the ARN of a managed policy: arn:aws:iam::aws:policy/NAME',
);

const region = named(/[a-z]{2}(-[a-z]+){1,3}-\d{1,2}/, 'write a region, such as eu-central-1');

const endpoint = text.refine(isEndpoint, {
  error: 'write https://HOST, without path or query; http only on this machine',
});

const loopback = ['localhost', '127.0.0.1', '[::1]'];

function isEndpoint(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(value);
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback.includes(hostname))) return false;
  return pathname === '/' && `${search}${hash}${username}${password}` === '';
}

const services = { sts: endpoint.optional(), iam: endpoint.optional(), ecr: endpoint.optional() };

const keys = z.strictObject({
  access_key_id: reference,
  secret_access_key: reference,
  session_token: reference.optional(),
});

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const shape = z.strictObject({
  role_arn: roleArn,
  region,
  credentials: keys.optional(),
  web_identity: z.strictObject({ role_arn: roleArn, token: reference }).optional(),
  external_id: named(
    /[\w+=,.@:/-]{2,1224}/,
    'write 2 to 1224 letters, digits and _ + = , . @ : / -',
  ).optional(),
  policy: sessionPolicy.optional(),
  policy_arns: z.array(policyArn).min(1).max(10).optional(),
  tags: tagSources.optional(),
  transitive_tags: z.array(text).min(1).max(50).optional(),
  source_identity: identitySource.optional(),
  endpoint: z
    .union([endpoint.transform((url) => ({ sts: url, iam: url, ecr: url })), z.strictObject(services)])
    .optional(),
  fips: z.boolean().optional(),
  dual_stack: z.boolean().optional(),
  ecr: registryLogin.optional(),
  revocation: z.strictObject({ deny_policy: z.literal(true), through: roleArn.optional() }).optional(),
});

type Written = z.output<typeof shape>;

export const parameters = shape.superRefine((role, context) => {
  for (const [path, message] of contradictions(role))
    context.addIssue({ code: 'custom', path: [...path], message });
});

export type Parameters = z.output<typeof parameters>;

type Contradiction = readonly [path: readonly string[], message: string];

function contradictions(role: Written): Contradiction[] {
  const { tags = {}, transitive_tags: passedOn = [], ecr } = role;
  const found: (Contradiction | false)[] = [
    role.credentials !== undefined &&
      role.web_identity !== undefined && [
        ['web_identity'],
        'name one identity: credentials, or web_identity',
      ],
    role.fips === true &&
      role.endpoint !== undefined && [
        ['fips'],
        'an endpoint that is named is FIPS or not by itself; leave one of them out',
      ],
    ecr !== undefined && role.policy !== undefined && [['policy'], '`ecr` writes the session policy itself'],
    ecr !== undefined &&
      role.policy_arns !== undefined && [
        ['policy_arns'],
        '`ecr` writes the session policy itself; these would widen it',
      ],
    ecr !== undefined &&
      ecr.region !== role.region && [
        ['ecr', 'registry'],
        `the registry is in another region than ${role.region}`,
      ],
    ...passedOn.map(
      (key): Contradiction | false =>
        !Object.hasOwn(tags, key) && [['transitive_tags'], `\`tags\` has no ${key}`],
    ),
    ...ofPartitions(role),
    ...ofAccounts(role),
  ];
  return found.filter((each) => each !== false);
}

/** Endpoint, region and every ARN must be of one partition: a session of another is none that anybody meant. */
function ofPartitions({
  role_arn: { partition },
  region: chosen,
  endpoint: asked = {},
  ...role
}: Written): Contradiction[] {
  const { web_identity: web, revocation, policy_arns: arns = [] } = role;
  const found: Contradiction[] = [];
  if (partitionOf(chosen) !== partition)
    found.push([['region'], `${chosen} is not in the partition of role_arn, ${partition}`]);
  for (const [service, url] of Object.entries(asked))
    if (url !== undefined && !serves(new URL(url), service, chosen))
      found.push([['endpoint'], `${url} is not an endpoint of ${chosen}`]);
  const others: (readonly [readonly string[], string | undefined])[] = [
    [['web_identity', 'role_arn'], web?.role_arn.partition],
    [['revocation', 'through'], revocation?.through?.partition],
    ...arns.map((arn) => [['policy_arns'], arn.split(':')[1]] as const),
  ];
  for (const [path, other] of others)
    if (other !== undefined && other !== partition)
      found.push([path, `this is not in the partition of role_arn, ${partition}`]);
  return found;
}

/** Who denies must be in the role's account: IAM takes no other account's roles. */
function ofAccounts({ role_arn: { account }, web_identity: web, revocation }: Written): Contradiction[] {
  if (revocation === undefined) return [];
  const { through } = revocation;
  const by = through ?? web?.role_arn;
  if (by === undefined || by.account === account) return [];
  return [
    [
      ['revocation', 'through'],
      `name a role of the account of role_arn, ${account}: only such a one may deny its sessions`,
    ],
  ];
}

/** IAM is one for a whole partition, in a region of its own. */
function serves(url: URL, service: string, chosen: string): boolean {
  return service === 'iam'
    ? partitionOf(chosen) === 'aws-cn' || !url.hostname.endsWith('.cn')
    : mayServe(url, chosen);
}

export function placeOf({
  region: chosen,
  endpoint: asked = {},
  credentials,
  web_identity: web,
  ...role
}: Parameters): Place {
  const { fips, dual_stack: dualStack } = role;
  const identity =
    credentials === undefined
      ? web && { roleArn: web.role_arn.arn, token: web.token }
      : {
          accessKeyId: credentials.access_key_id,
          secretAccessKey: credentials.secret_access_key,
          sessionToken: credentials.session_token,
        };
  return { region: chosen, endpoints: asked, fips, dualStack, identity };
}

/** A session that begins with another one lasts an hour at most (role chaining); only a user's own keys begin with none. */
export function chained({ credentials }: Parameters): boolean {
  return credentials === undefined || credentials.session_token !== undefined;
}
