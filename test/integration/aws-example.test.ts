// examples/broker/aws as the how-to has it, client and broker, before the labelled fake of AWS. The broker's own identity
// is the SDK's chain, which reads this process's environment.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { checkBroker } from '../../src/broker/commands/check-broker.ts';
import { fakeAws, type FakeAws } from '../support/broker/aws.ts';
import type { Statement } from '../support/broker/aws-policy.ts';
import { until } from '../support/exec.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';

const example = (name: string): string => readFileSync(`examples/broker/aws/${name}`, 'utf8');
const statements = (name: string): Statement[] =>
  (JSON.parse(example(`iam/${name}`)) as { Statement: Statement[] }).Statement;
const own = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const hosts = [
  'https://sts.eu-central-1.amazonaws.com',
  'https://iam.amazonaws.com',
  'https://api.ecr.eu-central-1.amazonaws.com',
];
const image = 'arn:aws:ecr:eu-central-1:123456789012:repository/site';
const object = 'arn:aws:s3:::example-site/index.html';

let story: InProcess | undefined;

beforeEach(() => {
  process.env['AWS_ACCESS_KEY_ID'] = own.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = own.secretAccessKey;
});

afterEach(async () => {
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  await story?.[Symbol.asyncDispose]();
  story = undefined;
});

async function start(): Promise<{ job: InProcess; aws: FakeAws }> {
  let now = (): Date => new Date(0);
  const usual = { account: '123456789012', trusts: [own.accessKeyId], tagged: true };
  const aws = fakeAws({
    roles: ['deploy', 'images'].map((name) => ({ ...usual, name, allows: statements(`${name}.json`) })),
    now: () => now(),
  });
  aws.users.set(own.accessKeyId, own);
  story = await inProcess({
    yaml: () => example('broker.yaml'),
    policies: { 'site.yaml': example('policies/site.yaml') },
    sites: hosts.map((url) => ({ url, answer: aws.send })),
    beforeStart: ({ clock }) => {
      now = () => clock.now();
    },
  });
  return { job: story, aws };
}

/** A denial is written soon after the job's end, not within it. */
async function giveBack(job: InProcess): Promise<void> {
  expect((await job.post()).status).toBe(0);
  job.broker.world.clock.advance(5);
  await until(() => JSON.stringify(job.broker.world.auditLines()).includes('lease revoked'));
}

test('the job gets a session that may what the role says, and after the end of the job nothing', async () => {
  const { job, aws } = await start();
  expect(await job.main({ role: 'deploy', ttl: '15m' })).toBe(0);
  const told = job.world.told('GITHUB_ENV');
  const [session] = aws.sessions;
  expect(told).toEqual({
    AWS_ACCESS_KEY_ID: session?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session?.secretAccessKey,
    AWS_SESSION_TOKEN: session?.sessionToken,
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
  });
  expect(session?.asked).toMatchObject({
    name: expect.stringMatching(/^ec_lse_[0-9a-f]{24}$/) as unknown,
    seconds: 900,
    sourceIdentity: 'octo-org=2Focto-repo',
    tags: expect.arrayContaining([
      ['RepositoryId', '456789'],
      ['Repository', 'octo-org/octo-repo'],
    ]) as unknown,
  });
  const key = told['AWS_ACCESS_KEY_ID'] ?? '';
  const may = (): boolean[] => [aws.may(key, 's3:PutObject', object), aws.may(key, 's3:GetObject', object)];
  expect(may()).toEqual([true, false]);
  await giveBack(job);
  expect(may()).toEqual([false, false]);
  const all = [job.broker.world.auditLines(), job.broker.world.logged, job.broker.world.printed]
    .map((each) => JSON.stringify(each))
    .join();
  expect(all).toContain('lease active');
  for (const secret of [session?.secretAccessKey, session?.sessionToken, own.secretAccessKey])
    expect(all).not.toContain(secret);
});

test('the job gets a login that may push one repository', async () => {
  const { job, aws } = await start();
  expect(await job.main({ role: 'images', ttl: '15m', export: 'outputs' })).toBe(0);
  const { registry, username, password = '' } = job.world.told('GITHUB_OUTPUT');
  expect([registry, username]).toEqual(['123456789012.dkr.ecr.eu-central-1.amazonaws.com', 'AWS']);
  const may = (): boolean[] =>
    [image, `${image}2`].map((each) => aws.registryMay(password, 'ecr:PutImage', each));
  expect(may()).toEqual([true, false]);
  await giveBack(job);
  expect(may()).toEqual([false, false]);
});

test('what AWS refuses: the audit log has the reason, the job learns nothing of it', async () => {
  const { job, aws } = await start();
  aws.fault = () => ({ status: 403, code: 'AccessDenied' });
  expect(await job.main({ role: 'deploy', ttl: '15m', timeout: '5s' })).not.toBe(0);
  expect(job.passed.map(({ text }) => text).join()).not.toContain('AccessDenied');
  expect(JSON.stringify([job.broker.world.auditLines(), job.broker.world.logged])).toContain('AccessDenied');
});

test('the broker’s identity is allowed what it asks, and no more', async () => {
  const { job, aws } = await start();
  await job.main({ role: 'deploy', ttl: '15m' });
  await giveBack(job);
  const allowed = statements('broker-policy.json').flatMap(({ Action }) => Action);
  const asked = new Set(aws.asked.map(({ action }) => action));
  // GetCallerIdentity needs no right: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  for (const action of asked) if (action !== 'sts:GetCallerIdentity') expect(allowed).toContain(action);
  // With tags, with a source identity, and to remove what is needed no more.
  const seldom = [
    'sts:TagSession',
    'sts:SetSourceIdentity',
    'iam:ListRolePolicies',
    'iam:GetRolePolicy',
    'iam:DeleteRolePolicy',
  ];
  expect(allowed.filter((action) => !asked.has(action)).toSorted()).toEqual(seldom.toSorted());
});

test('the workflow of the example asks for what the example lends; `broker check` takes it', async () => {
  const { job } = await start();
  const { roles } = await checkBroker('/etc/broker/broker.yaml', job.broker.world);
  const text = readFileSync('examples/github/aws-broker.yml', 'utf8');
  const { jobs } = parse(text) as { jobs: { site: { steps: { with?: Record<string, string> }[] } } };
  const asked = jobs.site.steps.flatMap(({ with: inputs }) =>
    inputs?.['role'] === undefined ? [] : [inputs['role']],
  );
  expect(asked.toSorted()).toEqual(roles.toSorted());
});
