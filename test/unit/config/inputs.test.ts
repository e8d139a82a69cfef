import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Config } from '../../../src/config/config.ts';
import { options, type OptionName } from '../../../src/config/options.ts';
import type { Option } from '../../../src/domain/option.ts';
import { readConfig } from '../../../src/config/reading.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import { realFiles } from '../../../src/entry/files.ts';
import { createAuthority } from '../../support/certificates.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const folder = mkdtempSync(join(tmpdir(), 'inputs-'));
const pem = join(folder, 'ca.pem');
const link = join(folder, 'link.pem');
const { cert } = createAuthority();

beforeAll(() => {
  writeFileSync(pem, cert);
  writeFileSync(join(folder, 'key.pem'), '-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n');
  writeFileSync(join(folder, 'huge.pem'), cert + ' '.repeat(1024 * 1024));
  symlinkSync(pem, link);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (given: Partial<Record<OptionName, string>>): Promise<Config> => readConfig(given, realFiles);
const brokerUrl = 'https://broker.example.com';

test('nothing given is the documented default of everything', async () => {
  expect(await read({})).toEqual({
    provider: 'broker',
    roles: [],
    staticKeys: 'warn',
    maxTtlSeconds: 3600,
    minTtlSeconds: 0,
    exports: [{ exporter: 'auto', settings: {} }],
    binding: 'auto',
    idToken: 'auto',
    revoke: true,
    failOnRevokeError: false,
    timeoutSeconds: 90,
    approvalTimeoutSeconds: 0,
    summary: 'always',
    params: {},
  });
});

test('an input of white space alone is not given', async () => {
  const free = options.filter((option: Option) => option.guards !== true);
  const blank = Object.fromEntries(free.map(({ name }) => [name, ' \n ']));
  expect(await read(blank)).toEqual(await read({}));
});

/** Each option's good values and what they become; an option without a row does not compile. */
const good: Record<OptionName, readonly (readonly [string, Partial<Config>])[]> = {
  provider: [
    ['aws', { provider: 'aws' }],
    [' broker\n', { provider: 'broker' }],
  ],
  'broker-url': [[brokerUrl, { brokerUrl }]],
  audience: [['urn:a?b=c&d#e', { audience: 'urn:a?b=c&d#e' }]],
  role: [
    ['deploy', { roles: [{ role: 'deploy' }] }],
    ['\r\n  DB=app-ro\r\n\r\n  deploy ', { roles: [{ prefix: 'DB', role: 'app-ro' }, { role: 'deploy' }] }],
    ['A_1=arn:aws:iam::1:role/a=b', { roles: [{ prefix: 'A_1', role: 'arn:aws:iam::1:role/a=b' }] }],
  ],
  region: [['eu-west-1', { region: 'eu-west-1' }]],
  ttl: [
    ['15m', { ttlSeconds: 900 }],
    ['1', { ttlSeconds: 1 }],
    ['1h', { ttlSeconds: 3600 }],
  ],
  'max-ttl': [['2h', { maxTtlSeconds: 7200 }]],
  'min-ttl': [['5m', { minTtlSeconds: 300 }]],
  export: [
    ['outputs', { exports: [{ exporter: 'outputs', settings: {} }] }],
    [
      'env NPM_TOKEN=token  DB=DB.url=x\naws-profile profile=prod',
      {
        exports: [
          { exporter: 'env', settings: { NPM_TOKEN: 'token', DB: 'DB.url=x' } },
          { exporter: 'aws-profile', settings: { profile: 'prod' } },
        ],
      },
    ],
  ],
  binding: [['none', { binding: 'none' }]],
  'id-token': [
    ['env:MY_TOKEN', { idToken: 'env:MY_TOKEN' }],
    ['file:/run/token', { idToken: 'file:/run/token' }],
  ],
  'expect-account': [
    ['123456789012', { expectAccounts: ['123456789012'] }],
    ['123456789012,210987654321', { expectAccounts: ['123456789012', '210987654321'] }],
    [' 123456789012 , 210987654321 ', { expectAccounts: ['123456789012', '210987654321'] }],
    ['123456789012\r\n\r\n  210987654321\n', { expectAccounts: ['123456789012', '210987654321'] }],
    ['123456789012,\n210987654321', { expectAccounts: ['123456789012', '210987654321'] }],
  ],
  'static-keys': [
    ['refuse', { staticKeys: 'refuse' }],
    ['ignore', { staticKeys: 'ignore' }],
  ],
  revoke: [
    ['false', { revoke: false }],
    ['TRUE', { revoke: true }],
  ],
  'fail-on-revoke-error': [['True', { failOnRevokeError: true }]],
  timeout: [['2m', { timeoutSeconds: 120 }]],
  'approval-timeout': [['10m', { approvalTimeoutSeconds: 600 }]],
  'files-dir': [['/run/creds', { filesDir: '/run/creds' }]],
  summary: [['on-problem', { summary: 'on-problem' }]],
  'ca-cert': [
    [pem, { caCert: { source: pem, pem: cert } }],
    [link, { caCert: { source: link, pem: cert } }],
    [cert, { caCert: { source: cert, pem: cert } }],
    [Buffer.from(cert).toString('base64'), { caCert: { source: cert, pem: cert } }],
  ],
  params: [
    [
      'endpoint: https://sts.example.com\nallow-ip: true',
      { params: { endpoint: 'https://sts.example.com', 'allow-ip': true } },
    ],
    ['on: yes', { params: { on: 'yes' } }],
    ['{}', { params: {} }],
  ],
};

describe.each(Object.entries(good))('the input %s', (name, values) => {
  test.each(values)('takes %j', async (value, expected) => {
    expect(await read({ [name]: value })).toEqual({ ...(await read({})), ...expected });
  });
});

/** The marker stands in every bad value: a message that shows it would show a secret typed into the wrong input. */
const marker = 'hunter2SECRET';
const bad: Record<OptionName, readonly string[]> = {
  provider: [marker, 'Broker', 'broker aws'],
  'broker-url': [`https://${marker}\nx`, `${marker}\u0000`],
  audience: [`a\n${marker}`, `${marker}\u001b[31m`],
  role: [
    `GITHUB=${marker}`,
    `LD=${marker}`,
    `${marker} other`,
    `lower=${marker}`,
    `1A=${marker}`,
    `${'A'.repeat(65)}=${marker}`,
    `A= ${marker}`,
    `${marker}\n${marker}`,
    `A=${marker}\nB=${marker}`,
    Array.from({ length: 11 }, (_, at) => `${marker}-${String(at)}`).join('\n'),
  ],
  region: [`eu\n${marker}`],
  ttl: [marker, '0', '-1', '15 m', '400d', '99999999'],
  'max-ttl': [marker, '0'],
  'min-ttl': [marker, '-5m'],
  export: [
    `env ${marker}`,
    `env =${marker}`,
    `env ${marker}=`,
    `env A=${marker} A=${marker}`,
    `${marker}\n${marker}`,
    'env\nenv A=b',
  ],
  binding: [marker, 'Key'],
  'id-token': [
    marker,
    'env:',
    `env:1${marker}`,
    `env:A B${marker}`,
    `file:${marker}`,
    `eyJhbGciOiJub25lIn0.${marker}.c2lnbmF0dXJl`,
    `env:${'A'.repeat(129)}`,
  ],
  'expect-account': [`,${marker}`, `${marker},`, `${marker},,1`, `1\n,\n${marker}`, ',', `1\u0000${marker}`],
  'static-keys': [marker, 'Warn', 'true'],
  revoke: [marker, 'yes', '1', 'no'],
  'fail-on-revoke-error': [marker, 'on'],
  timeout: [marker, '0', '1 h'],
  'approval-timeout': [marker, '-1'],
  'files-dir': [`tmp/${marker}`, `./${marker}`, `~/${marker}`],
  summary: [marker, 'Always'],
  'ca-cert': [
    `${marker}.pem`,
    join(folder, marker),
    `-----BEGIN CERTIFICATE-----\n${marker}\n-----END CERTIFICATE-----\n`,
    `-----BEGIN PRIVATE KEY-----\n${marker}\n-----END PRIVATE KEY-----\n`,
    join(folder, 'key.pem'),
    join(folder, 'huge.pem'),
    folder,
  ],
  params: [
    marker,
    `- ${marker}`,
    `a: [${marker}`,
    `a: 1\na: ${marker}`,
    `a: !!js/function ${marker}`,
    'null',
    '5',
  ],
};

describe.each(Object.entries(bad))('the input %s', (name, values) => {
  test.each(values)('refuses %j, names itself and shows nothing of the value', async (value) => {
    const error = await failureOf(() => read({ [name]: value }));
    expect(error).toBeInstanceOf(CredsError);
    expect(error).toMatchObject({ code: 'input-invalid', exit: 64 });
    expect((error as CredsError).message).toContain(`\`${name}\``);
    expect(everythingIn(error)).not.toContain(marker);
  });
});

test('a `min-ttl` that `max-ttl` never lets through is refused before anything is lent', async () => {
  for (const given of [{ 'min-ttl': '2h' }, { 'min-ttl': '6m', 'max-ttl': '5m' }])
    await expect(read(given)).rejects.toThrow('`min-ttl` is longer than `max-ttl`');
  expect(await read({ 'min-ttl': '5m', 'max-ttl': '5m' })).toMatchObject({ minTtlSeconds: 300 });
});

test('a lifetime that `max-ttl` or `min-ttl` would refuse is refused before anything is lent', async () => {
  for (const given of [{ ttl: '2h' }, { ttl: '10m', 'max-ttl': '5m' }, { ttl: '5m', 'min-ttl': '10m' }])
    expect(await failureOf(() => read(given))).toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('`ttl`'),
    });
  expect(await read({ ttl: '2h', 'max-ttl': '2h' })).toMatchObject({ ttlSeconds: 7200 });
});

test('a setting of an exporter may have any name; none is lost on the way to the exporter’s own check', async () => {
  const { exports } = await read({ export: 'env __proto__=token constructor=x' });
  expect(exports.map(({ settings }) => Object.entries(settings))).toEqual([
    [
      ['__proto__', 'token'],
      ['constructor', 'x'],
    ],
  ]);
});

test('an ID token in the place of its source is refused by a message that says where it belongs', async () => {
  const token = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.${marker}`;
  const error = await failureOf(() => read({ 'id-token': token }));
  expect(error).toMatchObject({
    message: expect.stringContaining('is a token itself; it must say where one lies'),
  });
  expect(everythingIn(error)).not.toContain(marker);
});
