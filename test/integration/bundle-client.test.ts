// A role of several parts, from the broker to what the job's tools read.
import { afterEach, expect, test } from '@jest/globals';
import { inProcess, type InProcess } from '../support/client/in-process.ts';

let story: InProcess | undefined;
afterEach(async () => {
  await story?.[Symbol.asyncDispose]();
  story = undefined;
});

const mail = '{ name: mail, engine: static, kind: basic-login, username: ci, value: "env:LEGACY_TOKEN" }';
const api = (name: string): string => `{ name: ${name}, engine: jwt, audience: ${name} }`;

async function start(...parts: string[]): Promise<InProcess> {
  const role = `  deploy-prod: { parts: [${parts.join(', ')}] }`;
  story = await inProcess({ yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, role) });
  return story;
}

test('each credential is delivered as its kind is alone, and given back with the one lease', async () => {
  const job = await start(api('api'), mail);
  expect(await job.main({ role: 'deploy-prod', export: 'env\noutputs' })).toBe(0);
  const { EPHEMERAL_TOKEN: token = '', ...others } = job.world.told('GITHUB_ENV');
  expect(others).toMatchObject({ EPHEMERAL_USERNAME: 'ci', EPHEMERAL_PASSWORD: 'legacy-secret-value' });
  const outputs = job.world.told('GITHUB_OUTPUT');
  expect(JSON.parse(outputs['credentials'] ?? '')).toEqual({
    'deploy-prod': { api: { token }, mail: { username: 'ci', password: 'legacy-secret-value' } },
  });
  expect(JSON.parse(outputs['lease-ids'] ?? '')).toHaveLength(1);
  for (const secret of [token, 'legacy-secret-value'])
    expect(job.world.printed()).toContain(`::add-mask::${secret}`);
  await job.post();
});

test('two parts that would set one variable are refused and given back, unless the workflow names them', async () => {
  const job = await start(api('one'), api('two'));
  expect(await job.main({ role: 'deploy-prod', export: 'env' })).not.toBe(0);
  expect(job.world.told('GITHUB_ENV')).toEqual({});
  expect(job.broker.world.auditLines().map(({ message }) => message)).toContain('lease revoked');
});

test('a part is named by its role and its own name', async () => {
  const job = await start(api('one'), api('two'));
  const named = 'env ONE=deploy-prod.one.token TWO=deploy-prod.two.token';
  expect(await job.main({ role: 'deploy-prod', export: named })).toBe(0);
  const { ONE: one = '', TWO: two = '' } = job.world.told('GITHUB_ENV');
  expect([one, two].every((token) => token.startsWith('eyJ'))).toBe(true);
  expect(one).not.toBe(two);
  await job.post();
});
