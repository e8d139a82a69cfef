// Another step has put something else in the place of the ledger's entry, or of its folder.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { gitlabJob, type GitlabJob } from '../support/client/gitlab-job.ts';
import { startScene, type Scene } from '../support/scene.ts';
import { failureOf } from '../support/scan.ts';
import type { Run, World } from '../support/world.ts';

type Plant = (path: string) => void;

const plants: Readonly<Record<string, Plant>> = {
  'a folder': (path) => {
    mkdirSync(path);
  },
  'a folder that holds something': (path) => {
    mkdirSync(join(path, 'theirs'), { recursive: true });
  },
  'a pipe': (path) => {
    execFileSync('mkfifo', [path]);
  },
  'a link to a file': (path) => {
    writeFileSync(`${path}.theirs`, 'theirs');
    symlinkSync(`${path}.theirs`, path);
  },
  'a link to a folder': (path) => {
    mkdirSync(`${path}.theirs`);
    symlinkSync(`${path}.theirs`, path);
  },
  'a link to nothing': (path) => {
    symlinkSync('/nowhere/at/all', path);
  },
  'a file that others can read': (path) => {
    writeFileSync(path, '{}');
    chmodSync(path, 0o644);
  },
  'a file that says something else': (path) => {
    writeFileSync(path, '{"version":1}', { mode: 0o600 });
  },
};

const folderPlants: Readonly<Record<string, Plant>> = {
  'a file in the folder’s place': (folder) => {
    writeFileSync(folder, '');
  },
  'a pipe in the folder’s place': (folder) => {
    execFileSync('mkfifo', [folder]);
  },
  'a link in the folder’s place': (folder) => {
    mkdirSync(`${folder}.theirs`, { mode: 0o700 });
    symlinkSync(`${folder}.theirs`, folder);
  },
};

const entryOf = (folder: string): string =>
  join(folder, readdirSync(folder).find((name) => /^[0-9a-f]{16}\.json$/.test(name)) ?? '');

interface Row {
  readonly name: string;
  /** Puts it in the entry’s place, or in its folder’s. */
  readonly plant: Plant;
  readonly isFolder: boolean;
}

const rows: readonly Row[] = [
  ...Object.entries(plants).map(([name, put]) => ({
    name,
    plant: (path: string) => {
      rmSync(path);
      put(path);
    },
    isFolder: false,
  })),
  ...Object.entries(folderPlants).map(([name, put]) => ({
    name,
    plant: (path: string) => {
      rmSync(dirname(path), { recursive: true });
      put(dirname(path));
    },
    isFolder: true,
  })),
];

async function borrowed(
  more: Readonly<Record<string, string>> = {},
): Promise<{ scene: Scene; world: World; main: Run; path: string } & AsyncDisposable> {
  const scene = await startScene();
  const world = scene.world();
  const main = await world.main(scene.inputs(more));
  expect(main.exitCode).toBe(0);
  const dispose = async (): Promise<void> => {
    world[Symbol.dispose]();
    await scene[Symbol.asyncDispose]();
  };
  const path = entryOf(join(world.temp, 'ephemeral-creds'));
  return { scene, world, main, path, [Symbol.asyncDispose]: dispose };
}

describe.each(rows)('$name', ({ plant }) => {
  test('does not keep post from giving back and telling, nor makes it fail; a warning of its own names the place', async () => {
    await using it = await borrowed();
    plant(it.path);
    const post = await it.world.post(it.main);
    expect(post.exitCode).toBe(0);
    expect(it.scene.lender.alive).toEqual([]);
    expect(post.log).toContain('given back (revoked)');
    expect(post.summary).toContain('given back');
    const [warning] = post.annotations;
    expect(warning).toMatchObject({ level: 'warning', message: expect.stringContaining(it.path) });
    expect(warning?.message).toContain('[ledger-changed] docs/errors/ledger-changed.md');
    expect(post.annotations.filter(({ level }) => level === 'error')).toEqual([]);
    expect(post.env).toEqual({ EPHEMERAL_TOKEN: '' });
  });

  test('ends `revoke/` with an error of its own, also where a lease is named; post gives it back', async () => {
    await using it = await borrowed();
    plant(it.path);
    for (const inputs of [{}, { 'lease-ids': it.main.outputs['lease-ids'] ?? '' }]) {
      const early = await it.world.revoke(inputs);
      expect(early.exitCode).toBe(1);
      expect(early.annotations).toHaveLength(1);
      expect(early.annotations[0]).toMatchObject({
        level: 'error',
        message: expect.stringContaining('[ledger-changed]'),
      });
      expect(early.log).not.toContain('There is nothing to give back');
    }
    expect((await it.world.post(it.main)).exitCode).toBe(0);
    expect(it.scene.lender.alive).toEqual([]);
  });
});

