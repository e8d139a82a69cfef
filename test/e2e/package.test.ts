import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let project: string;
let tarball: string;

/** npm as a user has it: without what our own `npm test` tells its children, and without asking any registry. */
function run(words: readonly string[], cwd: string): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const [command = '', ...args] = words;
  return execFileSync(command, args, { cwd, env: { ...env, npm_config_offline: 'true' }, encoding: 'utf8' });
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  execFileSync(process.execPath, [join(root, 'scripts/package.ts')]);
  const [packed] = JSON.parse(
    run(['npm', 'pack', '--json', '--pack-destination', folder, join(root, 'build/npm')], folder),
  ) as { filename: string }[];
  tarball = join(folder, packed?.filename ?? '');
  project = join(folder, 'project');
  mkdirSync(project);
  run(['npm', 'init', '--yes'], project);
  run(['npm', 'install', '--no-audit', '--no-fund', tarball], project);
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('what is published is less than 5 MB to fetch, and brings nothing else along', () => {
  expect(statSync(tarball).size).toBeLessThan(5_000_000);
  expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'ephemeral-creds',
  ]);
});

test('npx runs the command line, of the version that was published', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(run(['npx', '--no', '--', 'ephemeral-creds', '--version'], project).trim()).toBe(version);
});

test('it has the broker, and what the broker needs, beside it', () => {
  const said = run(['npx', '--no', '--', 'ephemeral-creds', 'broker', 'run', '--help'], project);
  expect(said).toContain('broker run');
  const inside = join(project, 'node_modules/ephemeral-creds');
  for (const name of readdirSync(join(root, 'dist/broker')))
    expect([name, sha256(join(inside, 'dist/broker', name))]).toEqual([
      name,
      sha256(join(root, 'dist/broker', name)),
    ]);
});
