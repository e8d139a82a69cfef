import { describe, expect, test } from '@jest/globals';
import { CredsError } from '../../../src/domain/errors.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { readVaultPlan, type VaultPlan } from '../../../src/providers/vault-plan.ts';

const url = 'https://vault.example.com:8200';

function plan(params: Record<string, unknown> = {}, change: Partial<Wish> = {}): VaultPlan {
  return readVaultPlan({ roles: [{ role: 'deploy' }], facts: {}, params: { url, ...params }, ...change });
}

function refusal(params: Record<string, unknown>, change: Partial<Wish> = {}): string {
  try {
    plan(params, change);
  } catch (error) {
    if (error instanceof CredsError && error.code === 'input-invalid') return error.message;
  }
  return 'not refused';
}

const secret = (entry: Record<string, unknown>): string => refusal({ secrets: [entry] });

test('without secrets the login itself is lent; with them only where that is said', () => {
  expect(plan()).toMatchObject({ base: url, mount: 'jwt', audience: url, lendsToken: true, secrets: [] });
  const secrets = [{ path: 'kv/data/ci' }];
  expect(plan({ secrets }).lendsToken).toBe(false);
  expect(plan({ secrets, token: true }).lendsToken).toBe(true);
});

test('a namespace and a mount are paths, with or without a slash at their end', () => {
  expect(plan({ namespace: 'admin/team-a/', mount: '/gh/jwt/' })).toMatchObject({
    namespace: 'admin/team-a',
    mount: 'gh/jwt',
  });
});

test('a kind takes its fields from where its engine has them, and from `with` what no engine tells', () => {
  const [wish] = plan({
    secrets: [
      {
        path: 'database/creds/app',
        as: 'postgres-login',
        prefix: 'DB',
        fields: { password: 'pass' },
        with: { host: 'db.example.com', port: 5432, database: 'app' },
      },
    ],
  }).secrets;
  expect(wish).toMatchObject({
    kind: 'postgres-login',
    prefix: 'DB',
    values: { host: 'db.example.com', port: '5432', database: 'app' },
  });
  expect([...(wish?.from ?? [])]).toEqual([
    ['username', ['username']],
    ['password', ['pass']],
  ]);
});

test('headers are sent as they are given, under names in lower case; those that choose a server of the cluster too', () => {
  const headers = { 'CF-Access-Client-Id': 'ci.access', 'X-Vault-Forward': 'active-node' };
  expect(plan({ headers }).headers).toEqual({
    'cf-access-client-id': 'ci.access',
    'x-vault-forward': 'active-node',
  });
  expect(plan().headers).toEqual({});
});

test('a secret is decoded whole, or by the names of its fields', () => {
  const decode = (entry: Record<string, unknown>): unknown =>
    plan({ secrets: [{ path: 'kv/data/ci', ...entry }] }).secrets[0]?.decode;
  expect(decode({})).toBeUndefined();
  expect(decode({ decode: 'hex' })).toBe('hex');
  expect(decode({ decode: { key: 'base64' } })).toEqual(new Map([['key', 'base64']]));
  expect(decode({ as: 'basic-login', decode: { password: 'base64' } })).toEqual(
    new Map([['password', 'base64']]),
  );
});

