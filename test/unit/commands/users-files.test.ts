import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { usersFiles } from '../../../src/commands/users-files.ts';
import { processHost } from '../../../src/entry/host.ts';
import type { Place } from '../../../src/exporters/exporter.ts';
import { clientWorld, type ClientWorld } from '../../support/client/world.ts';
import { failureOf } from '../../support/scan.ts';

type Users = Pick<Place, 'home' | 'variable' | 'read'> & {
  readonly folder: string;
  readonly outside: string;
};

/** A home folder in the world's own. */
function usersOf(world: ClientWorld, env: Record<string, string | undefined> = {}): Users {
  const [folder, outside] = [join(world.temp, 'home'), join(world.temp, 'home-of-another')];
  for (const path of [folder, outside]) mkdirSync(path);
  return {
    ...usersFiles({ ...world.host, env: { HOME: folder, ...env } }),
    folder,
    outside,
  };
}

const refusal = (read: () => unknown): Promise<unknown> => failureOf(read);

test('a file of the user’s own is read; none is no error', () => {
  using world = clientWorld();
  const { read, folder, home } = usersOf(world);
  writeFileSync(join(folder, '.npmrc'), 'fund=false\n');
  expect([
    home,
    read(join(folder, '.npmrc')),
    read(join(folder, 'none')),
    read(join(folder, 'no/ne')),
  ]).toEqual([folder, 'fund=false\n', undefined, undefined]);
});

test('so is one that a variable names elsewhere, as other actions leave them', () => {
  using world = clientWorld();
  const { read, outside } = usersOf(world);
  writeFileSync(join(outside, '.npmrc'), 'x=1');
  expect(read(join(outside, '.npmrc'))).toBe('x=1');
});

test('a link is followed within the home folder', () => {
  using world = clientWorld();
  const { read, folder } = usersOf(world);
  writeFileSync(join(folder, 'dotfiles'), 'x=1');
  symlinkSync('dotfiles', join(folder, '.npmrc'));
  expect(read(join(folder, '.npmrc'))).toBe('x=1');
});

test('so is a folder that is a link, within the home folder, also where that is a link itself', () => {
  using world = clientWorld();
  const { folder } = usersOf(world);
  mkdirSync(join(folder, 'dotfiles'));
  writeFileSync(join(folder, 'dotfiles', 'config.json'), '{}');
  symlinkSync('dotfiles', join(folder, '.docker'));
  const link = join(world.temp, 'link-to-home');
  symlinkSync(folder, link);
  for (const home of [folder, link]) {
    const { read } = usersFiles({ ...world.host, env: { HOME: home } });
    expect(read(join(home, '.docker', 'config.json'))).toBe('{}');
  }
});

test('a folder that is a link out of the home folder is none of the user’s', async () => {
  using world = clientWorld();
  const { read, folder, outside } = usersOf(world);
  writeFileSync(join(outside, 'config.json'), 's3cret-of-theirs');
  symlinkSync(outside, join(folder, '.docker'));
  const error = await refusal(() => read(join(folder, '.docker', 'config.json')));
  expect(error).toMatchObject({ code: 'delivery-failed' });
  expect(String(error)).not.toContain('s3cret');
});

