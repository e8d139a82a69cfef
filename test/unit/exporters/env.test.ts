import { describe, expect, test } from '@jest/globals';
import type { Credential } from '../../../src/domain/credential.ts';
import type { Lease } from '../../../src/domain/lease.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { env } from '../../../src/exporters/env.ts';
import type { Parcel } from '../../../src/exporters/exporter.ts';
import { credentialOf, leaseOf, secretsOf, type everyKind } from '../../support/credentials.ts';
import { placeOf, variablesOf } from '../../support/exporters.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

type Kind = (typeof everyKind)[number];
const folder = '/tmp/creds/0123456789abcdef';

function pack(leases: readonly Lease[], settings: Record<string, string> = {}): Parcel {
  const loans = leases.flatMap((lease) => lease.credentials.map((credential) => ({ lease, credential })));
  const { pointers = {}, ...parcel } = env.pack(loans, placeOf({ settings, folder }));
  return { ...parcel, variables: variablesOf({ ...parcel, pointers }) };
}
const packOne = (credential: Credential, more: Partial<Lease> = {}): Parcel =>
  pack([leaseOf([credential], more)]);
/** The credential with some of its plain fields changed. */
function having(kind: Kind, fields: Record<string, unknown>): Credential {
  const credential = credentialOf(kind);
  return { ...credential, fields: { ...credential.fields, ...fields } } as Credential;
}

/** Names by which tools read each kind, from their own manuals; the field that each holds. */
const names: readonly (readonly [Kind, Record<string, string>])[] = [
  [
    'aws-session',
    {
      AWS_ACCESS_KEY_ID: 'accessKeyId',
      AWS_SECRET_ACCESS_KEY: 'secretAccessKey',
      AWS_SESSION_TOKEN: 'sessionToken',
      AWS_REGION: 'region',
      AWS_DEFAULT_REGION: 'region',
    },
  ],
  ['bearer-token', { EPHEMERAL_TOKEN: 'token' }],
  ['github-token', { GH_TOKEN: 'token' }],
  ['vault-token', { VAULT_TOKEN: 'token', VAULT_ADDR: 'address', VAULT_NAMESPACE: 'namespace' }],
  ['basic-login', { EPHEMERAL_USERNAME: 'username', EPHEMERAL_PASSWORD: 'password' }],
  [
    'mysql-login',
    {
      MYSQL_HOST: 'host',
      MYSQL_TCP_PORT: 'port',
      MYSQL_PWD: 'password',
      MYSQL_USER: 'username',
      MYSQL_DATABASE: 'database',
    },
  ],
  [
    'gcp-token',
    {
      CLOUDSDK_AUTH_ACCESS_TOKEN: 'token',
      GOOGLE_OAUTH_ACCESS_TOKEN: 'token',
      CLOUDSDK_CORE_PROJECT: 'project',
      GOOGLE_CLOUD_PROJECT: 'project',
    },
  ],
  ['azure-token', { AZURE_ACCESS_TOKEN: 'token' }],
];

describe.each(names)('a %s', (kind, fieldOf) => {
  const credential = credentialOf(kind);
  const values = Object.entries(fieldOf).map(([name, field]) => {
    const value = (credential.fields as Record<string, Secret | string>)[field];
    return [name, value instanceof Secret ? value.reveal() : value] as const;
  });

  test('goes into the variables that its tools read', () => {
    expect(packOne(credential)).toEqual({ variables: Object.fromEntries(values), files: {} });
  });

  test('has the prefix of its role before each', () => {
    const prefixed = values.map(([name, value]) => [`APP_${name}`, value] as const);
    expect(packOne(credential, { prefix: 'APP' }).variables).toEqual(Object.fromEntries(prefixed));
  });
});

describe('a postgres-login', () => {
  test('is verified in full, by the given certificate authority', () => {
    const [password = ''] = secretsOf(credentialOf('postgres-login'));
    const credential = having('postgres-login', { password: new Secret(password), caCertificate: 'PEM' });
    const path = `${folder}/postgres-ca.pem`;
    expect(packOne(credential)).toEqual({
      variables: {
        PGHOST: 'db.example.com',
        PGPORT: '5432',
        PGDATABASE: 'some database',
        PGUSER: 'some username',
        PGPASSWORD: password,
        PGSSLMODE: 'verify-full',
        PGSSLROOTCERT: path,
      },
      files: { [path]: 'PEM' },
    });
  });

  test('is verified in full also without one', () => {
    const { variables, files } = packOne(having('postgres-login', { caCertificate: undefined }));
    expect(variables).toMatchObject({ PGSSLMODE: 'verify-full' });
    expect(variables).not.toHaveProperty('PGSSLROOTCERT');
    expect(files).toEqual({});
  });

  test('twice with prefixes has two of everything, the files too', () => {
    const leases = ['A', 'B'].map((prefix) =>
      leaseOf([credentialOf('postgres-login')], { prefix, role: prefix }),
    );
    const { variables = {}, files = {} } = pack(leases);
    expect(variables['A_PGSSLROOTCERT']).not.toBe(variables['B_PGSSLROOTCERT']);
    expect(Object.keys(files).sort()).toEqual([variables['A_PGSSLROOTCERT'], variables['B_PGSSLROOTCERT']]);
  });
});

