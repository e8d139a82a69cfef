// The places that a job's steps rely on are not there, or not where they belong: RUNNER_TEMP, GITHUB_ENV, the action's own files.
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { realFiles } from '../../src/entry/files.ts';
import { startScene, type Scene } from '../support/scene.ts';
import type { Run, World } from '../support/world.ts';

const refusal = { code: 'input-invalid', message: expect.stringContaining('RUNNER_TEMP') };
const unusable = [
  ['empty', ''],
  ['relative', 'relative/temp'],
  ['longer than a path can be', `/${'x/'.repeat(50_000)}`],
] as const;

describe.each(unusable)('RUNNER_TEMP %s', (_, temp) => {
  test('main is refused before anything is asked for', async () => {
    await using scene = await startScene();
    const main = scene.main({ temp });
    await expect(main).rejects.toMatchObject(refusal);
    await expect(main).rejects.toThrow(expect.not.stringContaining('x/x/'));
    expect(scene.server.requests).toEqual([]);
  });

  test('`revoke/` does not take it for a job that owes nothing', async () => {
    await using scene = await startScene();
    using world = scene.world({ temp });
    await expect(world.revoke({})).rejects.toMatchObject(refusal);
  });

  test('post gives back what its state says all the same, and tells', async () => {
    await using it = await borrowed();
    using later = it.scene.world({ temp });
    const post = await later.post(it.main);
    expect(post.exitCode).toBe(0);
    expect(it.scene.lender.alive).toEqual([]);
    expect(post.annotations.map(({ level, message }) => [level, message])).toEqual([
      ['warning', expect.stringContaining('RUNNER_TEMP holds no absolute path')],
    ]);
  });
});

test('RUNNER_TEMP in which nothing can be written: nothing was asked for, and nothing else is said', async () => {
  await using scene = await startScene();
  const main = await scene.main({ temp: '/dev/null' });
  expect(main.exitCode).toBe(70);
  expect(main.annotations[0]?.message).toContain('Nothing was asked for.');
  expect(main.log).not.toContain('given back');
  expect(scene.server.requests).toEqual([]);
});

describe('variables that `revoke/` cannot blank', () => {
  test.each([
    ['it is told, by their names, and what is owed is given back', 'false', 0],
    ['and where the workflow wants that, it fails', 'true', 1],
  ])('%s', async (_, fails, exitCode) => {
    await using it = await borrowed({ 'fail-on-revoke-error': fails });
    using later = it.scene.world({
      temp: it.world.temp,
      files: {
        append: (path, text, synced) => {
          if (path.includes('set_env')) throw new Error('no space left on device');
          realFiles.append(path, text, synced);
        },
      },
    });
    const run = await later.revoke({});
    expect(run.exitCode).toBe(exitCode);
    expect(it.scene.lender.alive).toEqual([]);
    expect(run.annotations[0]).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(/EPHEMERAL_TOKEN could not be blanked/),
    });
    expect(run.log.includes('[revoke-failed]')).toBe(fails === 'true');
  });
});

describe('files of the action that are gone', () => {
  const gone = Object.assign(new Error('Cannot find module ./x.cjs'), { code: 'MODULE_NOT_FOUND' });

  test('the door of `revoke/` tells it', async () => {
    await using scene = await startScene();
    await using job = scene.job();
    // Beside the door in the sources there is no core.
    const run = await job.step(resolve('src/entry/doors/revoke.cjs'), { inputs: { 'lease-ids': 'all' } });
    expect(run.exitCode).toBe(1);
    expect(run.annotations[0]?.message).toMatch(
      /missing or damaged, so nothing was given back.*revoke-failed/,
    );
    expect(run.rawLog).not.toContain('    at ');
  });

  test('`revoke/` tells it of one that it needs later, and calls nothing a defect', async () => {
    await using it = await borrowed();
    const list = (): never => {
      throw gone;
    };
    using later = it.scene.world({ temp: it.world.temp, files: { list } });
    const run = await later.revoke({});
    expect(run.exitCode).toBe(1);
    expect(run.annotations[0]?.message).toMatch(/^Files of this action are missing\.\n.*\n\[revoke-failed\]/);
  });

  test('post tells it beside what lives on', async () => {
    await using it = await borrowed();
    const state = { ledger: (it.main.state['ledger'] ?? '').replace('"caCert":""', '"caCert":"/x.pem"') };
    const read = (): never => {
      throw gone;
    };
    using later = it.scene.world({ temp: it.world.temp, files: { read } });
    const post = await later.post({ state });
    expect(post.annotations[0]?.message).toMatch(/lives until .* Files of this action are missing\.$/);
  });
});

interface Borrowed extends AsyncDisposable {
  readonly scene: Scene;
  readonly world: World;
  readonly main: Run;
}

async function borrowed(inputs: Readonly<Record<string, string>> = {}): Promise<Borrowed> {
  const scene = await startScene();
  const world = scene.world();
  const main = await world.main(scene.inputs(inputs));
  return {
    scene,
    world,
    main,
    [Symbol.asyncDispose]: () => {
      world[Symbol.dispose]();
      return scene[Symbol.asyncDispose]();
    },
  };
}