describe('refused before anything is sent', () => {
  test.each<readonly [string, Record<string, unknown>, Partial<Wish>, RegExp]>([
    ['no server', { url: undefined }, {}, /params: url.*required, as in/],
    ['http', { url: 'http://vault.example.com' }, {}, /must be https/],
    ['an address', { url: 'https://192.0.2.1:8200' }, {}, /allow-ip/],
    ['no role', {}, { roles: [] }, /`role` is required/],
    ['two roles', {}, { roles: [{ role: 'a' }, { role: 'b' }] }, /several paths by `secrets`/],
    ['a broker', {}, { brokerUrl: url }, /`broker-url` means nothing.*set `url`/],
    ['a region', {}, { region: 'eu-west-1' }, /`region` means nothing/],
    ['a lifetime', {}, { ttlSeconds: 900 }, /`ttl` means nothing.*token_ttl/],
    ['a key', {}, { publicKey: 'ssh-ed25519 AAAA' }, /names `ssh`/],
    ['auth/ in the mount', { mount: 'auth/jwt' }, {}, /without `auth\/`/],
    ['a mount with dots', { mount: '../sys' }, {}, /must be a path/],
    ['a typo', { secret: [] }, {}, /did you mean `secrets`/],
    ['secrets that are no list', { secrets: 'kv/data/ci' }, {}, /must be a list/],
    ['a path twice', { secrets: [{ path: 'kv/a' }, { path: 'kv/a' }] }, {}, /a path twice/],
    [
      'too many',
      { secrets: Array.from({ length: 21 }, (_, at) => ({ path: `kv/${String(at)}` })) },
      {},
      /more than 20/,
    ],
    ...[
      ...['Authorization', 'x-vault-token', 'X-Vault-Namespace', 'X-Vault-Wrap-TTL', 'x-vault-forwarded-by'],
      ...['Host', 'Cookie', 'Content-Length', 'Transfer-Encoding', 'Accept-Encoding', 'Proxy-Authorization'],
      ...['X-Forwarded-For', 'Forwarded', 'X-HTTP-Method-Override', 'User-Agent', 'Expect', 'If-Match'],
    ].map(
      (name) => [`the header ${name}`, { headers: { [name]: 'x' } }, {}, /no header says who asks/] as const,
    ),
    ['a header twice', { headers: { 'X-Team': 'a', 'x-team': 'b' } }, {}, /a name twice/],
    ['a header with a space', { headers: { 'x team': 'a' } }, {}, /letters, digits and `-`/],
    ['a header that breaks the line', { headers: { 'x-team': 'a\r\nx: y' } }, {}, /one line/],
    ['a header that is not ASCII', { headers: { 'x-team': 'ä' } }, {}, /one line of ASCII/],
    ['a certificate without its key', { 'client-certificate': '/c.pem' }, {}, /needs `client-key` beside it/],
    ['a key without its certificate', { 'client-key': '/c.key' }, {}, /needs `client-certificate` beside it/],
    [
      'a certificate by a relative path',
      { 'client-certificate': 'c.pem', 'client-key': '/c.key' },
      {},
      /client-certificate.*must be the absolute path/,
    ],
    [
      'a key that is itself given',
      { 'client-certificate': '/c.pem', 'client-key': '-----BEGIN PRIVATE KEY-----\nMII' },
      {},
      /client-key.*must be one line of text/,
    ],
    [
      'a key in Base64',
      { 'client-certificate': '/c.pem', 'client-key': 'LS0tLS1CRUdJTg==' },
      {},
      /client-key.*must be the absolute path/,
    ],
    [
      'a certificate for plain http',
      { url: 'http://127.0.0.1:8200', 'client-certificate': '/c.pem', 'client-key': '/c.key' },
      {},
      /does not speak TLS/,
    ],
    ['headers that are a list', { headers: ['x-team: a'] }, {}, /`name: value` lines/],
    [
      'eleven headers',
      { headers: Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`x-${String(at)}`, 'a'])) },
      {},
      /more than 10/,
    ],
    ['nothing', { token: false }, {}, /nothing would be borrowed/],
    ['a token that is no switch', { token: 'yes' }, {}, /`true` or `false`/],
  ])('%s', (_, params, change, message) => {
    expect(refusal(params, change)).toMatch(message);
  });

  test.each<readonly [string, Record<string, unknown>, RegExp]>([
    ['no path', {}, /entry 1.*needs `path`/],
    ['v1/', { path: '/v1/kv/data/ci' }, /leave that out/],
    ['a slash in front', { path: '/kv/ci' }, /no usable `path`/],
    ['a query', { path: 'kv/ci?version=2' }, /no usable `path`/],
    ['a walk out', { path: 'kv/../sys/seal' }, /`\.` or `\.\.`/],
    ['a percent sign', { path: 'kv/%2e%2e/sys' }, /no usable `path`/],
    ['a mount only', { path: 'kv' }, /no usable `path`/],
    ['an unknown member', { path: 'kv/a', field: 'x' }, /did you mean `fields`/],
    ['an unknown kind', { path: 'kv/a', as: 'postgres-logn' }, /did you mean `postgres-login`/],
    ['a name of every object', { path: 'kv/a', as: 'constructor' }, /a kind that is not there/],
    ['the login as a kind', { path: 'kv/a', as: 'vault-token' }, /write `token: true`/],
    [
      'a field that the kind has not',
      { path: 'kv/a', as: 'basic-login', fields: { user: 'x' } },
      /there are `username`, `password`/,
    ],
    [
      'a secret in `with`',
      { path: 'kv/a', as: 'basic-login', with: { password: 'hunter2hunter2' } },
      /a field that a basic-login does not have/,
    ],
    ['`with` and no kind', { path: 'kv/a', with: { host: 'x' } }, /means nothing without `as`/],
    [
      '`plain` beside a kind',
      { path: 'kv/a', as: 'basic-login', plain: ['username'] },
      /means nothing beside `as`/,
    ],
    ['a version of what is written', { path: 'kv/a', version: 2, data: {} }, /both `version` and `data`/],
    ['version 0', { path: 'kv/a', version: 0 }, /no number from 1/],
    ['data that is text', { path: 'kv/a', data: 'x' }, /`name: value` lines/],
    ['no fields', { path: 'kv/a', fields: [] }, /neither a list/],
    ['a field with a space', { path: 'kv/a', fields: ['api key'] }, /NAME: FIELD OF THE SECRET/],
    ['an encoding that is not there', { path: 'kv/a', decode: 'base32' }, /`base64`, `hex`/],
    ['an encoding of every object', { path: 'kv/a', decode: 'toString' }, /`base64`, `hex`/],
    ['nothing to decode', { path: 'kv/a', decode: {} }, /`NAME: base64` lines/],
    ['a field decoded by no encoding', { path: 'kv/a', decode: { key: 'rot13' } }, /`NAME: base64` lines/],
    [
      'a field decoded that is not read',
      { path: 'kv/a', fields: ['key'], decode: { kee: 'hex' } },
      /not among its `fields`/,
    ],
    ['a prefix in lower case', { path: 'kv/a', prefix: 'db' }, /`prefix: DB`/],
  ])('a secret with %s', (_, entry, message) => {
    const told = secret(entry);
    expect(told).toMatch(message);
    expect(told).not.toContain('hunter2');
  });
});
