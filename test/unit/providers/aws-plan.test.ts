import { describe, expect, test } from '@jest/globals';
import { aws } from '../../../src/providers/aws.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { failureOf } from '../../support/scan.ts';

const role = 'arn:aws:iam::123456789012:role/deploy';

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
    ['role', { expectAccount: '999999999999' }],
    ['ttl', { ttlSeconds: 899 }],
    ['ttl', { ttlSeconds: 43_201 }],
    ['broker-url', { brokerUrl: 'https://broker.example.com' }],
    ['params', { params: { endpoint: 'http://sts.example.com' } }],
    ['params', { params: { endpoint: 'https://user:pw@sts.example.com' } }],
    ['params', { params: { endpoint: 'https://sts.example.com/?x=1' } }],
    ['params', { params: { endpoint: 'ftp://sts.example.com' } }],
    ['params', { params: { endpoint: 7 } }],
    ['params', { params: { 'session-name': 'a' } }],
    ['params', { params: { 'session-name': 'a b' } }],
    ['params', { params: { 'session-name': 'x'.repeat(65) } }],
    ['params', { params: { 'session-name': 5 } }],
    ['params', { params: { sessionname: 'ok' } }],
  ])('%s: %j', async (input, change) => {
    const error = await failureOf(() => aws.configure(wish(change)));
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect(String(error)).toContain(`\`${input}\``);
  });

  test('but not the ends of what AWS allows', () => {
    for (const ttlSeconds of [900, 43_200]) expect(() => aws.configure(wish({ ttlSeconds }))).not.toThrow();
    expect(() => aws.configure(wish({ expectAccount: '123456789012' }))).not.toThrow();
    expect(() =>
      aws.configure(wish({ roles: [{ role: `${role.replace('deploy', 'path/to')}/a+=,.@-_b` }] })),
    ).not.toThrow();
  });
});
