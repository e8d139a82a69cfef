import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { login } from '../../src/commands/login.ts';
import { spokenJob } from '../../src/commands/spoken-job.ts';
import { readConfig } from '../../src/config/reading.ts';
import { CredsError } from '../../src/domain/errors.ts';
import { findPlatform } from '../../src/platforms/registry.ts';
import { publicUrl } from '../support/broker/test-broker.ts';
import { gitlabJob, type GitlabJob } from '../support/client/gitlab-job.ts';
import { clientWorld, jsonAnswer, type WorldOptions } from '../support/client/world.ts';
import { proxyExec } from '../support/proxy-exec.ts';
import { everythingIn, failureOf } from '../support/scan.ts';

const jobs: GitlabJob[] = [];
afterEach(async () => {
  for (const job of jobs.splice(0)) await job[Symbol.asyncDispose]();
});

async function start(more: WorldOptions = {}, token = {}): Promise<GitlabJob> {
  const job = await gitlabJob({ token }, more);
  jobs.push(job);
  return job;
}

/** Names in the job’s folder, the random parts taken out. */
function filesOf({ folder }: GitlabJob): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => name.replace(/[0-9a-f]{16}/, '#'))
    .sort();
}

const envOf = ({ folder }: GitlabJob): string => readFileSync(join(folder, 'env.sh'), 'utf8');
const tokenIn = (text: string): string => /EPHEMERAL_TOKEN='([^']+)'/.exec(text)?.[1] ?? '';

