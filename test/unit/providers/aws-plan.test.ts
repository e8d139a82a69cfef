import { describe, expect, test } from '@jest/globals';
import { aws } from '../../../src/providers/aws.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { failureOf } from '../../support/scan.ts';

const role = 'arn:aws:iam::123456789012:role/deploy';
const via = 'arn:aws:iam::999999999999:role/hub';
const twoAccounts = [{ role }, { role: 'arn:aws:iam::210987654321:role/deploy', prefix: 'LOGS' }];
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

function wish(change: Partial<Wish> = {}): Wish {
  return { roles: [{ role }], region: 'eu-west-1', params: {}, facts: {}, ...change };
}
const lenderOf = (change: Partial<Wish>): string => aws.configure(wish(change)).lender;

test('without a word about it the audience is the one that AWS documents for GitHub', () => {
  expect(aws.configure(wish()).audience).toBe('sts.amazonaws.com');
  expect(aws.configure(wish({ audience: 'my-audience' })).audience).toBe('my-audience');
});

test('AWS knows nothing of bound tokens: neither audience nor debt has a key in it', () => {
  const exchange = aws.configure(wish());
  expect(exchange.bindsKey).toBe(false);
  expect(exchange.open(false)).toMatchObject({ audience: 'sts.amazonaws.com', debt: {}, secrets: [] });
});

describe('the endpoint is that of region and partition (AWS General Reference, STS endpoints)', () => {
  test.each([
    ['eu-west-1', 'aws', 'sts.eu-west-1.amazonaws.com'],
    ['us-gov-west-1', 'aws-us-gov', 'sts.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'aws-cn', 'sts.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'aws-eusc', 'sts.eusc-de-east-1.amazonaws.eu'],
    ['ap-southeast-12', 'aws', 'sts.ap-southeast-12.amazonaws.com'],
  ])('%s in %s is %s', (region, partition, host) => {
    expect(lenderOf({ region, roles: [{ role: role.replace('aws', partition) }] })).toBe(host);
  });

  test.each([
    ['us-east-1', 'aws', 'sts-fips.us-east-1.amazonaws.com'],
    ['ca-central-1', 'aws', 'sts-fips.ca-central-1.amazonaws.com'],
    ['us-gov-east-1', 'aws-us-gov', 'sts.us-gov-east-1.amazonaws.com'],
  ])('by FIPS, %s in %s is %s', (region, partition, host) => {
    const roles = [{ role: role.replace('aws', partition) }];
    expect(lenderOf({ region, roles, params: { fips: true } })).toBe(host);
  });

  test('unless another is named', () => {
    const endpoint = 'https://vpce-1.sts.eu-west-1.vpce.amazonaws.com/';
    expect(lenderOf({ params: { endpoint } })).toBe('vpce-1.sts.eu-west-1.vpce.amazonaws.com');
    expect(lenderOf({ params: { endpoint: 'https://10.0.0.7:4566' } })).toBe('10.0.0.7:4566');
  });
});

