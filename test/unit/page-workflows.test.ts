// What README, tutorial and how-to pages show of GitHub workflows, whole or in part, is what GitHub's own language service takes.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const pages = execFileSync('git', [
  'ls-files',
  '-co',
  '--exclude-standard',
  'README.md',
  'docs/how-to',
  'docs/tutorial',
])
  .toString()
  .split('\n')
  .filter((name) => name.endsWith('.md'));

/** The block, and around it what a page leaves out; undefined where it is no workflow. */
function asWorkflow(block: string): string | undefined {
  const value: unknown = parse(block, { logLevel: 'error' });
  const inner = (spaces: number): string => block.replaceAll(/^(?=.)/gm, ' '.repeat(spaces));
  const job = 'on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n';
  if (Array.isArray(value))
    return value.some((step) => 'uses' in Object(step)) ? `${job}    steps:\n${inner(6)}` : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if ('jobs' in value) return 'on' in value ? block : `on: push\n${block}`;
  return 'steps' in value ? job + inner(4) : undefined;
}

interface Shown {
  readonly page: string;
  readonly text: string;
}

const shown = pages.flatMap((page): Shown[] =>
  [...readFileSync(page, 'utf8').matchAll(/^( *)```yaml\n(.*?)^\1```$/gms)].flatMap(
    ([, indent = '', block = '']) => {
      const text = asWorkflow(block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
      return text === undefined ? [] : [{ page, text }];
    },
  ),
);

test('the workflows of the pages have no findings', () => {
  expect(new Set(shown.map(({ page }) => page)).size).toBeGreaterThan(12);
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  try {
    const files = shown.map(({ page, text }, index) => {
      const file = join(folder, `${String(index)}-${page.replaceAll('/', '-')}.yml`);
      writeFileSync(file, text);
      return file;
    });
    const said = spawnSync(process.execPath, ['scripts/check-workflows.ts', ...files], { encoding: 'utf8' });
    expect(said.stderr.replaceAll(`${folder}/`, '')).toBe('');
    expect(said.stdout).toBe(`${String(files.length)} files checked, 0 findings.\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