describe('what was borrowed', () => {
  test('lies in files for the owner alone, in a folder for the owner alone, outside the checkout', async () => {
    const job = await start();
    const report = await (await job.shell()).login();
    expect(filesOf(job)).toEqual(['#.json', 'env.sh', 'key.json', 'secrets-#.json']);
    expect(statSync(job.folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(job.folder))
      expect([name, statSync(join(job.folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    expect(readdirSync(job.project)).toEqual([]);
    expect(report).toMatchObject({ variables: ['EPHEMERAL_TOKEN'], envFile: join(job.folder, 'env.sh') });
    expect(job.states()).toEqual(['active']);
  });

  test('C25 is noted before it is asked for, hidden before it is delivered, and nothing goes to standard output', async () => {
    const job = await start();
    const { world, login: borrow } = await job.shell();
    await borrow();
    const deeds = world.journal.map((deed) => deed.replace(/[0-9a-f]{16}/, '#'));
    expect(deeds.filter((deed) => !deed.startsWith('print-error'))).toEqual([
      'create key.json',
      'create #.json',
      `send POST ${publicUrl}/token`,
      'replace #.json',
      'replace secrets-#.json',
      'create env.sh',
      'append env.sh',
    ]);
    expect(world.printed()).toBe('');
  });

  test('is in nothing that is said or reported', async () => {
    const job = await start();
    const { world, login: borrow } = await job.shell();
    const report = await borrow();
    const secret = tokenIn(envOf(job));
    expect(secret).toMatch(/^eyJ/);
    const said = world.printedErrors() + JSON.stringify(report);
    for (let at = 0; at + 8 <= secret.length; at++) expect(said).not.toContain(secret.slice(at, at + 8));
    expect(said).not.toContain(job.token.slice(-40));
    const [entry = ''] = readdirSync(job.folder).filter((name) => /^[0-9a-f]{16}/.test(name));
    expect(readFileSync(join(job.folder, entry), 'utf8')).not.toContain(secret.slice(0, 8));
  });

  test('is masked, too, where the runner was seen to take masks, and not where the output is the caller’s', async () => {
    const job = await start();
    const { where } = await job.shell({ RUNNER_TEMP_PROJECT_DIR: `${job.project}.tmp` });
    const runner = proxyExec(where.host);
    const mine = { host: runner.host, job: (await findPlatform(runner.host.env)).attach(runner.host) };
    const config = await readConfig({ 'broker-url': publicUrl, role: 'deploy-prod' }, runner.host.files);
    const heard = { ...mine, job: spokenJob(mine.job, runner.host) };
    expect(await login(config, heard, { dotenv: false, masks: false })).toMatchObject({ masked: false });
    expect(runner.masks()).toEqual([]);
    expect(await login(config, heard, { dotenv: false })).toMatchObject({ masked: true });
    runner.host.print(envOf(job).split('\n')[1] ?? '');
    expect(runner.log()).toMatch(/^export EPHEMERAL_TOKEN='\[MASKED\]'$/m);
  });
});

describe('one ID token', () => {
  test('serves a second command of the job, by the same key, and both are delivered', async () => {
    const job = await start();
    await (await job.shell()).login();
    await (await job.shell()).login({ role: 'DB=app-ro' });
    expect(envOf(job).match(/^export \w+/gm)).toEqual([
      'export EPHEMERAL_TOKEN',
      'export DB_EPHEMERAL_TOKEN',
    ]);
    expect(filesOf(job)).toEqual([
      '#.json',
      '#.json',
      'env.sh',
      'key.json',
      'secrets-#.json',
      'secrets-#.json',
    ]);
    expect(job.states()).toEqual(['active', 'active']);
  });

  test('C37 serves two commands at once', async () => {
    const job = await start();
    const shells = await Promise.all([job.shell(), job.shell()]);
    await Promise.all([shells[0].login(), shells[1].login({ role: 'DB=app-ro' })]);
    expect(
      envOf(job)
        .match(/^export \w+/gm)
        ?.sort(),
    ).toEqual(['export DB_EPHEMERAL_TOKEN', 'export EPHEMERAL_TOKEN']);
    expect(job.states()).toEqual(['active', 'active']);
  });

  test('serves nobody without that key', async () => {
    const job = await start();
    await (await job.shell()).login();
    const thief = await job.shell({ RUNNER_TEMP_PROJECT_DIR: join(job.project, '..', 'elsewhere') });
    expect(await failureOf(() => thief.login({ role: 'app-ro' }))).toMatchObject({
      code: 'identity-refused',
    });
    expect(job.states()).toEqual(['active']);
  });

  test('from a file serves as well', async () => {
    const job = await start();
    const path = join(job.project, '..', 'token');
    writeFileSync(path, job.token);
    const shell = await job.shell({ EPHEMERAL_CREDS_ID_TOKEN: '' });
    await shell.login({ 'id-token': `file:${path}` });
    expect(job.states()).toEqual(['active']);
  });
});

/** Each makes a login fail in another place; what is given back is told by the broker. */
const failures: readonly (readonly [string, WorldOptions, string])[] = [
  ['the file for the shell cannot be made', { breaks: failing(/^create env\.sh/) }, 'delivery-failed'],
  ['the file for the shell cannot be written', { breaks: failing(/^append env\.sh/) }, 'delivery-failed'],
  ['what is to be hidden cannot be noted', { breaks: failing(/^replace secrets-/) }, 'delivery-failed'],
  ['the ledger cannot be written', { breaks: failing(/^replace [0-9a-f]{16}\.json/) }, ''],
];

function failing(deed: RegExp): (done: string) => void {
  return (done) => {
    if (deed.test(done)) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  };
}

describe('a login that fails', () => {
  test.each(failures)('because %s leaves nothing, alive or on disk', async (_, world, code) => {
    const job = await start(world);
    const error = await failureOf(async () => (await job.shell()).login());
    if (code !== '') expect(error).toMatchObject({ code });
    expect(job.states()).toEqual(['revoked']);
    expect(filesOf(job)).toEqual(['key.json']);
  });

  test('because it is refused says so, and leaves nothing', async () => {
    const job = await start();
    const error = await failureOf(async () => (await job.shell()).login({ role: 'owned' }));
    expect(error).toMatchObject({ code: 'policy-denied', exit: 66 });
    expect(filesOf(job)).toEqual(['key.json']);
    expect(everythingIn(error)).not.toContain(job.token.slice(-40));
  });

  test('takes nothing from one that did not', async () => {
    const job = await start();
    await (await job.shell()).login();
    const before = envOf(job);
    const second = await job.shell({}, {});
    const broken = { ...second.where.host.files, append: failing(/./) };
    const host = { ...second.where.host, files: broken };
    const config = await readConfig({ 'broker-url': publicUrl, role: 'app-ro' }, host.files);
    expect(await failureOf(() => login(config, { ...second.where, host }, { dotenv: false }))).toMatchObject({
      code: 'delivery-failed',
    });
    expect(envOf(job)).toBe(before);
    expect(job.states()).toEqual(['active', 'revoked']);
  });

  test('C14 whose answer was lost asks again, and one lease is alive at most', async () => {
    const job = await start();
    let lost = 0;
    job.onRequest = () => (lost++ === 0 ? 'lose' : 'pass');
    await (await job.shell()).login();
    expect(job.states().filter((state) => state === 'active')).toHaveLength(1);
  });

  test('C27 cancelled while it asks gives back what may have been lent', async () => {
    const stop = new AbortController();
    const job = await start({ signal: stop.signal });
    job.onRequest = ({ url }) => {
      if (url.pathname === '/token') stop.abort(new CredsError('terminated', 'cancelled'));
      return 'pass';
    };
    const error = await failureOf(async () => (await job.shell()).login());
    expect(error).toMatchObject({ exit: 143 });
    expect(job.states()).not.toContain('active');
    expect(job.asked).toContain('/revoke 200');
    expect(filesOf(job)).toEqual(['key.json']);
  });
});

describe('where it would not be safe it is refused before anything is asked', () => {
  async function refusal(
    how: { envFile?: string; dotenv?: boolean; understood?: boolean },
    env: Record<string, string> = {},
  ): Promise<unknown> {
    const job = await start();
    const shell = await job.shell(env);
    const error = await failureOf(() => shell.login({}, how));
    expect(job.asked).toEqual([]);
    expect(error).toMatchObject({ code: 'input-invalid' });
    return error;
  }

  test('L44 L43 a dotenv report hands credentials to other jobs: only by who says to know it', async () => {
    expect(await refusal({ dotenv: true, envFile: '/tmp/x/build.env' })).toMatchObject({
      hint: expect.stringContaining('--i-understand'),
    });
    const job = await start();
    const shell = await job.shell();
    const envFile = join(job.project, 'build.env');
    await shell.login({}, { dotenv: true, understood: true, envFile });
    expect(readFileSync(envFile, 'utf8')).toMatch(/^EPHEMERAL_TOKEN=eyJ[\w.-]+\n$/);
  });

  test('L41 in the checkout, by its name or through a link', async () => {
    const job = await start();
    const outside = join(job.project, '..', 'private');
    mkdirSync(outside, { mode: 0o700 });
    symlinkSync(job.project, join(outside, 'link'));
    const shell = await job.shell();
    for (const envFile of [join(job.project, 'env.sh'), join(outside, 'link', 'x', 'env.sh'), 'env.sh'])
      expect(await failureOf(() => shell.login({}, { envFile }))).toMatchObject({ code: 'input-invalid' });
    mkdirSync(join(job.project, 'private'), { mode: 0o700 });
    expect(
      await failureOf(() => shell.login({}, { envFile: join(job.project, 'private', 'env.sh') })),
    ).toMatchObject({ message: expect.stringContaining('outside the checkout') });
    symlinkSync(outside, join(job.project, '..', 'way'));
    expect(
      await failureOf(() => shell.login({}, { envFile: join(job.project, '..', 'way', 'env.sh') })),
    ).toMatchObject({ code: 'input-invalid', message: expect.stringContaining('link') });
    await shell.login({}, { envFile: join(outside, 'env.sh') });
    expect(statSync(join(outside, 'env.sh')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(job.folder, 'env.sh'))).toBe(false);
  });

  test('where others can read, or have put a file', async () => {
    const job = await start();
    const open = join(job.project, '..', 'open');
    mkdirSync(open);
    chmodSync(open, 0o755);
    const shell = await job.shell();
    expect(await failureOf(() => shell.login({}, { envFile: join(open, 'env.sh') }))).toMatchObject({
      code: 'input-invalid',
    });
    const mine = join(job.project, '..', 'mine');
    mkdirSync(mine, { mode: 0o700 });
    writeFileSync(join(mine, 'env.sh'), 'echo theirs\n', { mode: 0o644 });
    expect(await failureOf(() => shell.login({}, { envFile: join(mine, 'env.sh') }))).toMatchObject({
      code: 'delivery-failed',
    });
    expect(job.states()).toEqual(['revoked']);
    expect(readFileSync(join(mine, 'env.sh'), 'utf8')).toBe('echo theirs\n');
  });

  test('C24 L45 on GitHub, where masks could be redirected: the action or exec', async () => {
    const error = await refusal({}, { GITHUB_ACTIONS: 'true' });
    expect(String(error)).toMatch(/action.*exec/);
  });

  test('L41 with files elsewhere, which nobody would remove', async () => {
    const job = await start();
    const shell = await job.shell();
    expect(await failureOf(() => shell.login({ 'files-dir': '/tmp/elsewhere' }))).toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('`files-dir`'),
    });
    expect(job.asked).toEqual([]);
  });

  test('on a machine that has no folder of the job', async () => {
    expect(String(await refusal({}, { GITLAB_CI: '', CI_JOB_ID: '' }))).toContain('--state');
  });

  test('with a key that somebody else could have put there', async () => {
    const job = await start();
    mkdirSync(job.folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(job.folder, 'key.json'), '{}', { mode: 0o644 });
    const shell = await job.shell();
    expect(await failureOf(() => shell.login())).toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('key.json'),
    });
    expect(job.asked).toEqual([]);
  });
});

test('an answer that is no loan is no login', async () => {
  const job = await start();
  job.onRequest = ({ url }) => (url.pathname === '/token' ? jsonAnswer({ access_token: 'x' }) : 'pass');
  expect(await failureOf(async () => (await job.shell()).login())).toMatchObject({ code: 'answer-invalid' });
  expect(filesOf(job)).toEqual(['key.json']);
});

test('C24 a spoken job asks for no mask on GitHub: standard output is the caller’s', () => {
  using world = clientWorld();
  const job = spokenJob(world.job, world.host);
  job.mask(['s3cret-value']);
  job.tell('warning', '::add-mask::x');
  job.remember('x');
  expect([world.printed(), world.told('GITHUB_STATE')]).toEqual(['', {}]);
  expect(world.printedErrors()).toBe('ephemeral-creds: warning: : :add-mask: :x\n');
});
