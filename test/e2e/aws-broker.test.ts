/** The built broker finds AWS's SDK beside it, where a role needs it, and else does not read it. Against moto. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CreateRoleCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { startPlace, type Place } from '../support/client/built-broker.ts';
import { until } from '../support/exec.ts';
import { startMoto } from '../support/moto.ts';
import { testWith } from '../support/peers.ts';
import { readAction } from '../support/runner-action.ts';

const action = readAction('action.yml');
const region = 'eu-central-1';
const own = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

async function whoIs(env: ReadonlyMap<string, string>, endpoint: string): Promise<string | undefined> {
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
  ].map((name) => env.get(name));
  const sts = new STSClient({
    region,
    endpoint,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  return (await sts.send(new GetCallerIdentityCommand({}))).Arn;
}

/** A job borrows and gives back. @returns whose session it had */
async function borrow(place: Place, role: string, moto: string): Promise<string | undefined> {
  await using job = place.job();
  const whole = role === 'bundle';
  const inputs = action.inputs({
    'broker-url': place.url,
    role,
    ttl: '15m',
    // Of a role with several parts those that say an account are compared.
    'expect-account': '123456789012',
  });
  const main = await job.step(action.main, { inputs });
  expect(main.log).not.toContain('::error');
  expect(main.exitCode).toBe(0);
  const who = await whoIs(job.env, moto);
  if (whole) expect(job.env.get('EPHEMERAL_TOKEN')).toMatch(/^eyJ/);
  expect((await job.post(action.post ?? '', main)).exitCode).toBe(0);
  return who;
}

testWith(
  ['moto'],
  'a built broker lends sessions, alone and as a part, by the SDK\u2019s own identity; and denies them',
  async () => {
    await using moto = await startMoto();
    const folder = mkdtempSync(join(tmpdir(), 'aws-broker-'));
    const file = join(folder, 'credentials');
    const lines = [
      '[default]',
      `aws_access_key_id = ${own.accessKeyId}`,
      `aws_secret_access_key = ${own.secretAccessKey}`,
    ];
    writeFileSync(file, lines.join('\n'));
    const iam = new IAMClient({ region, endpoint: moto.url, credentials: own });
    const trust = '{"Version":"2012-10-17","Statement":[]}';
    await iam.send(new CreateRoleCommand({ RoleName: 'deploy', AssumeRolePolicyDocument: trust }));
    const keys = `engine: aws, role_arn: "arn:aws:iam::123456789012:role/deploy", region: ${region}, endpoint: "${moto.url}", revocation: { deny_policy: true }`;
    const ttl = 'ttl: { default: 15m, max: 30m }';
    await using place = await startPlace(undefined, '', {
      roles: {
        cloud: `{ ${keys}, ${ttl} }`,
        bundle: `{ ${ttl}, parts: [ { name: cloud, ${keys} }, { name: api, engine: jwt, audience: "https://x.example.com" } ] }`,
      },
      env: { AWS_SHARED_CREDENTIALS_FILE: file, AWS_EC2_METADATA_DISABLED: 'true' },
    });
    const session = /^arn:aws:sts::123456789012:assumed-role\/deploy\/ec_lse_[0-9a-f]{24}$/;
    expect(await borrow(place, 'cloud', moto.url)).toMatch(session);
    expect(await borrow(place, 'bundle', moto.url)).toMatch(session);
    await until(() => place.audit().filter((line) => line.includes('lease revoked')).length === 2);
    const { PolicyNames: names = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: 'deploy' }));
    expect(names).toHaveLength(1);
    expect(place.audit().join('\n')).not.toContain(own.secretAccessKey);
    rmSync(folder, { recursive: true });
  },
  60_000,
);

test('a built broker without a role of AWS does not need its SDK', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aws-broker-'));
  for (const name of ['ephemeral-creds.cjs', 'broker/index.cjs'])
    cpSync(resolve('dist', name), join(folder, name));
  mkdirSync(join(folder, 'policies'));
  const check = (role: string): string => {
    const settings = `public_url: http://127.0.0.1:8443
listen: 127.0.0.1:8443
tls: off
store: { sqlite: ./broker.db }
issuers: [ github ]
roles: { deploy: { ${role} } }
policies: ./policies
audit: [ stdout ]
`;
    writeFileSync(join(folder, 'broker.yaml'), settings);
    const args = [
      join(folder, 'ephemeral-creds.cjs'),
      'broker',
      'check',
      '--config',
      join(folder, 'broker.yaml'),
    ];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return `${String(status)} ${stderr}`;
  };
  expect(check('engine: jwt, audience: "https://deploy.example.com"')).toMatch(/^0 /);
  const aws = 'engine: aws, role_arn: "arn:aws:iam::123456789012:role/x", region: eu-central-1';
  expect(check(aws)).not.toMatch(/^0 /);
  rmSync(folder, { recursive: true });
}, 60_000);
