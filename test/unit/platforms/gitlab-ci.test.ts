import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { gitlabCi } from '../../../src/platforms/gitlab-ci.ts';
import { posix } from '../../../src/platforms/posix.ts';
import { clientWorld, type ClientWorld } from '../../support/client/world.ts';
import { failureOf } from '../../support/scan.ts';
import { proxyExec } from '../../support/proxy-exec.ts';

function gitlab(env: Record<string, string> = {}): ClientWorld {
  const world = clientWorld();
  const project = join(world.temp, 'builds', 'group', 'project');
  mkdirSync(project, { recursive: true });
  return world.next({
    GITHUB_ACTIONS: '',
    GITLAB_CI: 'true',
    CI_PROJECT_DIR: project,
    RUNNER_TEMP_PROJECT_DIR: `${project}.tmp`,
    CI_JOB_ID: '302',
    ...env,
  });
}

describe('the job’s folder', () => {
  test('lies in the project’s temporary folder, which survives a removed container', () => {
    using world = gitlab();
    const { CI_PROJECT_DIR = '' } = world.host.env;
    expect(gitlabCi.attach(world.host).folder).toBe(`${CI_PROJECT_DIR}.tmp/ephemeral-creds-302`);
    const older = { ...world.host, env: { ...world.host.env, RUNNER_TEMP_PROJECT_DIR: '' } };
    expect(gitlabCi.attach(older).folder).toBe(`${CI_PROJECT_DIR}.tmp/ephemeral-creds-302`);
  });

  test.each(['', '../302', '3 2', '302\n', 'x'])('is no other job’s: the id %j', async (id) => {
    using world = gitlab({ CI_JOB_ID: id });
    expect(await failureOf(() => gitlabCi.attach(world.host))).toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('CI_JOB_ID'),
    });
  });

  test('is nowhere without the project’s', async () => {
    using world = gitlab({ CI_PROJECT_DIR: '', RUNNER_TEMP_PROJECT_DIR: '' });
    expect(await failureOf(() => gitlabCi.attach(world.host))).toMatchObject({ code: 'input-invalid' });
  });

  test('L41 is never in the checkout, whatever names it and whichever links lead there', async () => {
    using world = gitlab();
    const { CI_PROJECT_DIR = '' } = world.host.env;
    symlinkSync(CI_PROJECT_DIR, join(world.temp, 'link'));
    const wrong = [CI_PROJECT_DIR, join(CI_PROJECT_DIR, 'x'), join(world.temp, 'link', 'x', 'y'), 'relative'];
    for (const place of wrong) {
      const named = { ...world.host, env: { ...world.host.env, RUNNER_TEMP_PROJECT_DIR: place } };
      expect(await failureOf(() => gitlabCi.attach(named))).toMatchObject({ code: 'input-invalid' });
      expect(await failureOf(() => gitlabCi.attach(world.host, place))).toMatchObject({
        code: 'input-invalid',
        message: expect.stringContaining('--state'),
      });
    }
    expect(gitlabCi.attach(world.host, `${CI_PROJECT_DIR}-state`).folder).toBe(`${CI_PROJECT_DIR}-state`);
  });
});

test('L41 where no platform names the checkout, a folder that Git knows is one', async () => {
  using world = clientWorld();
  mkdirSync(join(world.temp, 'repo', '.git'), { recursive: true });
  writeFileSync(join(world.temp, 'repo', '.git', 'HEAD'), 'ref: refs/heads/main\n');
  mkdirSync(join(world.temp, 'worktree'));
  writeFileSync(join(world.temp, 'worktree', '.git'), 'gitdir: ../repo/.git/worktrees/x\n');
  for (const place of ['repo', 'repo/a/b', 'worktree/a'])
    expect(await failureOf(() => posix.attach(world.host, join(world.temp, place)))).toMatchObject({
      code: 'input-invalid',
    });
  expect(posix.attach(world.host, join(world.temp, 'beside')).folderOf).toBe('job');
});

