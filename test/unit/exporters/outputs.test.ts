import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import type { Credential } from '../../../src/domain/credential.ts';
import type { Lease } from '../../../src/domain/lease.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { outputs } from '../../../src/exporters/outputs.ts';
import { credentialOf, everyKind, leaseOf, secretsOf } from '../../support/credentials.ts';
import { placeOf } from '../../support/exporters.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

function pack(leases: readonly Lease[]): Record<string, string> {
  const loans = leases.flatMap((lease) => lease.credentials.map((credential) => ({ lease, credential })));
  const { outputs: set = {}, ...rest } = outputs.pack(loans, placeOf({ settings: {}, folder: '/tmp' }));
  expect(rest).toEqual({});
  return set;
}

const json = (set: Record<string, string>): unknown => JSON.parse(set['credentials'] ?? '');
const fieldsOf = (credential: Credential): unknown => ({
  token: secretsOf(credential)[0],
  header: 'some header',
});
const declared = (parse(readFileSync('action.yml', 'utf8')) as { outputs: Record<string, unknown> }).outputs;

test.each(everyKind)('every output that a %s sets is declared in action.yml', (kind) => {
  const set = pack([leaseOf([credentialOf(kind)])]);
  expect(Object.keys(declared)).toEqual(expect.arrayContaining(Object.keys(set)));
});

test('one credential is an output a field, and JSON by its role', () => {
  const aws = credentialOf('aws-session');
  const [id, key, token] = secretsOf(aws);
  const fields = {
    'access-key-id': id,
    'secret-access-key': key,
    'session-token': token,
    region: 'eu-west-1',
    account: 'some account',
  };
  const set = pack([leaseOf([aws], { role: 'team/deploy' })]);
  expect(set).toEqual({
    'aws-access-key-id': id,
    'aws-secret-access-key': key,
    'aws-session-token': token,
    'aws-account': 'some account',
    'aws-region': 'eu-west-1',
    credentials: set['credentials'],
  });
  expect(json(set)).toEqual({ 'team/deploy': fields });
});

test('free fields stand in the JSON alone: an action declares its outputs', () => {
  const free = credentialOf('fields');
  const set = pack([leaseOf([free], { prefix: 'X' })]);
  expect(Object.keys(set)).toEqual(['credentials']);
  expect(json(set)).toEqual({ X: { 'api-key': secretsOf(free)[0], account: 'plain-account' } });
});

test('free fields keep their names in the JSON, and two that differ little stay two', () => {
  const values = { API_KEY: 'a', dbUrl: 'b', 'db-url': 'c', DB_URL: 'd' };
  const fields = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, new Secret(text)]));
  const set = pack([leaseOf([{ ...credentialOf('fields'), fields } as Credential], { role: 'app' })]);
  expect(json(set)).toEqual({ app: values });
});

test('several credentials are JSON by prefix or role, and by name below a role that lends several', () => {
  const [a, b, c] = [
    credentialOf('bearer-token', 'a'),
    credentialOf('bearer-token', 'b'),
    credentialOf('bearer-token', 'c'),
  ];
  const set = pack([leaseOf([a, b], { role: 'two' }), leaseOf([c], { role: 'one', prefix: 'ONE' })]);
  expect(Object.keys(set)).toEqual(['credentials']);
  expect(json(set)).toEqual({
    two: { a: fieldsOf(a), b: fieldsOf(b) },
    ONE: fieldsOf(c),
  });
});

describe('nothing is overwritten in silence', () => {
  const token = () => credentialOf('bearer-token');
  test.each<readonly [string, readonly Lease[]]>([
    [
      'one prefix for two roles',
      [leaseOf([token()], { role: 'a', prefix: 'X' }), leaseOf([token()], { role: 'b', prefix: 'X' })],
    ],
    [
      'a prefix that is another’s role',
      [leaseOf([token()], { role: 'X' }), leaseOf([token()], { role: 'b', prefix: 'X' })],
    ],
    ['one name for two credentials of a role', [leaseOf([token(), token()])]],
    [
      'one prefix for a role of two and a role of one',
      [
        leaseOf([token(), credentialOf('gcp-token')], { prefix: 'X' }),
        leaseOf([token()], { role: 'b', prefix: 'X' }),
      ],
    ],
  ])('%s', async (_, leases) => {
    const error = await failureOf(() => pack(leases));
    expect(error).toMatchObject({ code: 'input-invalid' });
    for (const secret of leases.flatMap(({ credentials }) => credentials.flatMap(secretsOf)))
      expect(everythingIn(error)).not.toContain(secret);
  });
});

test('it has no setting', async () => {
  expect(
    await failureOf(() => {
      outputs.check({ name: 'x' });
    }),
  ).toMatchObject({ code: 'input-invalid' });
});
