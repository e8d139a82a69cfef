import { describe, expect, test } from '@jest/globals';
import { catalogued, checkout, jobs } from './scene.ts';

const id = (name: string, folder = 'shop'): object =>
  expect.objectContaining({ name, repository: `git.example/octo-org/${folder}` });
const before = catalogued(checkout('shop', jobs.static('deploy') + jobs.static('npm', 'OLD_KEY')));

describe('compared with an earlier run', () => {
  test('the same is no change', async () => {
    const last = await before;
    const now = await catalogued(checkout('shop', jobs.static('deploy') + jobs.static('npm', 'OLD_KEY')), {
      since: last,
    });
    expect(now.since).toMatchObject({
      new: [],
      gone: [],
      moved: [],
      unseen: [],
      migrated: { before: 0, after: 0 },
    });
  });

  test('tells what is new, gone and moved, and the progress', async () => {
    const files = checkout(
      'shop',
      jobs.borrowing('npm') + jobs.static('other') + jobs.static('x', 'NEW_KEY'),
    );
    const { since } = await catalogued(files, { since: await before });
    expect(since).toMatchObject({
      generatedAt: '2026-11-21T12:00:00.000Z',
      new: [id('NEW_KEY')],
      gone: [id('OLD_KEY')],
      moved: [{ name: 'AWS_KEY', from: [{ job: 'deploy' }], to: [{ job: 'other' }] }],
      jobs: { before: { static: 2, shortLived: 0 }, after: { static: 2, shortLived: 1 } },
      migrated: { before: 0, after: 33 },
    });
  });

  test('lines that shift move nothing', async () => {
    const files = checkout(
      'shop',
      `\n\n${jobs.neither('first')}${jobs.static('npm', 'OLD_KEY')}${jobs.static('deploy')}`,
    );
    expect((await catalogued(files, { since: await before })).since).toMatchObject({
      new: [],
      gone: [],
      moved: [],
    });
  });

  test('what was not read is not gone: a repository that is not there, a file that is broken', async () => {
    const other = await catalogued(checkout('other', jobs.neither('a')), { since: await before });
    expect(other.since).toMatchObject({ gone: [], unseen: [id('AWS_KEY'), id('OLD_KEY')], repositories: [] });
    const files = checkout('shop', '');
    const broken = { ...files, 'shop/.github/workflows/ci.yml': 'on: [push\njobs: }{' };
    const { since, complete } = await catalogued(broken, { since: await before });
    expect(complete).toBe(false);
    expect(since).toMatchObject({ gone: [], unseen: [id('AWS_KEY'), id('OLD_KEY')] });
  });

  test('progress is of the repositories that both runs have read', async () => {
    const files = { ...checkout('shop', jobs.borrowing('deploy')), ...checkout('other', jobs.static('a')) };
    const { since } = await catalogued(files, { since: await before });
    expect(since).toMatchObject({
      repositories: ['git.example/octo-org/shop'],
      migrated: { before: 0, after: 100 },
      new: [id('AWS_KEY', 'other')],
      gone: [id('AWS_KEY'), id('OLD_KEY')],
    });
  });

  test('a run that was compared itself can be compared with', async () => {
    const files = checkout('shop', jobs.static('deploy'));
    const second = await catalogued(files, { since: await before });
    expect((await catalogued(files, { since: second })).since).toMatchObject({ new: [], gone: [] });
  });

  test.each([
    ['no JSON', 'on: push', 'is no JSON'],
    ['another JSON', '{"version":1}', 'is no catalogue'],
    ['null', 'null', 'is no catalogue'],
    [
      'a newer version',
      '{"kind":"ephemeral-creds/gate-catalogue","version":2}',
      'version 2; this ephemeral-creds reads version 1',
    ],
    [
      'half of one',
      '{"kind":"ephemeral-creds/gate-catalogue","version":1}',
      'is no sound catalogue: generatedAt',
    ],
  ])('a file that is %s is refused', async (_, text, message) => {
    const run = catalogued(checkout('shop', jobs.static('deploy')), { since: text });
    await expect(run).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining(message),
    });
  });
});
