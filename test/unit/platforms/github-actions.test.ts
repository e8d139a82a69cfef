import { existsSync, readFileSync, writeFileSync, symlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { githubActions } from '../../../src/platforms/github-actions.ts';
import { findPlatform } from '../../../src/platforms/registry.ts';
import { clientWorld } from '../../support/client/world.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

test('it is recognised by the variable that GitHub documents, and by nothing else', async () => {
  expect(await findPlatform({ GITHUB_ACTIONS: 'true' })).toBe(githubActions);
  for (const env of [{}, { CI: 'true' }, { GITHUB_ACTIONS: 'false' }, { GITHUB_ACTIONS: '' }])
    expect(await findPlatform(env)).toMatchObject({ name: 'posix' });
});

test('what is known of the job is in the order in which a person wants it; what is not known is left out', () => {
  using world = clientWorld({ env: { GITHUB_WORKFLOW: 'Deploy', GITHUB_JOB: '' } });
  expect(Object.entries(world.job.facts)).toEqual([
    ['repository', 'octo-org/octo-repo'],
    ['ref', 'refs/heads/main'],
    ['workflow', 'Deploy'],
    ['run', '17000000001'],
  ]);
  expect(world.job.folder).toBe(join(world.temp, 'ephemeral-creds'));
});

describe('output', () => {
  test('starts on a line of its own, once, whatever an earlier process left unfinished', () => {
    using world = clientWorld();
    world.job.mask(['first', 'second']);
    world.job.tell('info', 'text');
    expect(world.printed()).toBe('\n::add-mask::first\n::add-mask::second\ntext\n');
  });

  test('an empty mask is not sent: the runner would warn', () => {
    using world = clientWorld();
    world.job.mask(['', '  ', '\n']);
    expect(world.printed()).toBe('');
  });

  test('an information line can be no command', () => {
    using world = clientWorld();
    world.job.tell('info', '::add-path::/evil\n::stop-commands::x ##[error]y');
    expect(world.printed()).toBe('\n: :add-path: :/evil\n: :stop-commands: :x # [error]y\n');
  });

  test.each([
    ['warning', '\n::warning title=ephemeral-creds::a%0Ab\n'],
    ['error', '\n::error title=ephemeral-creds::a%0Ab\n'],
    ['debug', '\n::debug::a%0Ab\n'],
  ] as const)('a %s is a command', (level, line) => {
    using world = clientWorld();
    world.job.tell(level, 'a\nb');
    expect(world.printed()).toBe(line);
  });
});

describe('command files', () => {
  test('variables, outputs and state are told in one synced write each', () => {
    using world = clientWorld();
    world.job.exportVariables({ A: '1', B: 'x\ny' });
    world.job.setOutputs({ c: '3' });
    world.job.remember('state');
    expect(world.told('GITHUB_ENV')).toEqual({ A: '1', B: 'x\ny' });
    expect(world.told('GITHUB_OUTPUT')).toEqual({ c: '3' });
    expect(world.next().job.recall()).toBe('state');
    expect(world.journal).toEqual(['append GITHUB_ENV', 'append GITHUB_OUTPUT', 'append GITHUB_STATE']);
  });

  test('nothing to tell is nothing written', () => {
    using world = clientWorld();
    world.job.exportVariables({});
    world.job.setOutputs({});
    expect(world.journal).toEqual([]);
  });

  test('a value that cannot be told leaves the file as it was', async () => {
    using world = clientWorld();
    const { job } = world;
    const error = await failureOf(() => {
      job.exportVariables({ GOOD: 'x', BAD: 'hunter2\0' });
    });
    expect(error).toMatchObject({ code: 'credential-unusable' });
    expect(everythingIn(error)).not.toContain('hunter2');
    expect(world.told('GITHUB_ENV')).toEqual({});
  });

  test('delimiters differ from write to write', () => {
    using world = clientWorld();
    world.job.exportVariables({ A: '1' });
    world.job.exportVariables({ B: '2' });
    const text = readFileSync(world.host.env['GITHUB_ENV'] ?? '', 'utf8');
    expect(new Set([...text.matchAll(/<<(ec_[0-9a-f]{32})\n/g)].map(([, mark]) => mark)).size).toBe(2);
  });

  test('C23 a link in a file’s place is not followed', async () => {
    using world = clientWorld();
    const path = world.host.env['GITHUB_ENV'] ?? '';
    const elsewhere = join(world.temp, 'elsewhere');
    writeFileSync(elsewhere, '');
    rmSync(path);
    symlinkSync(elsewhere, path);
    const { job } = world;
    expect(
      await failureOf(() => {
        job.exportVariables({ A: 's3cret' });
      }),
    ).toMatchObject({ code: 'delivery-failed' });
    expect(readFileSync(elsewhere, 'utf8')).toBe('');
  });

  test('a file that the runner did not give is an error that names it', async () => {
    using world = clientWorld({ env: { GITHUB_OUTPUT: '' } });
    const { job } = world;
    expect(
      String(
        await failureOf(() => {
          job.setOutputs({ a: '1' });
        }),
      ),
    ).toContain('GITHUB_OUTPUT');
  });

  test('without a temporary folder there is no job', async () => {
    using world = clientWorld();
    expect(
      String(await failureOf(() => githubActions.attach({ ...world.host, env: { GITHUB_ACTIONS: 'true' } }))),
    ).toContain('RUNNER_TEMP');
  });

  test('where there is no summary nothing is written, and that is no error', () => {
    using world = clientWorld({ env: { GITHUB_STEP_SUMMARY: '' } });
    world.job.summarise('# x');
    expect(world.journal).toEqual([]);
  });
});

describe('C35 command files that an earlier step left behind are erased', () => {
  const uuid = '01234567-89ab-cdef-0123-456789abcdef';

  test('and nothing else', () => {
    using world = clientWorld();
    const folder = join(world.temp, '_runner_file_commands');
    const place = (path: string): string => {
      writeFileSync(path, 's3cret');
      return path;
    };
    const old = ['set_env', 'set_output', 'save_state'].map((name) => place(join(folder, `${name}_${uuid}`)));
    const kept = [
      place(join(folder, `step_summary_${uuid}`)),
      place(join(folder, 'set_env_x')),
      place(join(world.temp, `set_env_${uuid}`)),
      world.host.env['GITHUB_ENV'] ?? '',
    ];
    world.job.eraseCommandFiles([
      ...old,
      ...kept,
      join(folder, '..', '_runner_file_commands', `set_env_${uuid}x`),
    ]);
    expect(old.map(existsSync)).toEqual([false, false, false]);
    expect(kept.map(existsSync)).toEqual([true, true, true, true]);
  });

  test('their names are those of this step’s own', () => {
    using world = clientWorld();
    const { GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE } = world.host.env;
    expect(world.job.commandFiles()).toEqual([GITHUB_ENV, GITHUB_OUTPUT, GITHUB_STATE]);
  });
});