describe('nothing is guessed: not read, and an error that names the file, is', () => {
  test.each<readonly [string, (at: Users) => void]>([
    [
      'a link that leads out',
      ({ folder, outside }) => {
        writeFileSync(join(outside, 'x'), 's3cret-of-theirs');
        symlinkSync(join(outside, 'x'), join(folder, '.npmrc'));
      },
    ],
    [
      'a link to nothing',
      ({ folder }) => {
        symlinkSync('/nowhere/x', join(folder, '.npmrc'));
      },
    ],
    [
      'a link to itself',
      ({ folder }) => {
        symlinkSync('.npmrc', join(folder, '.npmrc'));
      },
    ],
    [
      'a folder',
      ({ folder }) => {
        mkdirSync(join(folder, '.npmrc'));
      },
    ],
    [
      'a pipe, whose other end nobody holds',
      ({ folder }) => {
        execFileSync('mkfifo', [join(folder, '.npmrc')]);
      },
    ],
    [
      'a file of more than 1 MiB',
      ({ folder }) => {
        writeFileSync(join(folder, '.npmrc'), 's3cret-of-theirs'.repeat(66_000));
      },
    ],
    [
      'bytes that are no text',
      ({ folder }) => {
        writeFileSync(join(folder, '.npmrc'), Buffer.from([0x78, 0xe4, 0x78]));
      },
    ],
  ])('%s', async (_, prepare) => {
    using world = clientWorld();
    const at = usersOf(world);
    prepare(at);
    const error = await refusal(() => at.read(join(at.folder, '.npmrc')));
    expect(error).toMatchObject({ code: 'delivery-failed' });
    expect(String(error)).toContain(join(at.folder, '.npmrc'));
    expect(String(error)).not.toContain('s3cret');
  });

  test('a path that is not absolute', async () => {
    using world = clientWorld();
    expect(await refusal(() => usersOf(world).read('.npmrc'))).toMatchObject({ code: 'delivery-failed' });
  });
});

test('without a home folder that is a path there is none, and no link is followed', async () => {
  using world = clientWorld();
  const { home, read, folder } = usersOf(world, { HOME: 'home' });
  expect(home).toBeUndefined();
  writeFileSync(join(folder, 'x'), 'x');
  symlinkSync('x', join(folder, 'y'));
  expect(read(join(folder, 'x'))).toBe('x');
  expect(await refusal(() => read(join(folder, 'y')))).toMatchObject({ code: 'delivery-failed' });
});

test.each([
  ['is not set', {}],
  ['is empty', { HOME: '', USERPROFILE: '' }],
])('where HOME %s, the user’s home is the one that the system knows', (_, env) => {
  using world = clientWorld();
  const folder = join(world.temp, 'passwd-home');
  mkdirSync(folder);
  writeFileSync(join(folder, '.npmrc'), 'fund=false');
  const users = usersFiles({ ...world.host, env, home: () => folder });
  expect([users.home, users.read(join(folder, '.npmrc'))]).toEqual([folder, 'fund=false']);
});

test('what HOME says goes before what the system knows, even where it is no path', () => {
  using world = clientWorld();
  const home = (): string => '/of/the/system';
  const of = (env: Record<string, string>) => usersFiles({ ...world.host, env, home }).home;
  expect([of({ HOME: '/mine' }), of({ USERPROFILE: '/mine' }), of({ HOME: 'mine' })]).toEqual([
    '/mine',
    '/mine',
    undefined,
  ]);
});

test('a user of whom the system knows nothing has no home folder', () => {
  using world = clientWorld();
  expect(usersFiles({ ...world.host, env: {}, home: () => undefined }).home).toBeUndefined();
  expect(usersFiles({ ...world.host, env: {} }).home).toBeUndefined();
});

test('the process knows the home folder of its user without HOME', () => {
  expect(processHost().home?.()).toBe(userInfo().homedir);
});

test('a folder whose name begins like the home folder’s is outside', async () => {
  using world = clientWorld();
  const { read, folder, outside } = usersOf(world);
  writeFileSync(join(outside, 'x'), 'x');
  symlinkSync(join(outside, 'x'), join(folder, 'x'));
  expect(await refusal(() => read(join(folder, 'x')))).toMatchObject({ code: 'delivery-failed' });
});

test('an empty variable is none', () => {
  using world = clientWorld();
  const { variable } = usersOf(world, { A: '', B: 'b' });
  expect([variable('A'), variable('B'), variable('C')]).toEqual([undefined, 'b', undefined]);
});

test('a file is one of whatever bytes, also behind a link; a folder, and text that is no path, are none', () => {
  using world = clientWorld();
  const file = join(world.temp, 'store.p12');
  writeFileSync(file, Buffer.from([0xff, 0xfe]));
  symlinkSync(file, join(world.temp, 'link'));
  const { isFile } = usersFiles(world.host);
  const paths = [file, join(world.temp, 'link'), world.temp, join(world.temp, 'none'), '{"private_key":"x"}'];
  expect(paths.map(isFile)).toEqual([true, true, false, false, false]);
});
