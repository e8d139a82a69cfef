import { describe, expect, test } from '@jest/globals';
import type { Catalogue } from '../../../../src/gate/catalogue/catalogue.ts';
import { catalogued, checkout, jobs } from './scene.ts';

const workflow = `on: push\njobs:\n${jobs.static('deploy')}`;
const names = ({ repositories }: Catalogue): string[] => repositories.map(({ name }) => name);

describe('repositories', () => {
  test.each([
    ['https://git.example/octo-org/shop.git', 'git.example/octo-org/shop'],
    ['https://bot:hunter2@Git.Example/octo-org/shop', 'git.example/octo-org/shop'],
    ['https://bot:p@ss/w0rd@git.example/octo-org/shop.git', 'git.example/octo-org/shop'],
    ['https://git.example/octo-org/shop.git?private_token=hunter2', 'git.example/octo-org/shop'],
    ['git@git.example:octo-org/sub/shop.git', 'git.example/octo-org/sub/shop'],
    ['ssh://git@git.example:2222/octo-org/shop.git', 'git.example:2222/octo-org/shop'],
    ['/srv/git/hunter2.git', 'shop'],
    ['file:///srv/git/hunter2.git', 'shop'],
  ])('are called by their origin, without what stands before the host: %s', async (url, name) => {
    const found = await catalogued({
      'shop/.git/config': `[remote "other"]\n\turl = https://git.example/no/no\n[remote "origin"]\n\turl = ${url}\n`,
      'shop/.github/workflows/ci.yml': workflow,
    });
    expect(names(found)).toEqual([name]);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|w0rd/);
  });

  test('are found below a folder, at any depth, and submodules are not by themselves', async () => {
    const found = await catalogued(
      {
        'src/git.example/a/one/.git/HEAD': '',
        'src/git.example/a/one/.github/workflows/ci.yml': workflow,
        'src/git.example/a/one/lib/.git': 'gitdir: ../.git/modules/lib',
        'src/git.example/b/two/.git': 'gitdir: /elsewhere',
      },
      { paths: ['src'] },
    );
    expect(names(found)).toEqual(['one', 'two']);
  });

  test('a folder without history is one, when it has pipeline files', async () => {
    expect(names(await catalogued({ '.github/workflows/ci.yml': workflow }))).toEqual(['src']);
  });

  test('two of one name are told apart', async () => {
    const files = { 'a/shop/.git/HEAD': '', 'b/shop/.git/HEAD': '' };
    expect(names(await catalogued(files))).toEqual(['shop (a/shop)', 'shop (b/shop)']);
  });

  test.each<[string, Record<string, string>, readonly string[], readonly string[], string]>([
    ['is not there', {}, ['nowhere'], [], 'there is no such folder'],
    ['is a file', { 'x.yml': 'a' }, ['x.yml'], [], 'there is no such folder'],
    ['holds nothing of one', { 'docs/a.md': '' }, ['docs'], [], 'this is no checkout'],
    ['cannot be opened', checkout('two', ''), ['two'], ['two'], 'the system says EACCES'],
    [
      'has a folder that cannot be opened',
      checkout('two', ''),
      ['two'],
      ['two/.github'],
      'the system says EACCES',
    ],
    [
      'has a wrong policy',
      { ...checkout('two', ''), 'two/.ephemeral-creds.yml': 'mode: off\n' },
      ['two'],
      [],
      '.ephemeral-creds.yml:1: mode',
    ],
    [
      'has a huge policy',
      { ...checkout('two', ''), 'two/.ephemeral-creds.yml': ' '.repeat(300_000) },
      ['two'],
      [],
      'longer than 256 KiB',
    ],
  ])('one that %s is told, and the others are listed', async (_, files, paths, unreadable, problem) => {
    const all = { ...checkout('one', jobs.static('deploy')), ...files };
    const found = await catalogued(all, { paths: ['one', ...paths], unreadable });
    expect(found).toMatchObject({ complete: false, totals: { repositories: 1, unreadable: 1, secrets: 1 } });
    expect(found.repositories).toContainEqual(
      expect.objectContaining({ problem: expect.stringContaining(problem) }),
    );
  });

  test('a closed folder among checkouts is told, too', async () => {
    const files = { ...checkout('one', jobs.static('deploy')), ...checkout('two', '') };
    expect(await catalogued(files, { unreadable: ['two'] })).toMatchObject({
      complete: false,
      totals: { unreadable: 1 },
    });
  });

  test('a file that cannot be read makes it incomplete until somebody answers for it', async () => {
    const files = { ...checkout('one', jobs.static('deploy')), 'one/.github/workflows/bad.yml': 'on: [' };
    expect(await catalogued(files)).toMatchObject({ complete: false, totals: { secrets: 1, unreadable: 0 } });
    const waiver = 'waivers:\n  - { rule: EO901, owner: a, reason: b, ticket: C-1, expires: 2026-12-31 }\n';
    expect(await catalogued({ ...files, 'one/.ephemeral-creds.yml': waiver })).toMatchObject({
      complete: true,
    });
  });

  test('a script that a job starts is part of the job', async () => {
    const found = await catalogued({
      'one/.git/HEAD': '',
      'one/.gitlab-ci.yml':
        'a:\n  script: [./deploy.sh]\nb:\n  script: [./borrow.sh]\nc:\n  script: [make]\n',
      'one/deploy.sh': '#!/bin/sh\npsql "$DATABASE_URL"\n',
      'one/borrow.sh': '#!/bin/sh\nephemeral-creds exec --role app -- ./deploy\n',
    });
    expect(found.totals.jobs).toEqual({ static: 1, both: 0, shortLived: 1, neither: 1 });
    expect(found.secrets).toEqual([expect.objectContaining({ name: 'DATABASE_URL' })]);
  });
});
