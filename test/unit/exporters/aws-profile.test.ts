import { describe, expect, test } from '@jest/globals';
import type { Credential } from '../../../src/domain/credential.ts';
import type { Lease } from '../../../src/domain/lease.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { awsProfile } from '../../../src/exporters/aws-profile.ts';
import type { Parcel } from '../../../src/exporters/exporter.ts';
import { credentialOf, leaseOf, secretsOf } from '../../support/credentials.ts';
import { placeOf } from '../../support/exporters.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';
import { readIni, type Ini } from './ini.ts';

const folder = '/tmp/creds/0123456789abcdef';

function pack(leases: readonly Lease[], settings: Record<string, string> = {}): Parcel {
  const loans = leases.flatMap((lease) => lease.credentials.map((credential) => ({ lease, credential })));
  return awsProfile.pack(loans, placeOf({ settings, folder }));
}

/** What the AWS tools find when they follow the variables of the parcel. */
function found({ files = {}, pointers = {} }: Parcel): {
  credentials: Ini;
  config: Ini;
  profile: string | undefined;
} {
  const read = (name: string): Ini => readIni(files[pointers[name]?.value ?? ''] ?? '');
  return {
    credentials: read('AWS_SHARED_CREDENTIALS_FILE'),
    config: read('AWS_CONFIG_FILE'),
    profile: pointers['AWS_PROFILE']?.value,
  };
}

function session(change: Record<string, unknown> = {}): Credential {
  const credential = credentialOf('aws-session');
  return { ...credential, fields: { ...credential.fields, ...change } } as Credential;
}

function linesOf(credential: Credential): Record<string, string> {
  const [aws_access_key_id = '', aws_secret_access_key = '', aws_session_token = ''] = secretsOf(credential);
  return { aws_access_key_id, aws_secret_access_key, aws_session_token };
}

test('one session is the default profile, with its region', () => {
  const one = session();
  expect(found(pack([leaseOf([one])]))).toEqual({
    credentials: { default: linesOf(one) },
    config: { default: { region: 'eu-west-1' } },
    profile: undefined,
  });
});

test('a profile may be named', () => {
  const one = session();
  expect(found(pack([leaseOf([one], { prefix: 'X' })], { profile: 'prod-1' }))).toEqual({
    credentials: { 'prod-1': linesOf(one) },
    config: { 'profile prod-1': { region: 'eu-west-1' } },
    profile: 'prod-1',
  });
});

test('several sessions are profiles by their prefixes, the first is the one in use', () => {
  const [prod, test_] = [session(), session({ region: undefined })];
  expect(
    found(pack([leaseOf([prod], { prefix: 'PROD' }), leaseOf([test_], { prefix: 'TEST', role: 't' })])),
  ).toEqual({
    credentials: { prod: linesOf(prod), test: linesOf(test_) },
    config: { 'profile prod': { region: 'eu-west-1' }, 'profile test': {} },
    profile: 'prod',
  });
});

test('all files lie in the folder of this run, and no variable holds a secret', () => {
  const one = session();
  const { files = {}, variables = {}, pointers = {}, ...rest } = pack([leaseOf([one])]);
  expect(rest).toEqual({});
  expect(Object.keys(files).every((path) => path.startsWith(`${folder}/`))).toBe(true);
  for (const secret of secretsOf(one)) expect(JSON.stringify([variables, pointers])).not.toContain(secret);
});

test('other kinds beside a session are left to other exporters', () => {
  const one = session();
  const leases = [leaseOf([credentialOf('bearer-token')]), leaseOf([one], { role: 'aws' })];
  expect(found(pack(leases)).credentials).toEqual({ default: linesOf(one) });
});

describe('what a profile file cannot carry is refused: it has no quoting', () => {
  const evil = 'x\ncredential_process = /tmp/evil';
  test.each([
    ['accessKeyId', new Secret(evil)],
    ['secretAccessKey', new Secret(evil)],
    ['sessionToken', new Secret(`${'x'.repeat(20)} # y`)],
    ['sessionToken', new Secret('tökentökentöken')],
    ['region', evil],
    ['region', 'eu-west-1\r[default]'],
  ])('in %s', async (field, value) => {
    const error = await failureOf(() => pack([leaseOf([session({ [field]: value })])]));
    expect(error).toMatchObject({ code: 'credential-unusable' });
    expect(everythingIn(error)).not.toContain('credential_process');
  });
});

describe('the workflow', () => {
  test('cannot give two sessions one profile', async () => {
    const twice = [leaseOf([session()]), leaseOf([session()], { role: 'other' })];
    expect(String(await failureOf(() => pack(twice)))).toContain('default');
    expect(String(await failureOf(() => pack(twice, { profile: 'p' })))).toContain('several sessions');
  });

  test('cannot ask for a profile where no session was lent', async () => {
    expect(String(await failureOf(() => pack([leaseOf([credentialOf('bearer-token')])])))).toContain(
      'no AWS session',
    );
  });

  test.each(['', 'a b', 'a]', '[a', 'a\nb', '-a', 'ä', 'a/b', 'x'.repeat(65)])(
    'cannot name a profile %j',
    async (profile) => {
      expect(
        await failureOf(() => {
          awsProfile.check({ profile });
        }),
      ).toMatchObject({ code: 'input-invalid' });
    },
  );

  test('cannot give another setting', async () => {
    expect(
      await failureOf(() => {
        awsProfile.check({ profil: 'x' });
      }),
    ).toMatchObject({ code: 'input-invalid' });
  });
});

describe('once it is given back', () => {
  const one = leaseOf([session()]);
  const lent = one.credentials.map((credential) => ({ lease: one, credential }));
  const after = (env: Record<string, string>, files: Record<string, string> = {}, profile = 'prod') => {
    const { pointers = {} } = awsProfile.pack(lent, placeOf({ folder, settings: { profile }, env, files }));
    return Object.fromEntries(Object.entries(pointers).map(([name, pointer]) => [name, pointer.after]));
  };
  const usual = {
    AWS_SHARED_CREDENTIALS_FILE: '/home/runner/.aws/credentials',
    AWS_CONFIG_FILE: '/home/runner/.aws/config',
  };

  test('the tools are led to the usual files by name: the AWS CLI takes an empty variable for a name', () => {
    expect(after({})).toEqual({ ...usual, AWS_PROFILE: '' });
    const own = { AWS_SHARED_CREDENTIALS_FILE: '/c', AWS_CONFIG_FILE: '/d', AWS_PROFILE: 'theirs' };
    expect(after(own)).toEqual(own);
  });

  test('a default profile of the user’s own is chosen again', () => {
    expect(after({}, { [usual.AWS_CONFIG_FILE]: '[default]\nregion = eu-west-1\n' })).toMatchObject({
      AWS_PROFILE: 'default',
    });
  });

  test('ours is the default by no variable, unless one of the job’s would come before it', () => {
    expect(after({}, {}, 'default')).toEqual(usual);
    for (const name of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_ACCESS_KEY_ID'])
      expect(after({ [name]: 'x' }, {}, 'default')).toHaveProperty('AWS_PROFILE');
  });
});
