import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { exampleInputs } from '../support/example-workflow.ts';
import { startIssuer, type ListeningIssuer } from '../support/issuer.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob, type Job } from '../support/runner.ts';
import { startSts, type IssuedSession, type Sts } from '../support/sts.ts';
import { readIni } from '../unit/exporters/ini.ts';

const action = readAction('action.yml');
const deploy = 'arn:aws:iam::123456789012:role/deploy';
const audit = 'arn:aws:iam::123456789012:role/audit';
const hub = 'arn:aws:iam::999999999999:role/ci';
const other = 'arn:aws:iam::210987654321:role/deploy';
const sub = 'repo:octo-org/octo-repo:environment:production';
let sts: Sts;
let issuer: ListeningIssuer;
beforeAll(async () => {
  issuer = await startIssuer();
  sts = await startSts({
    trust: { [deploy]: sub, [audit]: sub, [hub]: sub },
    chains: { [other]: { by: hub, tagged: true, externalId: 'octo-ci' } },
    issuer,
  });
});
afterAll(async () => {
  await Promise.all([sts.close(), issuer.close()]);
});

const newJob = (): Job =>
  startJob({ idToken: { url: issuer.requestUrl, token: issuer.requestToken }, debug: true });
const inputs = (more: Record<string, string> = {}): Record<string, string> =>
  action.inputs({
    provider: 'aws',
    role: deploy,
    region: 'eu-west-1',
    params: `endpoint: ${sts.url}`,
    ...more,
  });
const last = (): IssuedSession => {
  const session = sts.issued.at(-1);
  if (session === undefined) throw new Error('STS has issued nothing');
  return session;
};
const secretsOf = (session: IssuedSession): string[] => [
  session.secretAccessKey,
  session.sessionToken,
  session.accessKeyId,
];

test('a role is assumed into variables; post says that it cannot be revoked, and is content', async () => {
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs() });
  expect(main.exitCode).toBe(0);
  const session = last();
  expect(Object.fromEntries(job.env)).toEqual({
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
  });
  expect(main.log).toContain('it cannot be revoked before it ends');
  expect(session.sessionName).toBe('ec-octo-org.octo-repo@17000000001');
  const end = await job.post(action.post ?? '', main);
  expect(end.exitCode).toBe(0);
  expect(end.log).toMatch(/cannot be revoked: ends .* UTC, in 15 min/);
  expect(end.annotations).toEqual([]);
  for (const step of [main, end]) assertHidden(step, secretsOf(session));
  expect(sts.requests.at(-1)?.body).toContain(encodeURIComponent(deploy));
  expect(leftOvers(job)).toEqual([]);
});

test('profiles are files that the AWS tools find by the variables, and post removes them', async () => {
  await using job = newJob();
  const main = await job.step(action.main, {
    inputs: inputs({ export: 'aws-profile', role: `PROD=${deploy}\nAUDIT=${audit}` }),
  });
  expect(main.exitCode).toBe(0);
  const [credentials = '', config = ''] = ['AWS_SHARED_CREDENTIALS_FILE', 'AWS_CONFIG_FILE'].map(
    (name) => job.env.get(name) ?? '',
  );
  const [prod, other] = sts.issued.slice(-2);
  expect(readIni(readFileSync(credentials, 'utf8'))).toMatchObject({
    prod: { aws_access_key_id: prod?.accessKeyId, aws_secret_access_key: prod?.secretAccessKey },
    audit: { aws_session_token: other?.sessionToken },
  });
  expect(readIni(readFileSync(config, 'utf8'))).toEqual({
    'profile prod': { region: 'eu-west-1' },
    'profile audit': { region: 'eu-west-1' },
  });
  expect(job.env.get('AWS_PROFILE')).toBe('prod');
  expect(statSync(credentials).mode & 0o777).toBe(0o600);
  const careless = await job.run('cat "$AWS_SHARED_CREDENTIALS_FILE"');
  for (const secret of sts.issued.slice(-2).flatMap(secretsOf)) expect(careless.log).not.toContain(secret);
  const end = await job.post(action.post ?? '', main);
  expect(end.exitCode).toBe(0);
  expect(leftOvers(job)).toEqual([]);
});

