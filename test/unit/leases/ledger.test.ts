import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { draftName } from '../../../src/domain/draft.ts';
import type { Intent } from '../../../src/domain/intent.ts';
import type { Job } from '../../../src/domain/job.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { agentSocket } from '../../../src/leases/agent-socket.ts';
import { closeIntent, entryPath, listIntents, settleIntent, withKept } from '../../../src/leases/ledger.ts';
import { newIntentId, openIntent, recordLeases } from '../../../src/leases/opening.ts';
import { entry, handle } from '../../support/client/entries.ts';
import { clientWorld, type ClientWorld } from '../../support/client/world.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const opened = entry({ leases: [], variables: [] });
const secrets = [new Secret(handle)];

function open(world: ClientWorld): string {
  openIntent(opened, secrets, world);
  return entryPath(world.job, opened.id);
}

describe('a state that is too long for one variable of a process', () => {
  const long = 'x'.repeat(40_000);
  const later = entry({ variables: ['TOKEN'], files: ['/t/0123456789abcdef/file'] });

  test.each<readonly [string, Partial<Intent>]>([
    ['a variable that another step has set', { pointers: [{ name: 'NETRC', value: '/ours', after: long }] }],
    [
      'an entry that another step has made up',
      { pointers: [{ name: 'NETRC', value: '/ours', after: '', behind: [long] }] },
    ],
    ['thousands of such entries', { before: Array.from({ length: 3000 }, () => '00000000000000aa') }],
  ])('goes without what only leads tools back: %s', (_, more) => {
    using world = clientWorld();
    const path = open(world);
    recordLeases({ ...later, ...more }, world);
    expect(JSON.parse(world.next().job.recall() ?? '')).toEqual(later);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(later);
  });

  test('is refused where what is owed is itself too long; what was there before stays', () => {
    using world = clientWorld();
    open(world);
    expect(() => {
      recordLeases({ ...later, files: [long] }, world);
    }).toThrow(expect.objectContaining({ code: 'delivery-failed' }));
    expect(JSON.parse(world.next().job.recall() ?? '')).toEqual(opened);
  });

  test('one that fits is as it is, and what lies in our file alone does not count', () => {
    using world = clientWorld();
    const path = open(world);
    const whole = { ...later, kept: { token: long }, before: ['00000000000000aa'] };
    recordLeases(whole, world);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(whole);
    expect(JSON.parse(world.next().job.recall() ?? '')).toMatchObject({ before: whole.before, kept: {} });
  });
});

describe('what will be owed', () => {
  test('C25 is hidden first, then in our file, then in the platform’s state', () => {
    using world = clientWorld();
    open(world);
    expect(world.journal).toEqual([
      'print ::add-mask::hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh',
      'create 0123456789abcdef.json',
      'append GITHUB_STATE',
    ]);
  });

  test('lies in a file for the owner alone, in a folder for the owner alone', () => {
    using world = clientWorld();
    const path = open(world);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(world.job.folder).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(opened);
  });

  test('is the same in the platform’s state', () => {
    using world = clientWorld();
    open(world);
    expect(JSON.parse(world.next().job.recall() ?? '')).toEqual(opened);
  });

  test.each<readonly [string, (world: ClientWorld) => void]>([
    [
      'a folder that others may read',
      ({ job }) => {
        mkdirSync(job.folder);
        chmodSync(job.folder, 0o755);
      },
    ],
    [
      'a link in the folder’s place',
      ({ job, temp }) => {
        mkdirSync(join(temp, 'elsewhere'), { mode: 0o700 });
        symlinkSync(join(temp, 'elsewhere'), job.folder);
      },
    ],
    [
      'a file in the folder’s place',
      ({ job }) => {
        writeFileSync(job.folder, '');
      },
    ],
    [
      'an entry of the same name',
      ({ job }) => {
        mkdirSync(job.folder, { mode: 0o700 });
        writeFileSync(entryPath(job, opened.id), '{}');
      },
    ],
    [
      'a link of the same name',
      ({ job, temp }) => {
        mkdirSync(job.folder, { mode: 0o700 });
        symlinkSync(join(temp, 'elsewhere'), entryPath(job, opened.id));
      },
    ],
  ])('is not written through %s; nothing is asked for then', async (_, prepare) => {
    using world = clientWorld();
    prepare(world);
    const error = await failureOf(() => open(world));
    expect(error).toMatchObject({ code: 'delivery-failed' });
    expect(everythingIn(error)).not.toContain(handle);
    expect(world.told('GITHUB_STATE')).toEqual({});
    expect(existsSync(join(world.temp, 'elsewhere', `${opened.id}.json`))).toBe(false);
  });

  test('has a name of 16 random hex digits', () => {
    const ids = Array.from({ length: 50 }, newIntentId);
    expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(50);
  });
});