describe('what cannot work is refused before anything is sent', () => {
  test.each<readonly [string, Partial<Wish>]>([
    ['region', { region: undefined as never }],
    ['region', { region: 'eu-west' }],
    ['region', { region: 'eu-west-1.evil.example' }],
    ['region', { region: 'EU-WEST-1' }],
    ['region', { region: 'eu-west-1\n' }],
    ['role', { roles: [] }],
    ['role', { roles: [{ role: 'deploy' }] }],
    ['role', { roles: [{ role: 'arn:aws:iam::12345:role/deploy' }] }],
    ['role', { roles: [{ role: 'arn:aws:iam::123456789012:user/deploy' }] }],
    ['role', { roles: [{ role: `${role} ` }] }],
    ['role', { roles: [{ role: 'arn:aws-moon:iam::123456789012:role/deploy' }] }],
    ['role', { roles: [{ role }, { role: role.replace('aws', 'aws-cn') }] }],
    ['role', { expectAccounts: ['999999999999'] }],
    ['role', { expectAccounts: ['999999999999', '888888888888'] }],
    ['role', { expectAccounts: ['123456789012'], roles: twoAccounts }],
    ['expect-account', { expectAccounts: ['12345678901'] }],
    ['expect-account', { expectAccounts: ['1234567890123'] }],
    ['expect-account', { expectAccounts: ['123456789012', '21098765432x'] }],
    ['expect-account', { expectAccounts: ['123456789012 210987654321'] }],
    ['expect-account', { expectAccounts: ['１２３４５６７８９０１２'] }],
    ['expect-account', { expectAccounts: ['arn:aws:iam::123456789012:root'] }],
    ['ttl', { ttlSeconds: 899 }],
    ['ttl', { ttlSeconds: 43_201 }],
    ['broker-url', { brokerUrl: 'https://broker.example.com' }],
    ['params: endpoint', { params: { endpoint: 'http://sts.example.com' } }],
    ['params: endpoint', { params: { endpoint: 'https://user:pw@sts.example.com' } }],
    ['params: endpoint', { params: { endpoint: 'https://sts.example.com/?x=1' } }],
    ['params: endpoint', { params: { endpoint: 'ftp://sts.example.com' } }],
    ['params: endpoint', { params: { endpoint: 7 } }],
    ['params: session-name', { params: { 'session-name': 'a' } }],
    ['params: session-name', { params: { 'session-name': 'a b' } }],
    ['params: session-name', { params: { 'session-name': 'x'.repeat(65) } }],
    ['params: session-name', { params: { 'session-name': 5 } }],
    ['params', { params: { sessionname: 'ok' } }],
    ['region', { region: 'cn-north-1' }],
    ['region', { region: 'us-gov-west-1' }],
    ['region', { roles: [{ role: role.replace('aws', 'aws-us-gov') }] }],
    ['params: fips', { params: { fips: true } }],
    ['params: fips', { params: { fips: 'true' } }],
    ['params: fips', { region: 'us-east-1', params: { fips: true, endpoint: 'https://sts.example.com' } }],
    [
      'params: fips',
      {
        region: 'cn-north-1',
        roles: [{ role: role.replace('aws', 'aws-cn') }],
        params: { fips: true },
      },
    ],
    ['params: policy', { params: { policy: 'not json' } }],
    ['params: policy', { params: { policy: ['Statement'] } }],
    ['params: policy', { params: { policy: { Version: '2012-10-17' } } }],
    ['params: policy', { params: { policy: { Statement: '日本' } } }],
    ['params: policy', { params: { policy: { Statement: 'x'.repeat(2048) } } }],
    ['params: policy-arns', { params: { 'policy-arns': 'ReadOnlyAccess' } }],
    ['params: policy-arns', { params: { 'policy-arns': 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess' } }],
    ['params: policy-arns', { params: { 'policy-arns': Array.from({ length: 11 }, () => readOnly) } }],
    ['params: tags', { params: { tags: { a: 'b' } } }],
    ['params: transitive-tags', { params: { 'transitive-tags': ['a'] } }],
    ['params: external-id', { params: { 'external-id': 'x1' } }],
    ['params: source-identity', { params: { 'source-identity': 'octo' } }],
    ['params: via', { params: { via: 'hub' } }],
    ['params: via', { params: { via: role.replace('aws', 'aws-cn') } }],
    ['params: via', { params: { via: role.replace('aws', 'aws-moon') } }],
    ['ttl', { ttlSeconds: 3601, params: { via } }],
    ['params: tags', { params: { via, tags: ['a'] } }],
    ['params: tags', { params: { via, tags: 'a=b' } }],
    ['params: tags', { params: { via, tags: { a: { b: 'c' } } } }],
    ['params: tags', { params: { via, tags: { a: 'b', A: 'c' } } }],
    ['params: tags', { params: { via, tags: { 'aws:a': 'b' } } }],
    ['params: tags', { params: { via, tags: { a: 'b*' } } }],
    ['params: tags', { params: { via, tags: { ['a'.repeat(129)]: 'b' } } }],
    ['params: tags', { params: { via, tags: { a: 'b'.repeat(257) } } }],
    [
      'params: tags',
      {
        params: {
          via,
          tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`a${String(i)}`, 'b'])),
        },
      },
    ],
    ['params: transitive-tags', { params: { via, tags: { a: 'b' }, 'transitive-tags': ['c'] } }],
    ['params: external-id', { params: { via, 'external-id': 'a' } }],
    ['params: external-id', { params: { via, 'external-id': 'a b' } }],
    ['params: source-identity', { params: { via, 'source-identity': 'octo/repo' } }],
    ['params: source-identity', { params: { via, 'source-identity': 'aws:x' } }],
  ])('%s: %j', async (input, change) => {
    const error = await failureOf(() => aws.configure(wish(change)));
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect(String(error)).toContain(`\`${input}\``);
  });

  test('a parameter that is nearly right is told which it is', async () => {
    const error = await failureOf(() => aws.configure(wish({ params: { policy_arns: [readOnly] } })));
    expect(String(error)).toContain('did you mean `policy-arns`?');
  });

  test('but not the ends of what AWS allows', () => {
    for (const ttlSeconds of [900, 43_200]) expect(() => aws.configure(wish({ ttlSeconds }))).not.toThrow();
    expect(() => aws.configure(wish({ expectAccounts: ['123456789012'] }))).not.toThrow();
    const several = ['999999999999', '210987654321', '123456789012'];
    expect(() => aws.configure(wish({ expectAccounts: several, roles: twoAccounts }))).not.toThrow();
    // The account that it only passes through is not what comes back.
    expect(() => aws.configure(wish({ expectAccounts: ['123456789012'], params: { via } }))).not.toThrow();
    const full = Array.from({ length: 10 }, () => readOnly);
    const policy = { Statement: 'x'.repeat(2048 - '{"Statement":""}'.length) };
    expect(() => aws.configure(wish({ params: { 'policy-arns': full, policy } }))).not.toThrow();
    expect(() => aws.configure(wish({ ttlSeconds: 3600, params: { via } }))).not.toThrow();
    expect(() =>
      aws.configure(wish({ roles: [{ role: `${role.replace('deploy', 'path/to')}/a+=,.@-_b` }] })),
    ).not.toThrow();
  });
});
