import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Job } from '../../src/domain/job.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import { findPlatform, platforms } from '../../src/platforms/registry.ts';
import { clientWorld, type ClientWorld } from '../support/client/world.ts';
import { parseWorkflowCommand } from '../support/workflow-command.ts';
import { everythingIn, failureOf } from '../support/scan.ts';

/** What of a platform’s own a test has to know. A new platform is an entry. */
interface Traits {
  /** What of the environment gives it away. */
  readonly sign: Readonly<Record<string, string>>;
  /** What it needs of a job’s environment besides. */
  readonly env: (temp: string) => Record<string, string>;
  /** True where the platform carries text from one step to the next. */
  readonly remembers: boolean;
  /** True where a mask is always heard. */
  readonly masks: boolean;
  /** What reached later steps: the platform’s files, or the text that a shell reads. */
  readonly variables: (world: ClientWorld, job: Job) => unknown;
}

const shellVariables = (_: ClientWorld, { folder }: Job): unknown => {
  const path = join(folder, 'env.sh');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

const traits: Readonly<Record<string, Traits>> = {
  'github-actions': {
    sign: { GITHUB_ACTIONS: 'true' },
    env: () => ({}),
    remembers: true,
    masks: true,
    variables: (world) => world.told('GITHUB_ENV'),
  },
  'gitlab-ci': {
    sign: { GITLAB_CI: 'true' },
    env: (temp) => ({ CI_PROJECT_DIR: join(temp, 'builds', 'p'), CI_JOB_ID: '302' }),
    remembers: false,
    masks: false,
    variables: shellVariables,
  },
  posix: {
    sign: {},
    env: (temp) => ({ TMPDIR: temp }),
    remembers: false,
    masks: false,
    variables: shellVariables,
  },
};

const all = await Promise.all(platforms.map(async (load) => load()));

function traitsOf(name: string): Traits {
  const found = traits[name];
  if (found === undefined) throw new Error(`no traits of ${name}`);
  return found;
}

function worldOf({ name }: Platform): ClientWorld {
  const world = clientWorld();
  const { sign, env } = traitsOf(name);
  return world.next({ ...sign, ...env(world.temp) });
}

test('every platform of the registry stands here, once', () => {
  expect(all.map(({ name }) => name).sort()).toEqual(Object.keys(traits).sort());
});

test('each is found by its sign, none takes another’s job, and the last is for everywhere else', async () => {
  for (const { name } of all) {
    const found = await findPlatform({ HOME: '/root', CI: 'true', ...traitsOf(name).sign });
    expect(found.name).toBe(name);
    const takers = all.slice(0, -1).filter((platform) => platform.detect(traitsOf(name).sign));
    expect(takers.map((platform) => platform.name)).toEqual(name === 'posix' ? [] : [name]);
  }
});

describe.each(all.map((platform) => [platform.name, platform] as const))(
  'the platform %s',
  (name, platform) => {
    const { env, remembers, masks, variables } = traitsOf(name);

    test('attaches without a word, without a file and without a request', () => {
      using world = worldOf(platform);
      const job = platform.attach(world.host);
      expect(job.platform).toBe(name);
      expect(job.folder.startsWith(world.temp)).toBe(true);
      expect(world.journal).toEqual([]);
    });

    test('puts its files where it is told to, and that folder is the job’s own', () => {
      using world = worldOf(platform);
      const job = platform.attach(world.host, join(world.temp, 'elsewhere'));
      expect(job).toMatchObject({ folder: join(world.temp, 'elsewhere'), folderOf: 'job' });
    });

    test('what is remembered is recalled by the step that comes after, the last of it', () => {
      using world = worldOf(platform);
      const job = platform.attach(world.host);
      job.remember('first');
      job.remember('second\nline');
      expect(platform.attach(world.next(env(world.temp)).host).recall()).toBe(
        remembers ? 'second\nline' : undefined,
      );
      expect(platform.attach(world.host).recall()).toBeUndefined();
    });

    test('variables are told all or none', async () => {
      using world = worldOf(platform);
      const job = platform.attach(world.host);
      world.host.files.makePrivateFolder(job.folder);
      const before = variables(world, job);
      const error = await failureOf(() => {
        job.exportVariables({ A: 'fine', B: 'hunter2\0' });
      });
      expect(error).toMatchObject({ name: 'CredsError' });
      expect(everythingIn(error)).not.toContain('hunter2');
      expect(variables(world, job)).toEqual(before);
      job.exportVariables({ A: 'fine' });
      job.exportVariables({ B: 'too' });
      const after = JSON.stringify(variables(world, job));
      expect([after.includes('fine'), after.includes('too')]).toEqual([true, true]);
    });

    test('every mask is one command of its own where it is heard, and nothing anywhere else', () => {
      using world = worldOf(platform);
      platform.attach(world.host).mask(['s3cret-one', 's3cret::two', '%0A three']);
      const found = world
        .printed()
        .split('\n')
        .flatMap((line) => parseWorkflowCommand(line, new Set(['add-mask'])) ?? []);
      if (masks) expect(found.map(({ data }) => data)).toEqual(['s3cret-one', 's3cret::two', '%0A three']);
      else expect([world.printed(), world.printedErrors()]).toEqual(['', '']);
    });

    test('no text for people can command the runner', () => {
      using world = worldOf(platform);
      const job = platform.attach(world.host);
      for (const level of ['debug', 'info', 'warning', 'error'] as const)
        job.tell(level, 'x\n::add-mask::y\r\n##[set-output name=a]b\u001b[2K\r::error::z');
      const commands = (world.printed() + world.printedErrors())
        .split(/[\r\n]/)
        .flatMap(
          (line) =>
            parseWorkflowCommand(line, new Set(['add-mask', 'set-output', 'debug', 'warning', 'error'])) ??
            [],
        );
      expect(commands.map(({ name: command }) => command)).toEqual(
        name === 'github-actions' ? ['debug', 'warning', 'error'] : [],
      );
    });

    test('erases no file that is not a left-over of its own', () => {
      using world = worldOf(platform);
      const job = platform.attach(world.host);
      job.eraseCommandFiles(['/etc/passwd', `${world.temp}/x`, ...job.commandFiles()]);
      expect(world.journal.filter((deed) => deed.startsWith('erase'))).toEqual([]);
    });
  },
);