test('what is known of the job is in the order in which a person wants it', () => {
  using world = gitlab({ CI_JOB_NAME: 'deploy', CI_PROJECT_PATH: 'my-group/my-project', CI_PIPELINE_ID: '' });
  expect(Object.entries(gitlabCi.attach(world.host).facts)).toEqual([
    ['project', 'my-group/my-project'],
    ['job', 'deploy'],
    ['id', '302'],
  ]);
});

test('a stand-in for the runner that says GITLAB_CI=false is one, too', () => {
  expect(gitlabCi.detect({ GITLAB_CI: 'false', CI_JOB_ID: '1', CI_PROJECT_DIR: '/p' })).toBe(true);
  expect(gitlabCi.detect({ CI_JOB_ID: '1' })).toBe(false);
});

describe('masks', () => {
  const secret = 's3cret-Value-of-the-day';

  test('are heard by a runner that proves it, and nothing real is said before', async () => {
    using world = gitlab();
    const runner = proxyExec(world.host);
    const job = gitlabCi.attach(runner.host);
    job.mask([secret]);
    expect(runner.log()).toBe('');
    expect(await job.proveMasks?.()).toBe(true);
    job.mask([secret, 'an0ther::one-here']);
    runner.host.print(`x ${secret} y an0ther::one-here\n`);
    expect(runner.log()).not.toContain(secret);
    expect(runner.log()).toContain('x [MASKED] y [MASKED]');
  });

  test('L45 are asked for nowhere else: without the runner’s file not even a canary is', async () => {
    using world = gitlab();
    const job = gitlabCi.attach(world.host);
    expect(await job.proveMasks?.()).toBe(false);
    job.mask([secret]);
    expect(world.printed()).toBe('');
  });

  test.each<readonly [string, (store: string) => void]>([
    ['that does not grow: output is redirected, or the proxy is off', () => undefined],
    [
      'that something else wrote a little to',
      (store) => {
        appendFileSync(store, 'x'.repeat(40));
      },
    ],
  ])('L45 a file %s proves nothing', async (_, deed) => {
    using world = gitlab();
    const { RUNNER_TEMP_PROJECT_DIR = '' } = world.host.env;
    mkdirSync(RUNNER_TEMP_PROJECT_DIR);
    const store = join(RUNNER_TEMP_PROJECT_DIR, 'masking.db');
    writeFileSync(store, 'k'.repeat(32));
    const print = (text: string): void => {
      world.host.print(text);
      deed(store);
    };
    const job = gitlabCi.attach({ ...world.host, print });
    expect(await job.proveMasks?.()).toBe(false);
    const before = world.printed();
    job.mask([secret]);
    expect(world.printed()).toBe(before);
    expect(before).toMatch(/^\n::add-mask::[0-9a-f]{32,62}\n$/);
  });

  test('a file in the folder where the job happens to be proves nothing', async () => {
    using world = gitlab();
    const here = relative(process.cwd(), world.temp);
    const runner = proxyExec({ ...world.host, env: { ...world.host.env, RUNNER_TEMP_PROJECT_DIR: here } });
    const job = gitlabCi.attach(runner.host, join(world.temp, 'state'));
    expect(await job.proveMasks?.()).toBe(false);
    expect(runner.masks()).toEqual([]);
  });

  test('a link in the place of the runner’s file proves nothing', async () => {
    using world = gitlab();
    const { RUNNER_TEMP_PROJECT_DIR = '' } = world.host.env;
    mkdirSync(RUNNER_TEMP_PROJECT_DIR);
    writeFileSync(join(world.temp, 'db'), 'k'.repeat(32));
    symlinkSync(join(world.temp, 'db'), join(RUNNER_TEMP_PROJECT_DIR, 'masking.db'));
    expect(await gitlabCi.attach(world.host).proveMasks?.()).toBe(false);
    expect(world.printed()).toBe('');
  });

  test('are not asked for where the runner might read them as something else', async () => {
    using world = gitlab();
    const runner = proxyExec(world.host);
    const job = gitlabCi.attach(runner.host);
    await job.proveMasks?.();
    const before = runner.masks().length;
    job.mask(['short', '100%25-of-it', 'two\nlines-of-it', 'ünïcödé-secret', 'c\u001b[0mntrol-it']);
    expect(runner.masks()).toHaveLength(before);
  });
});
