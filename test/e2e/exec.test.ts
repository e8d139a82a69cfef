/** `exec` as a process against the built broker, with the identities of GitHub and of GitLab. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startPlace, type Place } from '../support/client/built-broker.ts';
import { ShellJob, type ExecEnd } from '../support/exec.ts';
import { testOnNode20 } from '../support/node20.ts';

let place: Place;
beforeAll(async () => {
  place = await startPlace();
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

let jobs = 0;
function onGithub(): ShellJob {
  const claims = { run_id: String(7000 + jobs), check_run_id: String(9000 + jobs++) };
  return new ShellJob({
    ACTIONS_ID_TOKEN_REQUEST_URL: place.issuer.requestUrlFor(claims),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: place.issuer.requestToken,
  });
}

/** GitLab mints one ID token when the job is picked up, and no other. */
async function onGitlab(): Promise<ShellJob> {
  const token = await place.gitlab.mint({ audience: place.url, claims: { job_id: String(300 + jobs++) } });
  return new ShellJob({ EPHEMERAL_CREDS_ID_TOKEN: token }, 'gitlab');
}

const borrow = (role: string, script: string, job: ShellJob): Promise<ExecEnd> =>
  job.sh(script, { options: { 'broker-url': place.url, role } });

/** What the broker wrote down of a kind, for leases that a job was told of. */
const audited = (activity: string, text: string): string[] =>
  place.audit().filter((line) => line.includes(activity) && line.includes(text));

const leasesIn = ({ stderr }: { readonly stderr: string }): string[] =>
  [...stderr.matchAll(/lease (lse_\w+)/g)].map(([, id = '']) => id);

describe.each([
  ['GitHub', () => Promise.resolve(onGithub())],
  ['GitLab', onGitlab],
] as const)('on %s', (_, start) => {
  test('a command has a real credential, its log has none, and the broker has closed the lease', async () => {
    using job = await start();
    const end = await borrow(
      'deploy',
      'echo "$EPHEMERAL_TOKEN" | cut -d. -f1 | wc -c; echo "$EPHEMERAL_TOKEN"',
      job,
    );
    expect(end.status).toBe(0);
    expect(end.stdout.toString()).toMatch(/^ *\d{2,}\n\*\*\*\n$/);
    const [lease = ''] = leasesIn(end);
    expect(end.stderr).toContain('given back (revoked)');
    expect(audited('revoked', lease)).not.toEqual([]);
  });

  test('a file for a tool is there while the command runs, and gone when it has ended', async () => {
    using job = await start();
    const end = await job.sh(
      'stat -c %a "$NETRC"; cut -d" " -f1-4 "$NETRC"; cut -d" " -f6 "$NETRC"; echo "$NETRC" >path',
      {
        options: {
          'broker-url': place.url,
          role: 'deploy',
          export: 'netrc url=https://artifacts.example.com username=deploy',
        },
      },
    );
    expect(end.stdout.toString()).toBe('600\nmachine artifacts.example.com login deploy\n***\n');
    expect(end.status).toBe(0);
    expect(existsSync(dirname(readFileSync(job.path('path'), 'utf8').trim()))).toBe(false);
  });

  test('a second one in the same job works, and so do two at once with different roles (C37)', async () => {
    using job = await start();
    expect(await borrow('deploy', 'test -n "$EPHEMERAL_TOKEN"', job)).toMatchObject({ status: 0 });
    const meet = (mine: string, other: string): string =>
      `touch ${mine}; until [ -e ${other} ]; do sleep 0.05; done; test -n "$EPHEMERAL_TOKEN" && echo both`;
    const both = await Promise.all([
      borrow('deploy', meet('a', 'b'), job),
      borrow('app-ro', meet('b', 'a'), job),
    ]);
    for (const end of both) {
      expect(end).toMatchObject({ status: 0, stdout: Buffer.from('both\n') });
      expect(end.stderr.match(/given back \(revoked\)/g)).toHaveLength(1);
    }
    expect(new Set(both.flatMap(leasesIn)).size).toBe(2);
  });

  test('C40: SIGKILL of exec: the next one of the job gives back what it left', async () => {
    using job = await start();
    const killed = job.exec({
      options: { 'broker-url': place.url, role: 'deploy' },
      command: ['sh', '-c', 'echo running; exec sleep 100'],
    });
    await killed.says('running');
    killed.kill('SIGKILL');
    await killed.done;
    const next = await borrow('app-ro', 'true', job);
    expect(next.status).toBe(0);
    expect(next.stderr).toContain('was killed; what it had borrowed is given back');
    expect(leasesIn(next)).toHaveLength(2);
    for (const lease of leasesIn(next)) expect(audited('revoked', lease)).not.toEqual([]);
  });

  test('C40: SIGKILL of exec, and no other: `revoke` at the end of the job gives it back', async () => {
    using job = await start();
    const living = job.exec({
      options: { 'broker-url': place.url, role: 'app-ro' },
      command: ['sh', '-c', 'echo running; until [ -e go ]; do sleep 0.05; done'],
    });
    const killed = job.exec({
      options: { 'broker-url': place.url, role: 'deploy' },
      command: ['sh', '-c', 'echo running; exec sleep 100'],
    });
    await Promise.all([living.says('running'), killed.says('running')]);
    killed.kill('SIGKILL');
    await killed.done;
    const end = await job.type('revoke');
    expect(end.status).toBe(0);
    expect(end.stderr).toContain('left to it');
    expect(leasesIn(end)).toHaveLength(1);
    writeFileSync(job.path('go'), '');
    expect(await living.done).toMatchObject({ status: 0 });
  });
});

test('on GitLab the command has no ID token, and one key serves the whole job', async () => {
  using job = await onGitlab();
  const first = await borrow(
    'deploy',
    'echo "<$EPHEMERAL_CREDS_ID_TOKEN>"; cat "$CI_PROJECT_DIR.tmp"/*/key.json | cksum',
    job,
  );
  const second = await borrow('deploy', 'cat "$CI_PROJECT_DIR.tmp"/*/key.json | cksum', job);
  expect(first.stdout.toString()).toBe(`<>\n${second.stdout.toString()}`);
});

test('L41: nothing of a credential lies in a file, while the command runs or afterwards', async () => {
  using job = onGithub();
  const running = job.exec({
    options: { 'broker-url': place.url, role: 'deploy' },
    command: [
      'sh',
      '-c',
      'printf %s "$EPHEMERAL_TOKEN" | rev > token; echo ready; until [ -e go ]; do sleep 0.05; done',
    ],
  });
  await running.says('ready');
  const token = readFileSync(job.path('token'), 'utf8').split('').reverse().join('');
  const ledger = join(job.temp, 'ephemeral-creds');
  const [entry = '', ...others] = readdirSync(ledger);
  expect(others).toEqual([]);
  for (const part of token.split('.')) expect(readFileSync(join(ledger, entry), 'utf8')).not.toContain(part);
  writeFileSync(job.path('go'), '');
  expect((await running.done).status).toBe(0);
  expect(readdirSync(ledger)).toEqual([]);
});

testOnNode20('exec works on Node 20', async (node) => {
  using job = onGithub();
  const end = await job.exec({
    options: { 'broker-url': place.url, role: 'deploy' },
    command: ['sh', '-c', 'echo "$EPHEMERAL_TOKEN"; exit 3'],
    node,
  }).done;
  expect(end).toMatchObject({ status: 3, stdout: Buffer.from('***\n') });
});
