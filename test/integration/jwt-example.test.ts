// examples/broker/jwt as the how-to has it: the token is checked as the API checks it, by the keys that the broker publishes.
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTVerifyResult } from 'jose';
import { parse } from 'yaml';
import { checkBroker } from '../../src/broker/commands/check-broker.ts';
import { publicUrl } from '../support/broker/test-broker.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';

const example = (name: string): string => readFileSync(`examples/broker/jwt/${name}`, 'utf8');
let story: InProcess | undefined;

afterEach(async () => {
  await story?.[Symbol.asyncDispose]();
  story = undefined;
});

async function start(): Promise<InProcess> {
  story = await inProcess({
    yaml: () => example('broker.yaml'),
    policies: { 'releases.yaml': example('policies/releases.yaml') },
  });
  return story;
}

/** What the workflow gives the action. */
function asked(): Record<string, string> {
  const { jobs } = parse(readFileSync('examples/github/jwt.yml', 'utf8')) as {
    jobs: { announce: { steps: { with?: Record<string, string> }[] } };
  };
  return jobs.announce.steps[0]?.with ?? {};
}

async function verify(job: InProcess, token: string, audience: string): Promise<JWTVerifyResult> {
  const request = new Request(`${publicUrl}/.well-known/jwks.json`);
  const keys = await (await job.broker.handle(request, { peer: '192.0.2.9' })).json();
  const currentDate = job.broker.world.clock.now();
  const how = { issuer: publicUrl, audience, typ: 'at+jwt', currentDate, requiredClaims: ['exp'] };
  return jwtVerify(token, createLocalJWKSet(keys as JSONWebKeySet), how);
}

test('the job of the workflow gets a token that both APIs take, with the claims that the platform has signed', async () => {
  const job = await start();
  expect(await job.main(asked())).toBe(0);
  const { token = '' } = job.world.told('GITHUB_OUTPUT');
  expect(job.world.told('GITHUB_ENV')).toEqual({});
  expect(job.world.printed()).toContain(`::add-mask::${token}`);
  const signed = { repository_id: '456789', commit: 'f1d2d2f924e986ac86fdf7b36c94bcdf32beec15' };
  for (const audience of ['https://releases.example.com', 'https://notes.example.com']) {
    const { payload } = await verify(job, token, audience);
    expect(payload).toMatchObject({ ...signed, scope: 'release:write' });
    expect(payload.exp).toBe((payload.iat ?? 0) + 300);
  }
  await expect(verify(job, token, 'https://another.example.com')).rejects.toThrow('"aud"');
  expect((await job.post()).status).toBe(0);
  const audit = JSON.stringify(job.broker.world.auditLines());
  expect(audit).toContain('lease revoked');
  expect(audit).not.toContain(token);
  job.broker.world.clock.advance(300);
  await expect(verify(job, token, 'https://notes.example.com')).rejects.toThrow('"exp"');
});

test('`broker check` takes the example', async () => {
  const { broker } = await start();
  const found = await checkBroker('/etc/broker/broker.yaml', broker.world);
  expect(found).toMatchObject({ roles: ['releases'], policies: 1 });
});
