import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tellCatalogue, type CatalogueWords } from '../../../src/entry/gate-catalogue.ts';
import { checkout, jobs } from '../gate/catalogue/scene.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function told(words: Partial<CatalogueWords> = {}): ReturnType<typeof tellCatalogue> {
  const nothing = { output: undefined, since: undefined };
  return tellCatalogue({
    paths: [folder],
    format: 'json',
    ...nothing,
    generatedAt: '2026-11-21T12:00:00Z',
    ...words,
  });
}

const shop = checkout('shop', jobs.static('deploy'));

describe('gate catalogue ends', () => {
  const waiver = (rule: string): string =>
    `waivers:\n  - { rule: ${rule}, owner: a, reason: b, ticket: C-1, expires: 2026-12-31 }\n`;

  test.each<[string, Record<string, string>, number]>([
    ['with 0 when nothing static is in use', checkout('shop', jobs.borrowing('deploy')), 0],
    ['with 1 when a static secret is', shop, 1],
    ['with 0 when it is waived', { ...shop, 'shop/.ephemeral-creds.yml': waiver('EO101') }, 0],
    [
      'with 0 when the repository only reports',
      { ...shop, 'shop/.ephemeral-creds.yml': 'mode: report\n' },
      0,
    ],
    ['with 2 when a file cannot be read', { ...shop, 'shop/.github/workflows/bad.yml': 'on: [' }, 2],
    ['with 2 when a policy cannot be read', { ...shop, 'shop/.ephemeral-creds.yml': 'mode: off\n' }, 2],
  ])('%s', async (_, files, status) => {
    write(files);
    const end = await told();
    expect(end.status).toBe(status);
    expect(end.problems === '').toBe(status !== 2);
  });

  test('with 2 when one of the paths is not there, and says which', async () => {
    write(shop);
    const end = await told({ paths: [folder, join(folder, 'nowhere')] });
    expect(end).toMatchObject({ status: 2, problems: expect.stringContaining('nowhere') });
    expect(end.out).toContain('AWS_KEY');
  });
});

describe('the moment of a catalogue', () => {
  test.each(['yesterday', '2026-13-01', '2026-11-21T12:00', '20261121', '99999-01-01'])(
    'is not %s',
    async (generatedAt) => {
      await expect(told({ generatedAt })).rejects.toMatchObject({ code: 'input-invalid' });
    },
  );

  test('is written in UTC', async () => {
    write(shop);
    const { out } = await told({ generatedAt: '2026-11-21T13:00:00+01:00' });
    expect(JSON.parse(out)).toMatchObject({ generatedAt: '2026-11-21T12:00:00.000Z' });
  });
});

describe('a file of a catalogue', () => {
  test('is written whole, replaces the last one, and can be compared with', async () => {
    write(shop);
    const output = join(folder, 'catalogue.json');
    await told({ output });
    const end = await told({ output, since: output });
    expect(end.out).toBe('');
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ since: { new: [], gone: [] } });
    expect(readdirSync(folder).sort()).toEqual(['catalogue.json', 'shop']);
  });

  test('is not written where something else is, or nothing can be', async () => {
    write(shop);
    for (const output of [join(folder, 'shop'), join(folder, 'nowhere', 'x.json')])
      await expect(told({ output })).rejects.toMatchObject({
        message: expect.stringContaining('cannot be written'),
      });
    expect(readdirSync(folder)).toEqual(['shop']);
  });

  test('stays as it was when the run fails', async () => {
    write({ ...shop, 'last.json': 'mine' });
    await expect(
      told({ output: join(folder, 'last.json'), since: join(folder, 'last.json') }),
    ).rejects.toThrow();
    expect(readFileSync(join(folder, 'last.json'), 'utf8')).toBe('mine');
  });
});

test('an unknown format is refused with those that there are', async () => {
  await expect(told({ format: 'pdf' })).rejects.toMatchObject({ hint: expect.stringContaining('`html`') });
});

test('an earlier run that is not there is an error, and not an empty one', async () => {
  write(shop);
  await expect(told({ since: join(folder, 'no.json') })).rejects.toMatchObject({
    message: expect.stringContaining('There is no file'),
  });
});

test('no link in a repository leads out of it', async () => {
  write({ ...shop, 'secret.yml': 'mode: hunter2-hunter2\n' });
  symlinkSync(join(folder, 'secret.yml'), join(folder, 'shop/.ephemeral-creds.yml'));
  const end = await told({ paths: [join(folder, 'shop')] });
  expect(end.status).toBe(1);
  expect(JSON.stringify(end)).not.toContain('hunter2');
});