describe('what is owed', () => {
  test('replaces what would be owed, in both places, in one step each', () => {
    using world = clientWorld();
    const path = open(world);
    recordLeases(entry(), world);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(entry());
    expect(JSON.parse(world.next().job.recall() ?? '')).toEqual(entry());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(world.job.folder)).toEqual(['0123456789abcdef.json']);
  });

  test('is forgotten when nothing is owed any more; twice is no error', () => {
    using world = clientWorld();
    const path = open(world);
    closeIntent(opened.id, world);
    closeIntent(opened.id, world);
    expect(existsSync(path)).toBe(false);
  });
});

describe('the list of entries', () => {
  test('names an agent at the entry’s own socket and at no other, since each is ended and what it holds wiped', () => {
    using world = clientWorld();
    const { folder } = world.job;
    const own = agentSocket(folder, opened.id);
    mkdirSync(folder, { mode: 0o700 });
    const named = (socket: string): unknown => {
      writeFileSync(entryPath(world.job, opened.id), JSON.stringify(entry({ agent: { socket } })), {
        mode: 0o600,
      });
      return listIntents(world).map(({ agent }) => agent);
    };
    expect(named(own)).toEqual([{ socket: own }]);
    for (const other of [
      agentSocket(folder, 'fedcba9876543210'),
      join(world.temp, 'agent.sock'),
      '/run/user/agent',
    ])
      expect(named(other)).toEqual([undefined]);
  });

  test('is empty where there is no folder', () => {
    using world = clientWorld();
    expect(listIntents(world)).toEqual([]);
  });

  test('has each entry that is one of ours', () => {
    using world = clientWorld();
    const second = entry({ id: 'fedcba9876543210' });
    openIntent(opened, secrets, world);
    openIntent(second, secrets, world);
    expect(listIntents(world)).toEqual([opened, second]);
  });

  test.each<readonly [string, string, string]>([
    ['that is no JSON', '1111111111111111.json', '{'],
    ['under another name than its own', '1111111111111111.json', JSON.stringify(entry())],
    ['whose name is no entry’s', 'notes.json', JSON.stringify(entry({ id: 'notes' }))],
    [
      'that lacks a member',
      '1111111111111111.json',
      JSON.stringify({ ...entry({ id: '1111111111111111' }), debt: undefined }),
    ],
    [
      'of more than 256 KiB',
      '1111111111111111.json',
      JSON.stringify(entry({ id: '1111111111111111', audience: 'x'.repeat(256 * 1024) })),
    ],
  ])('leaves out a file %s', (_, name, text) => {
    using world = clientWorld();
    open(world);
    writeFileSync(join(world.job.folder, name), text, { mode: 0o600 });
    expect(listIntents(world)).toEqual([opened]);
  });

  test('leaves out what another user may have put there: it would say what we erase, and to whom we speak', () => {
    using world = clientWorld();
    openIntent({ ...opened, id: '1111111111111111' }, secrets, world);
    chmodSync(entryPath(world.job, '1111111111111111'), 0o644);
    expect(listIntents(world)).toEqual([]);
  });

  test('leaves out folders and dangling links of an entry’s name', () => {
    using world = clientWorld();
    open(world);
    mkdirSync(join(world.job.folder, '1111111111111111.json'));
    symlinkSync('/nowhere/at/all', join(world.job.folder, '2222222222222222.json'));
    expect(listIntents(world)).toEqual([opened]);
  });

  test('believes no file about files of others: another step could have written it', () => {
    using world = clientWorld();
    const inside = join(world.job.folder, opened.id, 'aws-credentials');
    const files = [
      inside,
      '/etc/passwd',
      join(world.job.folder, opened.id, '..', '..', 'x'),
      `${world.job.folder}/${opened.id}/a/b`,
      world.temp,
    ];
    openIntent({ ...opened, files, commandFiles: ['/etc/hosts'] }, secrets, world);
    expect(listIntents(world)).toEqual([{ ...opened, files: [inside], commandFiles: [] }]);
  });
});

describe('what is kept for a server that takes nothing but the credential', () => {
  const kept = { token: 'kept-credential-value' };
  const owed = entry({ kept });

  test('L38 lies in our file and never in the platform’s state', () => {
    using world = clientWorld();
    const path = open(world);
    recordLeases(owed, world);
    expect(readFileSync(path, 'utf8')).toContain(kept.token);
    expect(world.next().job.recall()).not.toContain(kept.token);
  });

  test('is found again by post, which takes nothing else from the file', async () => {
    using world = clientWorld();
    const path = open(world);
    recordLeases(owed, world);
    const changed = { ...owed, debt: { url: 'https://evil.example' }, leases: [] };
    writeFileSync(path, JSON.stringify(changed));
    expect(await withKept({ ...owed, kept: {} }, world)).toEqual(owed);
  });

  test('is empty where the file is gone or no entry of ours', async () => {
    using world = clientWorld();
    const path = open(world);
    writeFileSync(path, '{}');
    expect((await withKept({ ...owed, kept: {} }, world))?.kept).toEqual({});
    closeIntent(owed.id, world);
    expect((await withKept({ ...owed, kept: {} }, world))?.kept).toEqual({});
  });

  test('is gone when it was given back in the middle of the job, and post hears of it', async () => {
    using world = clientWorld();
    const path = open(world);
    recordLeases(owed, world);
    settleIntent(owed, world);
    expect(readFileSync(path, 'utf8')).not.toContain(kept.token);
    expect(listIntents(world)).toEqual([]);
    expect(await withKept({ ...owed, kept: {} }, world)).toBeUndefined();
  });

  test.each<readonly [string, Intent, (job: Job) => Job]>([
    [
      'no post comes',
      owed,
      (job) =>
        Object.fromEntries(Object.entries(job).filter(([name]) => name !== 'hasPost')) as unknown as Job,
    ],
    ['an `exec` had it', { ...owed, owner: { pid: 1, start: '1', space: 'here' } }, (job) => job],
  ])('leaves nothing behind when it was given back where %s', (_, intent, of) => {
    using world = clientWorld();
    open(world);
    recordLeases(intent, world);
    settleIntent(intent, { host: world.host, job: of(world.job) });
    expect(readdirSync(world.job.folder)).toEqual([]);
  });
});

