import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { gateCheck } from '../../../src/cli/commands/gate-check.ts';
import type { GateEnd } from '../../../src/entry/gate-verb.ts';
import { check } from '../../../src/entry/gate-verbs/check.ts';
import { reportFormats } from '../../../src/gate/reports/registry.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'gate-check-')));
  const step = '{ run: npm publish, env: { NODE_AUTH_TOKEN: "${{ secrets.RELEASE }}" } }';
  writeFileSync(at('bad.yml'), `on: push\njobs: { a: { steps: [ ${step} ] } }\n`);
  writeFileSync(at('good.yml'), 'on: push\njobs: { a: { steps: [ { run: make } ] } }\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);
const written = (): string[] => readdirSync(folder).filter((name) => !name.endsWith('.yml'));

async function run(...words: readonly string[]): Promise<GateEnd> {
  const does = check.read(words);
  if (does === undefined) throw new Error('these words are not understood');
  return does();
}

describe('--report', () => {
  test('writes each file besides what is printed, and the status is what was found', async () => {
    const words = ['--report', `sarif=${at('a.sarif')}`, '--report', `code-quality=${at('b=c.json')}`];
    const bad = await run(at('bad.yml'), ...words);
    expect(bad).toMatchObject({ status: 1, problems: '', out: expect.stringContaining('EO104') });
    expect(written().sort()).toEqual(['a.sarif', 'b=c.json']);
    expect(JSON.parse(readFileSync(at('a.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect((await run(at('good.yml'), ...words)).status).toBe(0);
    expect(JSON.parse(readFileSync(at('b=c.json'), 'utf8'))).toEqual([]);
  });

  test('what cannot be written ends with 2 and says so; the others are written, and no half file is left', async () => {
    mkdirSync(at('taken'));
    const words = ['json=' + at('taken'), 'text=' + at('no/such/folder.txt'), 'summary=' + at('a.md')];
    const end = await run(at('good.yml'), ...words.flatMap((word) => ['--report', word]));
    expect(end.status).toBe(2);
    expect(end.problems?.split('\n')).toEqual([
      `The report ${at('taken')} cannot be written: there is something that is no file.`,
      `The report ${at('no/such/folder.txt')} cannot be written: ENOENT.`,
      '',
    ]);
    expect(written().sort()).toEqual(['a.md', 'taken']);
    expect(readdirSync(at('taken'))).toEqual([]);
  });

  test('a report that is there stays as it was until the new one is whole', async () => {
    // A file that another name means, too, is replaced under this name only: nobody reads half of it.
    writeFileSync(at('old.json'), 'old');
    symlinkSync(at('old.json'), at('link.json'));
    await run(at('good.yml'), '--report', `json=${at('link.json')}`);
    expect(JSON.parse(readFileSync(at('old.json'), 'utf8'))).toMatchObject({ findings: [] });
    expect(written().sort()).toEqual(['link.json', 'old.json']);
  });

  test('nothing is left behind where the file is written and cannot take its place', async () => {
    const end = await run(at('good.yml'), '--report', `json=${at('a.json')}/`);
    expect(end).toMatchObject({ status: 2, problems: expect.stringContaining('cannot be written') });
    expect(written()).toEqual([]);
  });

  test('a pipe in its place is not replaced by a file', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    const end = await run(at('good.yml'), '--report', `json=${at('pipe')}`);
    expect(end.status).toBe(2);
  });

  test.each(['sarif', 'sarif=', '=a.sarif', 'pdf=a.pdf'])('%s is none', (word) => {
    expect(check.read(['--report', word])).toBeUndefined();
  });
});

test('the command line proposes the formats that there are', () => {
  const format = gateCheck.flags?.find(({ name }) => name === 'format');
  expect(format?.completes).toEqual(Object.keys(reportFormats));
  for (const name of Object.keys(reportFormats)) {
    expect(format?.text).toContain(`\`${name}\``);
    expect(check.read(['--format', name])).toBeDefined();
  }
});
