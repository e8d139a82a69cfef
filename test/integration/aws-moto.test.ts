// The engine aws with moto's STS, IAM and ECR over HTTP: what AWS's own SDK and a second implementation of its APIs take.
// What moto does not judge (trust, session policies, denials, ends) is in test/faults/broker/aws.test.ts.
import { afterAll, expect } from '@jest/globals';
import {
  IAMClient,
  CreateRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { CredentialOf } from '../../src/domain/credential.ts';
import type { VerifiedClaims } from '../../src/broker/domain/verified-claims.ts';
import { aws } from '../../src/broker/engines/aws.ts';
import type { OpenEngine, PreparedRole } from '../../src/broker/engines/engine.ts';
import type { Parameters } from '../../src/broker/engines/aws/parameters.ts';
import { brokerTransport } from '../../src/entry/broker-transport.ts';
import { engineTools, mintOf } from '../support/broker/engine-tools.ts';
import { freshLease, leaseRecord } from '../support/broker/leases.ts';
import { testClock, testWorld } from '../support/broker/world.ts';
import { startMoto, type Moto } from '../support/moto.ts';
import { testWith } from '../support/peers.ts';

let started: Promise<Moto> | undefined;

afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]();
});

interface Scene {
  readonly open: OpenEngine<Parameters>;
  readonly role: PreparedRole;
  readonly client: { readonly region: string; readonly endpoint: string };
}

const signal = new AbortController().signal;
const own = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

async function scene(more: Record<string, unknown>): Promise<Scene> {
  const { url } = await (started ??= startMoto());
  const client = { region: 'eu-central-1', endpoint: url };
  const host = { ...testWorld({ clock: testClock(new Date()) }), send: brokerTransport({}) };
  const secrets = {
    'env:KEY': own.accessKeyId,
    'env:SECRET': own.secretAccessKey,
    'file:/token': 'an.id.token',
  };
  const open = aws.open(engineTools(secrets, { host }));
  const role = open.prepare(
    aws.parameters.parse({ role_arn: 'arn:aws:iam::123456789012:role/ci/deploy', ...client, ...more }),
  );
  return { open, role, client };
}

const credentials = { access_key_id: 'env:KEY', secret_access_key: 'env:SECRET' };
const claims = {
  claims: { repository: 'octo-org/octo-repo', ref: 'refs/heads/a#1' },
} as unknown as VerifiedClaims;

async function whoIs(
  { client }: Scene,
  { fields }: CredentialOf<'aws-session'>,
): Promise<string | undefined> {
  const [accessKeyId, secretAccessKey, sessionToken] = [
    fields.accessKeyId,
    fields.secretAccessKey,
    fields.sessionToken,
  ].map((each) => each.reveal());
  const sts = new STSClient({
    ...client,
    credentials: {
      accessKeyId: accessKeyId ?? '',
      secretAccessKey: secretAccessKey ?? '',
      sessionToken: sessionToken ?? '',
    },
  });
  return (await sts.send(new GetCallerIdentityCommand({}))).Arn;
}

testWith(['moto'], 'the session serves, and says of which role and lease it is', async () => {
  const it = await scene({
    credentials,
    external_id: 'of-the-broker',
    policy: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } },
    policy_arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    tags: { Repository: 'repository', Ref: { claim: 'ref', as: 'encoded' } },
    transitive_tags: ['Repository'],
    source_identity: { claim: 'repository', as: 'encoded' },
  });
  const mint = mintOf({ claims, expiresAt: new Date(Date.now() + 900_000) });
  const {
    credentials: [credential],
  } = await it.role.issue(mint);
  if (credential?.kind !== 'aws-session') throw new Error('no session');
  expect(await whoIs(it, credential)).toBe(
    `arn:aws:sts::123456789012:assumed-role/deploy/${mint.backendName}`,
  );
  expect(Math.abs(credential.expiresAt.getTime() - mint.expiresAt.getTime())).toBeLessThan(60_000);
  await it.role.check?.(signal);
});

testWith(['moto'], 'the broker’s own role by an ID token in a file', async () => {
  const web = { role_arn: 'arn:aws:iam::123456789012:role/broker', token: 'file:/token' };
  const it = await scene({ web_identity: web });
  const {
    credentials: [credential],
  } = await it.role.issue(mintOf());
  expect(credential?.kind).toBe('aws-session');
});

testWith(
  ['moto'],
  'revoking writes one inline policy for all sessions of a role, twice as well as once',
  async () => {
    const it = await scene({ credentials, revocation: { deny_policy: true } });
    const iam = new IAMClient({ ...it.client, credentials: own });
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'deploy',
        Path: '/ci/',
        AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
      }),
    );
    await it.role.check?.(signal);
    const ids = [freshLease(), freshLease(), freshLease()];
    const revoke = (id: string): Promise<void> =>
      it.open.revoke(leaseRecord({ id, revokeData: it.role.backend }), signal);
    await Promise.all(ids.map(revoke));
    await Promise.all(ids.map(revoke));
    const { PolicyNames: names = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: 'deploy' }));
    expect(names).toEqual([expect.stringMatching(/^ec_deny_[0-9a-f]{16}$/)]);
    const { PolicyDocument: document = '' } = await iam.send(
      new GetRolePolicyCommand({ RoleName: 'deploy', PolicyName: names[0] ?? '' }),
    );
    const said = decodeURIComponent(document);
    for (const id of ids) expect(said.split(`"*:ec_${id}"`)).toHaveLength(2);
    await it.open.close?.();
  },
);

testWith(['moto'], 'a role that is gone has no sessions to deny', async () => {
  const it = await scene({
    credentials,
    role_arn: 'arn:aws:iam::123456789012:role/gone',
    revocation: { deny_policy: true },
  });
  await expect(it.open.revoke(leaseRecord({ revokeData: it.role.backend }), signal)).resolves.toBeUndefined();
  await it.open.close?.();
});

testWith(['moto'], 'a login to ECR', async () => {
  const ecr = {
    registry: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
    repositories: ['app'],
    access: 'push',
  };
  const it = await scene({ credentials, ecr });
  const {
    credentials: [credential],
  } = await it.role.issue(mintOf());
  if (credential?.kind !== 'registry-login') throw new Error('no login');
  expect(credential.fields).toMatchObject({ registry: ecr.registry, username: 'AWS' });
  // What moto gives everybody.
  expect(credential.fields.password.reveal()).toBe('123456789012-auth-token');
});