describe('what somebody was killed over before it took the place of the entry’s file', () => {
  const kept = { token: 'kept-credential-value' };
  const owed = entry({ kept });
  const id = opened.id;

  function leaveDraft(world: ClientWorld, content: object, mode = 0o600): string {
    const draft = join(world.job.folder, draftName(`${id}.json`, 'a'.repeat(16)));
    writeFileSync(draft, JSON.stringify(content), { mode });
    chmodSync(draft, mode);
    return draft;
  }

  test('C28 is found by post, which takes what was kept out of it and nothing else', async () => {
    using world = clientWorld();
    open(world);
    leaveDraft(world, { ...owed, debt: { url: 'https://evil.example' }, leases: [] });
    expect(await withKept({ ...opened, kept: {} }, world)).toEqual({ ...opened, kept });
  });

  test.each<readonly [string, (world: ClientWorld) => void]>([
    ['is no entry', (world) => void leaveDraft(world, {})],
    ['is another’s', (world) => void leaveDraft(world, { ...owed, id: 'fedcba9876543210' })],
    ['others could read', (world) => void leaveDraft(world, owed, 0o644)],
    [
      'is a link',
      (world) => {
        const elsewhere = join(world.temp, 'elsewhere');
        writeFileSync(elsewhere, JSON.stringify(owed), { mode: 0o600 });
        symlinkSync(elsewhere, join(world.job.folder, draftName(`${id}.json`, 'a'.repeat(16))));
      },
    ],
  ])('counts for nothing where it %s', async (_, leave) => {
    using world = clientWorld();
    open(world);
    leave(world);
    expect((await withKept({ ...opened, kept: {} }, world))?.kept).toEqual({});
    expect(listIntents(world)).toEqual([opened]);
  });

  test('counts where the platform’s state says what it has to be, and only if it is that', async () => {
    using world = clientWorld();
    const path = open(world);
    recordLeases(owed, world);
    const recalled = JSON.parse(world.next().job.recall() ?? '') as Intent;
    rmSync(path);
    const draft = leaveDraft(world, owed);
    expect((await withKept(recalled, world))?.kept).toEqual(kept);
    rmSync(draft);
    leaveDraft(world, { ...owed, kept: { token: 'of-another-step' } });
    expect((await withKept(recalled, world))?.kept).toEqual({});
  });

  test('that another step has laid there as a folder hinders nobody from forgetting what was given back', () => {
    using world = clientWorld();
    const path = open(world);
    mkdirSync(join(world.job.folder, draftName(`${id}.json`, 'a'.repeat(16)), 'x'), { recursive: true });
    expect(listIntents(world)).toEqual([opened]);
    closeIntent(id, world);
    expect(existsSync(path)).toBe(false);
  });

  test('C28 is what the job owes, for those who look into its folder', () => {
    using world = clientWorld();
    open(world);
    leaveDraft(world, owed);
    expect(listIntents(world)).toEqual([owed]);
  });

  test('is not believed to have been given back: the entry stays as it was', async () => {
    using world = clientWorld();
    open(world);
    recordLeases(owed, world);
    leaveDraft(world, { ...owed, kept: {}, givenBack: true });
    expect(listIntents(world)).toEqual([owed]);
    expect(await withKept({ ...owed, kept: {} }, world)).toEqual(owed);
  });

  test.each([
    ['forgotten', []],
    ['settled', [`${id}.json`]],
  ] as const)('goes when the entry is %s; that of another stays', (how, left) => {
    using world = clientWorld();
    open(world);
    leaveDraft(world, owed);
    const other = draftName('fedcba9876543210.json', 'a'.repeat(16));
    writeFileSync(join(world.job.folder, other), '');
    if (how === 'forgotten') closeIntent(id, world);
    else settleIntent(owed, world);
    expect(readdirSync(world.job.folder).sort()).toEqual([other, ...left]);
  });
});
