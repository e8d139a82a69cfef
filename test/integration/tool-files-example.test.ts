// examples/github/tool-files.yml: what lies where while the job runs, and that nothing is left of it, whatever ends it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { revokeNow } from '../../src/commands/revoke.ts';
import { readIntent } from '../../src/leases/intent-text.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';
import type { WorldOptions } from '../support/client/world.ts';
import { exampleInputs } from '../support/example-workflow.ts';

let story: InProcess | undefined;

afterEach(async () => {
  await story?.[Symbol.asyncDispose]();
  story = undefined;
});

/** As it stands there, of roles that the broker of the tests has; and one more file, in a folder below. */
const inputs = (): Record<string, string> => {
  const example = exampleInputs('tool-files.yml');
  const role = (example['role'] ?? '')
    .replace('source-reader', 'deploy-prod')
    .replace('package-reader', 'app-ro');
  const images = 'docker-config from=PACKAGES url=https://images.example.com username=x';
  return { ...example, role, export: `${example['export'] ?? ''}\n${images}` };
};

async function start(more: WorldOptions = {}): Promise<{ job: InProcess; home: string }> {
  let home = '';
  story = await inProcess({}, more);
  home = join(story.world.temp, 'home');
  mkdirSync(home);
  writeFileSync(join(home, '.npmrc'), 'fund=false\n//npm.example.com/:_authToken=old\n');
  return { job: story, home };
}

/** The environment that the example's later steps have. */
const envOf = ({ world }: InProcess): Record<string, string> => world.told('GITHUB_ENV');

async function main(job: InProcess, home: string): Promise<number> {
  Object.assign(job.world.host, { env: { ...job.world.host.env, HOME: home } });
  return job.main(inputs());
}

test('git and npm find what was lent, for its place alone; the user’s files stay; post leaves nothing', async () => {
  const { job, home } = await start();
  expect(await main(job, home)).toBe(0);
  const env = envOf(job);
  const credentials = (url: string): string => {
    const git = execFileSync('git', ['credential', 'fill'], {
      input: `url=${url}\n\n`,
      env: { PATH: process.env['PATH'], HOME: home, GIT_ASKPASS: 'true', GIT_TERMINAL_PROMPT: '0', ...env },
      encoding: 'utf8',
    });
    return /^password=(.*)$/m.exec(git)?.[1] ?? '';
  };
  const token = credentials('https://git.example.com/octo-org/app.git');
  expect(token).toMatch(/^eyJ/);
  expect(job.world.printed()).toContain(`::add-mask::${token}`);
  expect(credentials('https://git.example.com/other/app.git')).toBe('');
  const npmrc = readFileSync(env['NPM_CONFIG_USERCONFIG'] ?? '', 'utf8');
  expect(npmrc).toMatch(
    /^fund=false\n\/\/npm\.example\.com\/:_authToken="eyJ[^"]*"\n@octo-org:registry="https:\/\/npm\.example\.com\/"\n$/,
  );
  const paths = [env['NPM_CONFIG_USERCONFIG'] ?? '', join(env['DOCKER_CONFIG'] ?? '', 'config.json')];
  for (const path of paths) {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  }
  expect((await job.post(env)).status).toBe(0);
  expect(existsSync(dirname(env['NPM_CONFIG_USERCONFIG'] ?? ''))).toBe(false);
  expect(readdirSync(home)).toEqual(['.npmrc']);
  expect(readFileSync(join(home, '.npmrc'), 'utf8')).toContain('old');
});

test('a main step that was killed between two files leaves what post needs to remove them', async () => {
  const ledgers: string[] = [];
  const { job, home } = await start({
    breaks: (deed) => {
      if (deed.startsWith('create ') && !deed.endsWith('.json'))
        ledgers.push(job_().world.told('GITHUB_STATE')['ledger'] ?? '');
    },
  });
  expect(await main(job, home)).toBe(0);
  const files = ledgers.map((text) => readIntent(text)?.files.map((path) => path.split('/').at(-1)));
  const all = ['git-login', 'gitconfig', 'npmrc', 'config.json', 'containers-auth.json'];
  expect(files.length).toBeGreaterThan(2);
  for (const each of files) expect(each).toEqual(all);
  // Of a job whose main wrote one file only.
  const folder = dirname(envOf(job)['NPM_CONFIG_USERCONFIG'] ?? '');
  execFileSync('rm', ['-r', join(folder, 'npmrc'), join(folder, 'config.json')]);
  expect((await job.post()).status).toBe(0);
  expect(existsSync(folder)).toBe(false);
});

function job_(): InProcess {
  if (story === undefined) throw new Error('no story');
  return story;
}

test('a file that cannot be written: nothing is delivered, and what was lent is given back', async () => {
  const { job, home } = await start({
    breaks: (deed) => {
      if (deed === 'create containers-auth.json') throw new Error('ENOSPC');
    },
  });
  expect(await main(job, home)).not.toBe(0);
  expect(Object.values(envOf(job)).filter((value) => value !== '')).toEqual([]);
  const left = readdirSync(job.world.temp, { recursive: true, encoding: 'utf8' });
  expect(left.filter((name) => /npmrc$|gitconfig|git-login|config.json|auth/.test(name))).toEqual([
    'home/.npmrc',
  ]);
  expect(JSON.stringify(job.broker.world.auditLines())).toContain('lease revoked');
});

test('given back in the middle of the job, npm is led where it was led before', async () => {
  const { job, home } = await start();
  const theirs = join(home, 'of-a-step-before');
  writeFileSync(theirs, 'registry=https://inhouse.example.com/\n');
  Object.assign(job.world.host, { env: { ...job.world.host.env, NPM_CONFIG_USERCONFIG: theirs } });
  expect(await main(job, home)).toBe(0);
  const env = envOf(job);
  expect(readFileSync(env['NPM_CONFIG_USERCONFIG'] ?? '', 'utf8')).toContain('inhouse.example.com');
  const later = job.world.next(env);
  await revokeNow([], { job: later.job, host: later.host });
  const after = { ...env, ...later.told('GITHUB_ENV') };
  expect(after).toMatchObject({ NPM_CONFIG_USERCONFIG: theirs, DOCKER_CONFIG: '' });
  const folder = dirname(env['NPM_CONFIG_USERCONFIG'] ?? '');
  expect(existsSync(folder) ? readdirSync(folder, { recursive: true }) : []).toEqual([]);
  const said = execFileSync('git', ['config', '--get', 'include.path'], {
    env: { PATH: process.env['PATH'], HOME: home, ...after, GIT_CONFIG_COUNT: '1' },
  });
  expect(said.toString()).toContain('gitconfig');
  execFileSync('git', ['version'], { env: { PATH: process.env['PATH'], HOME: home, ...after } });
});

test('a link in the place of the user’s file ends it, and what was lent is given back', async () => {
  const { job, home } = await start();
  execFileSync('ln', ['-sf', '/etc/passwd', join(home, '.npmrc')]);
  expect(await main(job, home)).not.toBe(0);
  expect(job.world.printed()).toContain('[delivery-failed]');
  expect(JSON.stringify(job.broker.world.auditLines())).toContain('lease revoked');
});
