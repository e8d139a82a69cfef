// The built action and examples/github/gcp.yml as it stands there, under Google's own names, before a labelled fake.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { startCloudEdge, type CloudEdge } from '../support/cloud-edge.ts';
import { exampleInputs } from '../support/example-workflow.ts';
import { fakeGoogle, rpc, type FakeGoogle, type IssuedByGoogle } from '../support/google.ts';
import { startIssuer, type ListeningIssuer } from '../support/issuer.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob, type Job } from '../support/runner.ts';

const action = readAction('action.yml');
const example = exampleInputs('gcp.yml');
const deployer = 'deployer@my-project.iam.gserviceaccount.com';
const provider = 'projects/123456789/locations/global/workloadIdentityPools/github/providers/octo-org';

let issuer: ListeningIssuer;
let google: FakeGoogle;
let edge: CloudEdge;
let closed: string | undefined;
beforeAll(async () => {
  issuer = await startIssuer();
  google = fakeGoogle({
    issuer,
    provider,
    condition: (claims) => claims['repository_owner_id'] === '123456',
    accounts: { [deployer]: { users: (claims) => claims['repository_id'] === '456789' } },
    fault: ({ url }) => (url.host === closed ? rpc(403, 'PERMISSION_DENIED', 'SERVICE_DISABLED') : undefined),
  });
  edge = await startCloudEdge(google);
}, 60_000);
beforeEach(() => {
  closed = undefined;
});
afterAll(async () => {
  await Promise.all([issuer.close(), edge[Symbol.asyncDispose]()]);
});

const newJob = (claims?: Record<string, unknown>): Job =>
  startJob({
    idToken: {
      url: claims === undefined ? issuer.requestUrl : issuer.requestUrlFor(claims),
      token: issuer.requestToken,
    },
    debug: true,
    env: edge.env,
  });
const inputs = (more: Record<string, string> = {}): Record<string, string> =>
  action.inputs({ ...example, ...more });
function last(): IssuedByGoogle {
  const issued = google.issued.at(-1);
  if (issued === undefined) throw new Error('Google has issued nothing');
  return issued;
}

test('the example: a token of the service account, in the variables that Google’s tools read', async () => {
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs() });
  expect(main.exitCode).toBe(0);
  const { token, account, scopes } = last();
  expect([account, scopes]).toEqual([deployer, ['https://www.googleapis.com/auth/cloud-platform']]);
  expect(Object.fromEntries(job.env)).toEqual({
    CLOUDSDK_AUTH_ACCESS_TOKEN: token,
    GOOGLE_OAUTH_ACCESS_TOKEN: token,
    CLOUDSDK_CORE_PROJECT: 'my-project',
    GOOGLE_CLOUD_PROJECT: 'my-project',
  });
  expect(main.log).toMatch(/in 15 min; it cannot be revoked before it ends/);
  const federated = google.issued.at(-2)?.token ?? '';
  const end = await job.post(action.post ?? '', main);
  expect(end).toMatchObject({ exitCode: 0, annotations: [] });
  expect(end.log).toMatch(/cannot be revoked: ends .* UTC/);
  for (const step of [main, end]) {
    assertHidden(step, [token]);
    expect(step.log + JSON.stringify([step.state, step.outputs])).not.toContain(federated);
  }
  expect(leftOvers(job)).toEqual([]);
}, 60_000);

test('without a role it is the federated identity itself', async () => {
  await using job = newJob();
  const main = await job.step(action.main, {
    inputs: inputs({ role: '', 'expect-account': '123456789', export: 'outputs' }),
  });
  expect(main.exitCode).toBe(0);
  expect(last().account).toBe('');
  expect(main.outputs).toMatchObject({ token: last().token });
  expect(job.env.size).toBe(0);
  assertHidden(main, [last().token]);
}, 60_000);

test('an ID token of the service account is a bearer token, and none that gcloud would take', async () => {
  await using job = newJob();
  const params = `${example['params'] ?? ''}\nid-token-audience: https://site.a.run.app`;
  const main = await job.step(action.main, { inputs: inputs({ params }) });
  expect(main.exitCode).toBe(0);
  expect([...job.env.keys()]).toEqual(['EPHEMERAL_TOKEN']);
  assertHidden(main, [job.env.get('EPHEMERAL_TOKEN') ?? '']);
}, 60_000);

test('who may not act as the account is told which grant is missing; exit status 66', async () => {
  await using job = newJob({ repository_id: '1' });
  const main = await job.step(action.main, { inputs: inputs() });
  expect(main.exitCode).toBe(66);
  expect(main.log).toContain('(IAM_PERMISSION_DENIED)');
  expect(main.log).toContain('roles/iam.workloadIdentityUser');
  expect(main.log).toContain(
    'principalSet://iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/github/attribute.',
  );
  expect(main.log).not.toContain('hunter2');
  expect(main.log).not.toContain('cannot be revoked and ends by itself');
  expect(job.env.size).toBe(0);
}, 60_000);

test('an organisation that the provider’s condition does not name stays outside', async () => {
  await using job = newJob({ repository_owner_id: '7' });
  const main = await job.step(action.main, { inputs: inputs() });
  expect(main.exitCode).toBe(66);
  expect(main.log).toContain('(unauthorized_client)');
}, 60_000);

test('an API that is switched off is told by its command', async () => {
  closed = 'iamcredentials.googleapis.com';
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs() });
  expect(main.exitCode).toBe(70);
  expect(main.log).toContain('gcloud services enable iamcredentials.googleapis.com');
}, 60_000);

test('the wrong project is refused before anything is sent', async () => {
  await using job = newJob();
  const before = [google.requests.length, issuer.requests.length];
  const main = await job.step(action.main, { inputs: inputs({ 'expect-account': 'other-project' }) });
  expect(main.exitCode).toBe(64);
  expect([google.requests.length, issuer.requests.length]).toEqual(before);
}, 60_000);
