import { describe, expect, test } from '@jest/globals';
import { findPlatform, platforms } from '../../src/platforms/registry.ts';
import { clientWorld } from '../support/client/world.ts';
import { parseWorkflowCommand } from '../support/workflow-command.ts';
import { everythingIn, failureOf } from '../support/scan.ts';

/** For every platform: what of the environment gives it away. A new platform is a line. */
const signs: Readonly<Record<string, Record<string, string>>> = {
  'github-actions': { GITHUB_ACTIONS: 'true' },
};

test('every platform of the registry stands here, once', () => {
  expect(platforms.map(({ name }) => name).sort()).toEqual(Object.keys(signs).sort());
});

test('nowhere is no platform, and no platform takes another’s job', async () => {
  expect(await failureOf(() => findPlatform({ HOME: '/root', CI: 'true' }))).toMatchObject({
    code: 'input-invalid',
  });
  for (const [name, env] of Object.entries(signs))
    expect(platforms.filter((platform) => platform.detect(env)).map((platform) => platform.name)).toEqual([
      name,
    ]);
});

describe.each(platforms.map((platform) => [platform.name, platform] as const))(
  'the platform %s',
  (name, platform) => {
    test('attaches without a word, without a file and without a request', () => {
      using world = clientWorld();
      const job = platform.attach(world.host);
      expect(job.platform).toBe(name);
      expect(job.folder.startsWith(world.temp)).toBe(true);
      expect(world.journal).toEqual([]);
    });

    test('what is remembered is recalled by the step that comes after, the last of it', () => {
      using world = clientWorld();
      const job = platform.attach(world.host);
      job.remember('first');
      job.remember('second\nline');
      expect(platform.attach(world.next().host).recall()).toBe('second\nline');
      expect(platform.attach(world.host).recall()).toBeUndefined();
    });

    test('variables and outputs are told all or none', async () => {
      using world = clientWorld();
      const job = platform.attach(world.host);
      const bad = { A: 'fine', B: 'hunter2\0' };
      const tellings = [
        () => {
          job.exportVariables(bad);
        },
        () => {
          job.setOutputs(bad);
        },
      ];
      for (const tell of tellings) {
        const error = await failureOf(tell);
        expect(error).toMatchObject({ name: 'CredsError' });
        expect(everythingIn(error)).not.toContain('hunter2');
      }
      expect([world.told('GITHUB_ENV'), world.told('GITHUB_OUTPUT')]).toEqual([{}, {}]);
    });

    test('every mask is one command of its own', () => {
      using world = clientWorld();
      platform.attach(world.host).mask(['s3cret-one', 's3cret::two', '%0A three']);
      const masks = world
        .printed()
        .split('\n')
        .flatMap((line) => parseWorkflowCommand(line, new Set(['add-mask'])) ?? []);
      expect(masks.map(({ data }) => data)).toEqual(['s3cret-one', 's3cret::two', '%0A three']);
    });

    test('no text for people can command the runner', () => {
      using world = clientWorld();
      const job = platform.attach(world.host);
      for (const level of ['debug', 'info', 'warning', 'error'] as const)
        job.tell(level, 'x\n::add-mask::y\r\n##[set-output name=a]b');
      const commands = world
        .printed()
        .split('\n')
        .flatMap(
          (line) =>
            parseWorkflowCommand(line, new Set(['add-mask', 'set-output', 'debug', 'warning', 'error'])) ??
            [],
        );
      expect(commands.map(({ name: command }) => command)).toEqual(['debug', 'warning', 'error']);
    });

    test('erases no file that is not a left-over of its own', () => {
      using world = clientWorld();
      const job = platform.attach(world.host);
      job.eraseCommandFiles(['/etc/passwd', `${world.temp}/x`, ...job.commandFiles()]);
      expect(world.journal.filter((deed) => deed.startsWith('erase'))).toEqual([]);
    });
  },
);
