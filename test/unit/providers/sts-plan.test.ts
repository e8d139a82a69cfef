import { describe, expect, test } from '@jest/globals';
import { sts } from '../../../src/providers/sts.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const endpoint = 'https://sts.example.com/oauth/token';

function wish(params: Record<string, unknown> = {}, change: Partial<Wish> = {}): Wish {
  return { roles: [], facts: {}, params: { 'token-endpoint': endpoint, ...params }, ...change };
}

test('the token endpoint is the audience of the ID token where no other is pinned, as it stands there', () => {
  const audienceOf = (url: string): string => sts.configure(wish({ 'token-endpoint': url })).audience;
  expect(audienceOf('https://sts.example.com/oauth/token/')).toBe('https://sts.example.com/oauth/token/');
  expect(audienceOf('https://sts.example.com/token?p=ci')).toBe('https://sts.example.com/token?p=ci');
  const pinned = sts.configure(wish({ audience: 'https://api.example.com' }, { audience: 'urn:mine' }));
  expect(pinned).toMatchObject({ audience: 'urn:mine', lender: 'sts.example.com', bindsKey: false });
});

describe('C12 an endpoint', () => {
  test.each(['token-endpoint', 'revocation-endpoint'])('`%s` is https, and a name', async (name) => {
    for (const url of [
      'http://sts.example.com/token',
      'sts.example.com/token',
      'https://user:hunter2@sts.example.com/token',
      'https://sts.example.com/token#hunter2',
      'https://192.0.2.7/token',
      'file:///etc/passwd',
      7,
      ['https://sts.example.com/token'],
    ]) {
      const error = await failureOf(() => sts.configure(wish({ [name]: url })));
      expect(error).toMatchObject({ code: 'input-invalid' });
      expect(String(error)).toContain(`\`params: ${name}\``);
      expect(everythingIn(error)).not.toContain('hunter2');
    }
  });

  test('may be on loopback without TLS, and an address where `allow-ip` says so', () => {
    const configured = (url: string, more = {}): string =>
      sts.configure(wish({ 'token-endpoint': url, ...more })).lender;
    expect(configured('http://127.0.0.1:8080/token')).toBe('127.0.0.1:8080');
    expect(configured('https://192.0.2.7/token', { 'allow-ip': true })).toBe('192.0.2.7');
  });
});

test.each<readonly [string, Record<string, unknown>, Partial<Wish>]>([
  ['params: token-endpoint', { 'token-endpoint': undefined }, {}],
  ['broker-url', {}, { brokerUrl: 'https://broker.example.com' }],
  ['region', {}, { region: 'eu-west-1' }],
  ['ttl', {}, { ttlSeconds: 900 }],
  ['expect-account', {}, { expectAccounts: ['123'] }],
  ['role', {}, { roles: [{ role: 'a' }, { role: 'b' }] }],
  ['role', { scope: 'a' }, { roles: [{ role: 'b' }] }],
  ['role', {}, { roles: [{ role: 'a"b' }] }],
  ['params: scope', { scope: 'a\\b' }, {}],
  ['params: scope', { scope: { a: 1 } }, {}],
  ['params: resource', { resource: 'api' }, {}],
  ['params: resource', { resource: ['https://api.example.com', 'https://api.example.com/#x'] }, {}],
  ['params: audience', { audience: 'a\nb' }, {}],
  ['params: client-id', { 'client-id': '' }, {}],
  ['params: assume-ttl', { 'assume-ttl': 'soon' }, {}],
  ['params: assume-ttl', { 'assume-ttl': 0 }, {}],
  ['params: encoding', { encoding: 'xml' }, {}],
  ['params: fields', { fields: 'a=b' }, {}],
  ['params: fields', { fields: ['a'] }, {}],
  ['params: fields', { fields: { 'a b': 'c' } }, {}],
  ['params: fields', { fields: { a: { b: 'c' } } }, {}],
  ['params', { client_id: 'ci' }, {}],
  ['params', { 'client-secret': 'hunter2' }, {}],
])('what it cannot mean is refused before anything is sent: %s %j %j', async (input, params, change) => {
  const error = await failureOf(() => sts.configure(wish(params, change)));
  expect(error).toMatchObject({ code: 'input-invalid' });
  expect(String(error)).toContain(`The input \`${input}\``);
  expect(everythingIn(error)).not.toContain('hunter2');
});

test.each([
  'client_secret',
  'client_assertion',
  'password',
  'assertion',
  'refresh_token',
  'actor_token',
  'grant_type',
  'subject_token',
  'scope',
])('`fields` can neither carry a secret nor take the place of another parameter: %s', async (name) => {
  const error = await failureOf(() => sts.configure(wish({ fields: { [name]: 'hunter2' } })));
  expect(String(error)).toContain('`params: fields`');
  expect(everythingIn(error)).not.toContain('hunter2');
});

test('owes nothing where there is no revocation endpoint, and only its URL before anything was asked', () => {
  expect(sts.configure(wish({ 'client-id': 'ci' })).open(false).debt).toEqual({});
  const revocable = wish({ 'client-id': 'ci', 'revocation-endpoint': 'https://sts.example.com/revoke' });
  expect(sts.configure(revocable).open(false).debt).toEqual({
    url: 'https://sts.example.com/revoke',
    client: 'ci',
  });
});