describe('a github-token', () => {
  test.each([
    ['https://api.github.com', 'GH_TOKEN', {}],
    ['https://api.github.com/', 'GH_TOKEN', {}],
    ['https://api.octo.ghe.com', 'GH_TOKEN', { GH_HOST: 'octo.ghe.com' }],
    ['https://github.example.com/api/v3', 'GH_ENTERPRISE_TOKEN', { GH_HOST: 'github.example.com' }],
    ['https://github.example.com:8443/api/v3', 'GH_ENTERPRISE_TOKEN', { GH_HOST: 'github.example.com:8443' }],
    ['https://ghe.com.example.com/api/v3', 'GH_ENTERPRISE_TOKEN', { GH_HOST: 'ghe.com.example.com' }],
  ])('of %s is told to that host alone', (apiUrl, name, more) => {
    const credential = having('github-token', { apiUrl });
    const [token] = secretsOf(credential);
    expect(packOne(credential).variables).toEqual({ [name]: token, ...more });
  });

  test('of github.com and one of Enterprise Server do not get in each other’s way', () => {
    const server = having('github-token', { apiUrl: 'https://github.example.com/api/v3' });
    const leases = [leaseOf([credentialOf('github-token')]), leaseOf([server], { role: 'other' })];
    expect(Object.keys(pack(leases).variables ?? {}).sort()).toEqual([
      'GH_ENTERPRISE_TOKEN',
      'GH_HOST',
      'GH_TOKEN',
    ]);
  });

  test('whose API is no URL cannot be used', async () => {
    const credential = having('github-token', { apiUrl: 'nowhere' });
    expect(await failureOf(() => packOne(credential))).toMatchObject({ code: 'credential-unusable' });
  });
});

test('an optional field that is absent sets no variable', () => {
  expect(Object.keys(packOne(having('vault-token', { namespace: undefined })).variables ?? {})).toEqual([
    'VAULT_TOKEN',
    'VAULT_ADDR',
  ]);
});

test('two credentials for the same variable are refused, and the message says what helps', async () => {
  const leases = [
    leaseOf([credentialOf('bearer-token')]),
    leaseOf([credentialOf('bearer-token')], { role: 'other' }),
  ];
  const error = await failureOf(() => pack(leases));
  expect(error).toMatchObject({ code: 'input-invalid' });
  expect(String(error)).toContain('EPHEMERAL_TOKEN');
  for (const secret of leases.flatMap(({ credentials }) => credentials.flatMap(secretsOf)))
    expect(everythingIn(error)).not.toContain(secret);
});

test('a prefix cannot make a variable that changes how later steps run', async () => {
  for (const prefix of ['GITHUB', 'RUNNER', 'INPUT', 'NPM_CONFIG', 'LD', 'GIT', 'PYTHON'])
    expect(await failureOf(() => packOne(credentialOf('bearer-token'), { prefix }))).toMatchObject({
      code: 'input-invalid',
    });
});

describe('a name that the workflow gives', () => {
  const db = leaseOf([having('fields', { url: new Secret('postgres://u:p@h/db-secret'), user: 'u' })], {
    role: 'team/db',
    prefix: 'DB',
  });
  const npm = leaseOf([credentialOf('bearer-token')], { role: 'npm' });
  const [token = ''] = npm.credentials.flatMap(secretsOf);

  test('takes one field, in either spelling, and nothing else is delivered', () => {
    expect(pack([npm], { NPM_TOKEN: 'token' })).toEqual({ variables: { NPM_TOKEN: token } });
    const aws = leaseOf([credentialOf('aws-session')]);
    expect(pack([aws], { KEY: 'access_key_id' })).toEqual(pack([aws], { KEY: 'accessKeyId' }));
  });

  test('finds a field by prefix or role where several have it', () => {
    expect(
      pack([db, npm], { DATABASE_URL: 'DB.url', NPM_TOKEN: 'npm.token', WHO: 'team/db.user' }).variables,
    ).toEqual({
      DATABASE_URL: 'postgres://u:p@h/db-secret',
      NPM_TOKEN: token,
      WHO: 'u',
    });
  });

  test.each([
    ['no such field', { X: 'nothing' }],
    ['no such owner', { X: 'OTHER.url' }],
    ['a field of another', { X: 'npm.url' }],
    ['what every object inherits', { X: 'constructor' }],
  ])('%s is refused', async (_, settings) => {
    expect(await failureOf(() => pack([db, npm], settings))).toMatchObject({ code: 'input-invalid' });
  });

  test('is refused where two credentials have the field', async () => {
    const other = leaseOf([credentialOf('bearer-token')], { role: 'other' });
    const error = await failureOf(() => pack([npm, other], { X: 'token' }));
    expect(String(error)).toContain('PREFIX.FIELD');
    expect(everythingIn(error)).not.toContain(token);
  });
});
