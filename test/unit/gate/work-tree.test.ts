import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkGate } from '../../../src/commands/check-gate.ts';
import { workTree } from '../../../src/entry/work-tree.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-tree-'));
  mkdirSync(join(folder, 'repository/ci'), { recursive: true });
  writeFileSync(join(folder, 'outside.yml'), 'j:\n  script: [docker login -p $P r]\n');
  writeFileSync(join(folder, 'repository/ci/real.yml'), 'j:\n  script: [docker login -p $P r]\n');
  symlinkSync('../../outside.yml', join(folder, 'repository/ci/out.yml'));
  symlinkSync('real.yml', join(folder, 'repository/ci/in.yml'));
  symlinkSync('../..', join(folder, 'repository/ci/up'));
  symlinkSync('loop.yml', join(folder, 'repository/ci/loop.yml'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ['a link out of the repository', 'ci/out.yml', ['EO905']],
  ['a folder that is a link out of it', 'ci/up/outside.yml', ['EO905']],
  ['a link to itself', 'ci/loop.yml', ['EO905']],
  ['a folder', 'ci', ['EO905']],
  ['a link within the repository', 'ci/in.yml', ['EO105', 'EO210']],
  ['a file', 'ci/real.yml', ['EO105', 'EO210']],
])('what a file names is read below its repository alone: %s', async (_, name, expected) => {
  const path = join(folder, 'repository/.gitlab-ci.yml');
  writeFileSync(path, `include: ${name}\n`);
  const { findings } = await checkGate({ paths: [path], policy: undefined }, workTree, new Date(0));
  expect(findings.map(({ rule }) => rule.id)).toEqual(expected);
});