test('what `revoke: false` leaves alive it leaves then, too, and post does not fail', async () => {
  await using it = await borrowed({ revoke: 'false' });
  rmSync(it.path);
  mkdirSync(it.path);
  expect((await it.world.post(it.main)).exitCode).toBe(0);
  expect(it.scene.lender.alive).toHaveLength(1);
});

test('post leaves what another step has put there where it cannot be removed, and nothing is removed through a link', async () => {
  await using it = await borrowed();
  rmSync(it.path);
  mkdirSync(join(it.path, 'theirs'), { recursive: true });
  await it.world.post(it.main);
  expect(existsSync(join(it.path, 'theirs'))).toBe(true);
  await using linked = await borrowed();
  const theirs = join(linked.world.temp, 'theirs');
  writeFileSync(theirs, 'theirs');
  rmSync(linked.path);
  symlinkSync(theirs, linked.path);
  await linked.world.post(linked.main);
  expect(existsSync(theirs)).toBe(true);
  expect(lstatSync(linked.path, { throwIfNoEntry: false })).toBeUndefined();
});

test('an entry that is changed beside a whole one: `revoke/` gives the whole one back first, and by its name without an error', async () => {
  await using it = await borrowed();
  const second = await it.world.main(it.scene.inputs({ role: 'B=deploy' }));
  rmSync(it.path);
  mkdirSync(it.path);
  const named = await it.world.revoke({ 'lease-ids': second.outputs['lease-ids'] ?? '' });
  expect(named).toMatchObject({ exitCode: 0, annotations: [] });
  expect(it.scene.lender.alive).toEqual(JSON.parse(it.main.outputs['lease-ids'] ?? ''));
  const third = await it.world.main(it.scene.inputs({ role: 'C=deploy' }));
  expect(third.exitCode).toBe(0);
  expect((await it.world.revoke({})).exitCode).toBe(1);
  expect(it.scene.lender.alive).toEqual(JSON.parse(it.main.outputs['lease-ids'] ?? ''));
});

test('one that was taken away, or that a killed main wrote half of, is told by nobody: nothing shows that it was another', async () => {
  await using it = await borrowed();
  renameSync(it.path, `${it.path}.away`);
  writeFileSync(join(dirname(it.path), '0123456789abcdef.json'), '{"version":1,', { mode: 0o600 });
  expect((await it.world.revoke({})).exitCode).toBe(0);
  expect(await it.world.post(it.main)).toMatchObject({ exitCode: 0, annotations: [] });
  expect(it.scene.lender.alive).toEqual([]);
});

describe('without a post step', () => {
  const jobs: GitlabJob[] = [];
  afterEach(async () => {
    for (const job of jobs.splice(0)) await job[Symbol.asyncDispose]();
  });

  test.each(rows)(
    '$name ends `revoke` with an error of its own, after all else is given back',
    async (row) => {
      const { plant, isFolder } = row;
      const job = await gitlabJob();
      jobs.push(job);
      await (await job.shell()).login();
      const path = entryOf(job.folder);
      if (!isFolder) await (await job.shell()).login({ role: 'DB=app-ro' });
      plant(path);
      expect(await failureOf(async () => (await job.shell()).revoke())).toMatchObject({
        code: 'ledger-changed',
        exit: 1,
        message: expect.stringContaining(isFolder ? dirname(path) : path),
      });
      expect(job.states()).toEqual(isFolder ? ['active'] : ['active', 'revoked']);
      expect(await failureOf(async () => (await job.shell()).revoke(['lse_1']))).toMatchObject({
        code: 'ledger-changed',
      });
    },
  );

  test('a lease of a whole entry is given back by its name, whatever lies beside it', async () => {
    const job = await gitlabJob();
    jobs.push(job);
    await (await job.shell()).login();
    const path = entryOf(job.folder);
    const { leases } = await (await job.shell()).login({ role: 'DB=app-ro' });
    rmSync(path);
    mkdirSync(path);
    expect(await (await job.shell()).revoke(leases.map(({ id }) => id))).toMatchObject({ failed: false });
    expect(job.states()).toEqual(['active', 'revoked']);
  });
});
