import { describe, expect, test } from '@jest/globals';
import { aws } from '../../../src/broker/engines/aws.ts';

const role = { role_arn: 'arn:aws:iam::123456789012:role/deploy', region: 'eu-central-1' };
const china = { role_arn: 'arn:aws-cn:iam::123456789012:role/deploy', region: 'cn-north-1' };
const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const policy = { Version: '2012-10-17', Statement: [statement] };
const registry = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

function problems(written: unknown): string[] {
  const { error } = aws.parameters.safeParse(written);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('a role of AWS is taken', () => {
  test.each<[string, Record<string, unknown>]>([
    ['with the SDK’s own identity', role],
    ['with a path', { ...role, role_arn: 'arn:aws:iam::123456789012:role/a/b/deploy' }],
    ['in China', china],
    [
      'in GovCloud, FIPS',
      { role_arn: 'arn:aws-us-gov:iam::123456789012:role/x', region: 'us-gov-west-1', fips: true },
    ],
    ['China’s own endpoint', { ...china, endpoint: 'https://sts.cn-north-1.amazonaws.com.cn' }],
    [
      'endpoints within a VPC',
      { ...role, endpoint: { sts: 'https://vpce-1-x.sts.eu-central-1.vpce.amazonaws.com' } },
    ],
    ['a name of one’s own', { ...role, endpoint: 'https://sts.internal.example.com:8443' }],
    ['a stand-in on this machine', { ...role, endpoint: 'http://127.0.0.1:5000' }],
    ['a policy as YAML, one statement', { ...role, policy: { ...policy, Statement: statement } }],
    ['a policy as JSON', { ...role, policy: JSON.stringify(policy, null, 4) }],
    [
      'a registry in another account',
      { ...role, ecr: { registry: `9${registry.slice(1)}`, repositories: ['a/*'] } },
    ],
  ])('%s', (_, written) => {
    expect(problems(written)).toEqual([]);
  });
});

describe('and this is refused, with the field and what to write', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['a user’s ARN', { role_arn: 'arn:aws:iam::123456789012:user/x' }, 'role_arn: write the ARN of a role'],
    ['a session’s ARN', { role_arn: 'arn:aws:sts::123456789012:assumed-role/x/y' }, 'role_arn: '],
    ['a region of another partition', { region: 'cn-north-1' }, 'region: cn-north-1 is not in the partition'],
    ['another partition’s endpoint', { endpoint: 'https://sts.cn-north-1.amazonaws.com.cn' }, 'endpoint: '],
    ['another region’s endpoint', { endpoint: { sts: 'https://sts.us-east-1.amazonaws.com' } }, 'endpoint: '],
    ['an endpoint without TLS', { endpoint: 'http://sts.eu-central-1.amazonaws.com' }, 'endpoint: '],
    ['an endpoint with a path', { endpoint: 'https://example.com/sts' }, 'endpoint: '],
    ['FIPS, and an endpoint', { fips: true, endpoint: 'https://sts.eu-central-1.amazonaws.com' }, 'fips: '],
    ['another partition’s policy', { policy_arns: ['arn:aws-cn:iam::aws:policy/X'] }, 'policy_arns: '],
    [
      'another partition’s revoker',
      { revocation: { deny_policy: true, through: china.role_arn } },
      'revocation.through: ',
    ],
    [
      'another account’s revoker',
      { revocation: { deny_policy: true, through: 'arn:aws:iam::999999999999:role/x' } },
      'revocation.through: name a role of the account of role_arn, 123456789012',
    ],
    [
      'an own role of another account that is to deny by itself',
      {
        web_identity: { role_arn: 'arn:aws:iam::999999999999:role/x', token: 'file:t' },
        revocation: { deny_policy: true },
      },
      'revocation.through: name a role of the account of role_arn',
    ],
    ['revocation: nothing', { revocation: {} }, 'revocation.deny_policy: '],
    [
      'a key that stands in the file',
      { credentials: { access_key_id: 'AKIA', secret_access_key: 'env:B' } },
      'credentials.access_key_id: write where',
    ],
    [
      'two identities',
      {
        credentials: { access_key_id: 'env:A', secret_access_key: 'env:B' },
        web_identity: { role_arn: role.role_arn, token: 'file:t' },
      },
      'web_identity: name one identity',
    ],
    ['an external id with a space', { external_id: 'a b' }, 'external_id: '],
    [
      'a policy with a principal',
      { policy: { ...policy, Statement: { ...statement, Principal: '*' } } },
      'policy',
    ],
    ['a policy without a version', { policy: { Statement: statement } }, 'policy'],
    ['a policy without statements', { policy: { ...policy, Statement: [] } }, 'policy'],
    [
      'a statement without an effect',
      { policy: { ...policy, Statement: { Action: '*', Resource: '*' } } },
      'policy',
    ],
    [
      'Action and NotAction',
      { policy: { ...policy, Statement: { ...statement, NotAction: 'x' } } },
      'policy',
    ],
    [
      'a statement without a resource',
      { policy: { ...policy, Statement: { Effect: 'Allow', Action: '*' } } },
      'policy',
    ],
    ['a policy that is no JSON', { policy: '{' }, 'policy: this is no JSON'],
    ['JSON that is no document', { policy: '[]' }, 'policy'],
    [
      'a policy that is too long',
      { policy: { ...policy, Statement: { ...statement, Resource: 'x'.repeat(2048) } } },
      'policy: 2',
    ],
    [
      'characters that AWS does not take',
      { policy: { ...policy, Statement: { ...statement, Sid: '→' } } },
      'policy: AWS takes no characters',
    ],
    [
      'eleven managed policies',
      { policy_arns: Array(11).fill('arn:aws:iam::aws:policy/X') },
      'policy_arns: ',
    ],
    ['a tag of AWS’s own', { tags: { 'aws:x': 'ref' } }, 'tags.aws:x: '],
    ['the same, in other letters', { tags: { 'AWS:x': 'ref' } }, 'tags.AWS:x: '],
    ['tags that differ by case', { tags: { Ref: 'ref', ref: 'ref' } }, 'tags: two keys differ only by case'],
    [
      'fifty-one tags',
      { tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${String(n)}`, 'ref'])) },
      'tags: AWS takes 50',
    ],
    [
      'a transitive tag that is none',
      { tags: { Ref: 'ref' }, transitive_tags: ['ref'] },
      'transitive_tags: ',
    ],
    ['an unknown way to write a claim', { tags: { Ref: { claim: 'ref', as: 'cut' } } }, 'tags.Ref'],
    ['a public registry', { ecr: { registry: 'public.ecr.aws', repositories: ['a'] } }, 'ecr.registry: '],
    [
      'a registry elsewhere',
      { ecr: { registry: registry.replace('eu-central-1', 'us-east-1'), repositories: ['a'] } },
      'ecr.registry: the registry is in another region',
    ],
    ['a registry without repositories', { ecr: { registry, repositories: [] } }, 'ecr.repositories: '],
    ['every repository', { ecr: { registry, repositories: ['*'] } }, 'ecr.repositories.0: '],
    ['a registry, and a policy', { ecr: { registry, repositories: ['a'] }, policy }, 'policy: '],
    [
      'a registry, and managed policies',
      { ecr: { registry, repositories: ['a'] }, policy_arns: ['arn:aws:iam::aws:policy/X'] },
      'policy_arns: ',
    ],
  ])('%s', (_, written, told) => {
    expect(problems({ ...role, ...written }).join('\n')).toContain(told);
  });
});

test.each<[string, Record<string, unknown>, number, string]>([
  ['the SDK’s own identity is a role’s session', {}, 3600, 'expiry-only'],
  [
    'a user’s keys',
    { credentials: { access_key_id: 'env:A', secret_access_key: 'env:B' } },
    43_200,
    'expiry-only',
  ],
  [
    'keys of a session',
    { credentials: { access_key_id: 'env:A', secret_access_key: 'env:B', session_token: 'env:C' } },
    3600,
    'expiry-only',
  ],
  ['an ID token', { web_identity: { role_arn: role.role_arn, token: 'file:t' } }, 3600, 'expiry-only'],
  ['denials', { revocation: { deny_policy: true } }, 3600, 'policy'],
])('what is promised with %s', (_, more, maxTtlSeconds, revocability) => {
  const promises = aws.promises(aws.parameters.parse({ ...role, ...more }));
  expect(promises).toMatchObject({ minTtlSeconds: 900, maxTtlSeconds, revocability });
});