test('the example: a profile of that name is what the AWS tools find', async () => {
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs(exampleInputs('aws.yml')) });
  expect([main.exitCode, main.exitCode === 0 ? '' : main.log]).toEqual([0, '']);
  const file = job.env.get('AWS_SHARED_CREDENTIALS_FILE') ?? '';
  expect(job.env.get('AWS_PROFILE')).toBe('deploy');
  expect(readIni(readFileSync(file, 'utf8'))).toEqual({
    deploy: expect.objectContaining({ aws_access_key_id: last().accessKeyId }) as unknown,
  });
  await job.post(action.post ?? '', main);
  expect(leftOvers(job)).toEqual([]);
});

test('`files-dir` is where the files go, and post removes them there', async () => {
  await using job = newJob();
  const dir = `${job.home}/creds`;
  const main = await job.step(action.main, {
    inputs: inputs({ export: 'aws-profile profile=x', 'files-dir': dir }),
  });
  expect(main.exitCode).toBe(0);
  const path = job.env.get('AWS_SHARED_CREDENTIALS_FILE') ?? '';
  expect(path.startsWith(`${dir}/`)).toBe(true);
  await job.post(action.post ?? '', main);
  expect(() => statSync(path)).toThrow('ENOENT');
});

test('one role is an output a field', async () => {
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs({ export: 'outputs' }) });
  const session = last();
  expect(main.outputs).toMatchObject({
    'aws-session-token': session.sessionToken,
    'aws-region': 'eu-west-1',
  });
  assertHidden(main, secretsOf(session));
  expect(job.env.size).toBe(0);
});

test('a trust policy that says no is told with the claims and the request id, and is exit status 66', async () => {
  await using job = newJob();
  const main = await job.step(action.main, {
    inputs: inputs({ role: 'arn:aws:iam::123456789012:role/other' }),
  });
  expect(main.exitCode).toBe(66);
  expect(main.log).toContain('repository=octo-org/octo-repo');
  expect(main.log).toContain('(AccessDenied). Request id: c6104cbe-af31-11e0-8154-cbc7ccf896c7.');
  expect(main.log).not.toContain('Not authorized');
  expect(job.env.size).toBe(0);
});

test('a role that is refused after another was assumed leaves a warning: that one lives on', async () => {
  await using job = newJob();
  const roles = `A=${deploy}\nB=arn:aws:iam::123456789012:role/other`;
  const main = await job.step(action.main, { inputs: inputs({ role: roles }) });
  expect(main.exitCode).toBe(66);
  expect(main.log).toContain('cannot be revoked and ends by itself');
  expect(job.env.size).toBe(0);
});

test('a role that only another role may assume is assumed by that one’s session, which nobody sees', async () => {
  await using job = newJob();
  const params = [
    `endpoint: ${sts.url}`,
    `via: ${hub}`,
    'external-id: octo-ci',
    'source-identity: octo-org',
    'tags: { Repository: octo-repo }',
    'transitive-tags: [Repository]',
    'policy: { Version: "2012-10-17", Statement: [] }',
  ];
  const main = await job.step(action.main, {
    inputs: inputs({ role: other, params: params.join('\n'), 'expect-account': '210987654321' }),
  });
  expect(main.exitCode).toBe(0);
  const [first, second] = sts.issued.slice(-2);
  expect([first?.roleArn, second?.roleArn]).toEqual([hub, other]);
  expect(second?.asked).toMatchObject({
    tags: [['Repository', 'octo-repo']],
    transitive: ['Repository'],
    sourceIdentity: 'octo-org',
    policy: '{"Version":"2012-10-17","Statement":[]}',
  });
  expect(job.env.get('AWS_SECRET_ACCESS_KEY')).toBe(second?.secretAccessKey);
  assertHidden(main, secretsOf(last()));
  for (const secret of [first?.secretAccessKey, first?.sessionToken])
    expect(main.rawLog + JSON.stringify(main.state)).not.toContain(secret);
}, 60_000);

test('the wrong account is refused before anything is sent', async () => {
  await using job = newJob();
  const before = [sts.requests.length, issuer.requests.length];
  const main = await job.step(action.main, { inputs: inputs({ 'expect-account': '999999999999' }) });
  expect(main.exitCode).toBe(64);
  expect([sts.requests.length, issuer.requests.length]).toEqual(before);
});

test('of several accounts that are expected one is enough', async () => {
  await using job = newJob();
  const main = await job.step(action.main, {
    inputs: inputs({ 'expect-account': '999999999999,\n123456789012' }),
  });
  expect([main.exitCode, main.exitCode === 0 ? '' : main.log]).toEqual([0, '']);
});
