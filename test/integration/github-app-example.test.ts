// examples/broker/github-app as the how-to has it, client and broker, before the labelled fake of GitHub's API.
import { execFileSync } from 'node:child_process';
import { verify, createPublicKey } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { checkBroker } from '../../src/broker/commands/check-broker.ts';
import { fakeGithub, type FakeGithub } from '../support/broker/fake-github.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';

const example = (name: string): string => readFileSync(`examples/broker/github-app/${name}`, 'utf8');

let story: InProcess | undefined;
afterEach(async () => {
  await story?.[Symbol.asyncDispose]();
  story = undefined;
});

async function start(): Promise<{ story: InProcess; github: FakeGithub }> {
  let now = (): Date => new Date(0);
  const github = fakeGithub({ now: () => now() });
  story = await inProcess({
    yaml: () => example('broker.yaml'),
    policies: { 'release.yaml': example('policies/release.yaml') },
    sites: [github],
    beforeStart: ({ clock, disk }) => {
      now = () => clock.now();
      disk.set('/etc/broker/github-app.pem', github.key);
      disk.set('/etc/broker/sealing-2026-11.key', `${Buffer.alloc(32, 7).toString('base64')}\n`);
    },
  });
  return { story, github };
}

test('the job gets a token for its own repository, and gives it back', async () => {
  const { story: job, github } = await start();
  expect(await job.main({ role: 'release', ttl: '10m', export: 'outputs' })).toBe(0);
  const { token = '', 'api-url': apiUrl } = job.world.told('GITHUB_OUTPUT');
  expect(apiUrl).toBe('https://api.github.com');
  expect(job.world.printed()).toContain(`::add-mask::${token}`);
  expect(await github.read(token, 'octo-org/octo-repo')).toBe(200);
  expect(await github.read(token, 'octo-org/shared-config')).toBe(404);
  expect(github.tokens.get(token)?.permissions).toEqual({ contents: 'write', metadata: 'read' });
  expect((await job.post()).status).toBe(0);
  expect(await github.read(token, 'octo-org/octo-repo')).toBe(401);
});

test('two roles are two tokens, and neither may what the other may', async () => {
  const { story: job, github } = await start();
  expect(await job.main({ role: 'OWN=release\nSHARED=shared-config-ro', export: 'env' })).toBe(0);
  const { OWN_GH_TOKEN: own = '', SHARED_GH_TOKEN: shared = '' } = job.world.told('GITHUB_ENV');
  expect(await github.read(shared, 'octo-org/shared-config')).toBe(200);
  expect(await github.read(shared, 'octo-org/octo-repo')).toBe(404);
  expect(await github.read(own, 'octo-org/shared-config')).toBe(404);
  expect((await job.post()).status).toBe(0);
  for (const [token] of github.tokens) expect(await github.read(token, 'octo-org/octo-repo')).toBe(401);
});

test('`broker check` takes the example', async () => {
  const { story: job } = await start();
  const checked = await checkBroker('/etc/broker/broker.yaml', job.broker.world);
  expect(checked.roles).toEqual(['release', 'shared-config-ro']);
});

test('the example’s program gives the KMS what is to be signed, and its signature back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kms-'));
  try {
    const key = fakeGithub({ now: () => new Date() }).key;
    writeFileSync(join(folder, 'key.pem'), key);
    // A FAKE of the AWS command line, for this one command.
    const fake = `#!/bin/sh
test "$1 $2 $3 $4 $5 $7 $8 $9" = "kms sign --key-id alias/github-app --message --message-type RAW --signing-algorithm" || exit 64
openssl dgst -sha256 -sign '${folder}/key.pem' "\${6#fileb://}" | base64 -w0
`;
    writeFileSync(join(folder, 'aws'), fake);
    chmodSync(join(folder, 'aws'), 0o700);
    const input = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJJdjIzIn0';
    const written = execFileSync(resolve('examples/broker/github-app/sign-with-kms'), ['alias/github-app'], {
      input,
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    });
    const signature = Buffer.from(written.toString(), 'base64');
    expect(verify('sha256', Buffer.from(input), createPublicKey(key), signature)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
