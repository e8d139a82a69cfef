// The built action and examples/github/azure.yml as it stands there, under Microsoft's own name, before a labelled fake.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { startCloudEdge, type CloudEdge } from '../support/cloud-edge.ts';
import { fakeEntra, type FakeEntra } from '../support/entra.ts';
import { exampleInputs } from '../support/example-workflow.ts';
import { startIssuer, type ListeningIssuer } from '../support/issuer.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob, type Job } from '../support/runner.ts';

const action = readAction('action.yml');
const example = exampleInputs('azure.yml');
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const client = '00001111-aaaa-2222-bbbb-3333cccc4444';
const [vault, arm] = ['https://vault.azure.net', 'https://management.azure.com'];

let issuer: ListeningIssuer;
let entra: FakeEntra;
let edge: CloudEdge;
beforeAll(async () => {
  issuer = await startIssuer();
  const subject = 'repo:octo-org/octo-repo:environment:production';
  const credential = { issuer: issuer.url, subject, audience: 'api://AzureADTokenExchange' };
  entra = fakeEntra({
    issuer,
    tenant,
    clients: { [client]: [credential] },
    resources: [vault, arm],
    seconds: 4500,
  });
  edge = await startCloudEdge(entra);
}, 60_000);
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

test('the example: a token of the key vault in an output, and nowhere else', async () => {
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs() });
  expect(main.exitCode).toBe(0);
  const issued = entra.issued.at(-1);
  expect(issued).toMatchObject({ resource: vault, client });
  expect(main.outputs).toMatchObject({ token: issued?.token, tenant, resource: vault });
  expect(job.env.size).toBe(0);
  expect(main.log).toContain('it cannot be revoked before it ends');
  const end = await job.post(action.post ?? '', main);
  expect(end).toMatchObject({ exitCode: 0, annotations: [] });
  expect(end.log).toMatch(/cannot be revoked: ends .* UTC/);
  for (const step of [main, end]) assertHidden(step, [issued?.token ?? '']);
  expect(leftOvers(job)).toEqual([]);
}, 60_000);

test('several resources are several tokens, each under its prefix', async () => {
  await using job = newJob();
  const role = `ARM=${arm}/.default\nKV=${vault}/.default`;
  const main = await job.step(action.main, {
    inputs: inputs({ role, export: 'env', 'expect-account': tenant.toUpperCase() }),
  });
  expect(main.exitCode).toBe(0);
  const [first, second] = entra.issued.slice(-2);
  expect([first?.resource, second?.resource]).toEqual([arm, vault]);
  expect(Object.fromEntries(job.env)).toEqual({
    ARM_AZURE_ACCESS_TOKEN: first?.token,
    KV_AZURE_ACCESS_TOKEN: second?.token,
  });
  assertHidden(main, [first?.token ?? '', second?.token ?? '']);
}, 60_000);

test('without a word about it the resource is Azure Resource Manager', async () => {
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs({ role: '', export: 'auto' }) });
  expect(main.exitCode).toBe(0);
  expect(entra.issued.at(-1)?.resource).toBe(arm);
  expect([...job.env.keys()]).toEqual(['AZURE_ACCESS_TOKEN']);
}, 60_000);

test('another environment has another subject, and is told so; exit status 65', async () => {
  await using job = newJob({ sub: 'repo:octo-org/octo-repo:ref:refs/heads/main' });
  const main = await job.step(action.main, { inputs: inputs() });
  expect(main.exitCode).toBe(65);
  expect(main.log).toContain('(AADSTS700213). Request id: 0fe0e0a0-1111-2222-3333-444455556666.');
  expect(main.log).not.toContain('hunter2');
  expect(main.outputs['token']).toBeUndefined();
}, 60_000);

test('a token that lives longer than is allowed is not delivered, and said to live on', async () => {
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs({ 'max-ttl': '1h' }) });
  expect(main.exitCode).toBe(66);
  expect(main.log).toContain('`max-ttl`');
  expect(main.log).toContain('cannot be revoked');
  assertHidden(main, [entra.issued.at(-1)?.token ?? '']);
}, 60_000);

test('the wrong tenant is refused before anything is sent', async () => {
  await using job = newJob();
  const before = [entra.requests.length, issuer.requests.length];
  const main = await job.step(action.main, { inputs: inputs({ 'expect-account': client }) });
  expect(main.exitCode).toBe(64);
  expect([entra.requests.length, issuer.requests.length]).toEqual(before);
}, 60_000);
