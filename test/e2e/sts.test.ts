import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startAuthorizationServer, type AuthorizationServer } from '../conformance/oidc-provider-server.ts';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { startIssuer, type ListeningIssuer } from '../support/issuer.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob, type Job } from '../support/runner.ts';

const action = readAction('action.yml');
const early = readAction('revoke/action.yml');
const target = 'https://api.example.com';
let issuer: ListeningIssuer;
let server: AuthorizationServer;
beforeAll(async () => {
  issuer = await startIssuer();
  const subject = 'repo:octo-org/octo-repo:environment:production';
  server = await startAuthorizationServer({ issuer: issuer.url, subject, target });
});
afterAll(async () => {
  await Promise.all([issuer.close(), server[Symbol.asyncDispose]()]);
});

const newJob = (): Job =>
  startJob({ idToken: { url: issuer.requestUrl, token: issuer.requestToken }, debug: true });

/** As docs/how-to/any-token-exchange-server.md has it. */
const inputs = (more: Record<string, string> = {}, params = ''): Record<string, string> =>
  action.inputs({
    provider: 'sts',
    role: 'deploy',
    params: `token-endpoint: ${server.url}/token\nclient-id: ci\naudience: ${target}\n${params}`,
    ...more,
  });
const revocable = (): string => `revocation-endpoint: ${server.url}/token/revocation`;

test('a token of another server is borrowed, hidden, delivered and given back in post', async () => {
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs({ export: 'outputs' }, revocable()) });
  expect(main.exitCode).toBe(0);
  const { token = '' } = main.outputs;
  expect(await server.find(token)).toMatchObject({ aud: target });
  const end = await job.post(action.post ?? '', main);
  expect(end).toMatchObject({ exitCode: 0, annotations: [] });
  expect(end.log).toContain('given back (revoked)');
  expect(await server.find(token)).toBeUndefined();
  for (const step of [main, end]) assertHidden(step, [token]);
  expect(leftOvers(job)).toEqual([]);
});

test('between main and post the token lies in a private file of ours only where it can be revoked', async () => {
  const kept = async (params: string): Promise<boolean> => {
    await using job = newJob();
    const main = await job.step(action.main, { inputs: inputs({}, params) });
    const token = job.env.get('EPHEMERAL_TOKEN') ?? '';
    expect(token).not.toBe('');
    const [file = ''] = leftOvers(job);
    const isThere = readFileSync(file, 'utf8').includes(token);
    expect(JSON.stringify(main.state)).not.toContain(token);
    await job.post(action.post ?? '', main);
    expect(leftOvers(job)).toEqual([]);
    return isThere;
  };
  expect(await kept(revocable())).toBe(true);
  expect(await kept('')).toBe(false);
});

test('it can be given back in the middle of the job', async () => {
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs({}, revocable()) });
  const token = job.env.get('EPHEMERAL_TOKEN') ?? '';
  const now = await job.step(early.main, { inputs: early.inputs({}) });
  expect(now).toMatchObject({ conclusion: 'success', exitCode: 0 });
  expect(await server.find(token)).toBeUndefined();
  expect(job.env.get('EPHEMERAL_TOKEN')).toBe('');
  assertHidden(now, [token]);
  const again = await job.step(early.main, { inputs: early.inputs({}) });
  expect(again.log).toContain('There is nothing to give back.');
  const end = await job.post(action.post ?? '', main);
  expect(end).toMatchObject({ exitCode: 0, annotations: [] });
});

test('a token whose file another step has removed is said to live on, by name and until when', async () => {
  await using job = newJob();
  const main = await job.step(action.main, { inputs: inputs({}, revocable()) });
  const [file = ''] = leftOvers(job);
  rmSync(file);
  const end = await job.post(action.post ?? '', main);
  expect(end.exitCode).toBe(0);
  expect(end.log).toContain('is gone from the ledger’s file');
  expect(end.log).toContain('could not be given back and lives until');
});
