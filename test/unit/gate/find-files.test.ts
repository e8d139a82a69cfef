import { expect, test } from '@jest/globals';
import { checkGate } from '../../../src/commands/check-gate.ts';
import { planFixes } from '../../../src/commands/fix-gate.ts';
import type { WorkTree } from '../../../src/gate/files/work-tree.ts';
import { fixWish } from '../../support/gate-fixes.ts';
import { gateTree } from '../../support/gate-tree.ts';

const path = '.github/workflows/ci.yml';

/** A fake of a repository with one workflow, which is listed first, and so many other files. */
function crowded(count: number): WorkTree {
  const others = Array.from({ length: count }, (_, index) => ({ name: `f${String(index)}`, folder: false }));
  const folders: Readonly<Record<string, ReturnType<WorkTree['list']>>> = {
    '.': [
      { name: '.github', folder: true },
      { name: 'zz', folder: true },
    ],
    '.github': [{ name: 'workflows', folder: true }],
    '.github/workflows': [{ name: 'ci.yml', folder: false }],
    zz: others,
  };
  return {
    isFolder: (folder) => Object.hasOwn(folders, folder),
    list: (folder) => folders[folder] ?? [],
    read: (file) =>
      file === path
        ? 'on: push\njobs: { a: { steps: [{ run: docker login -p "$P", env: { P: "${{ secrets.P }}" } }] } }\n'
        : undefined,
  };
}

test.each([1, 100_001])('a workflow beside %i other files is found', async (count) => {
  const report = await checkGate({ paths: ['.'], policy: undefined }, crowded(count), new Date(0));
  expect(report.files).toBe(1);
});

test('a policy file that is too long is told by its name, by check and by fix', async () => {
  const tree = gateTree({ [path]: 'on: push\njobs: {}\n', '.ephemeral-creds.yml': '#'.repeat(300_000) });
  const order = { paths: ['.'], policy: undefined };
  const told = 'The policy file .ephemeral-creds.yml cannot be read.';
  await expect(checkGate(order, tree, new Date(0))).rejects.toThrow(told);
  expect(() => planFixes({ ...order, wish: fixWish('platform'), policies: 'p' }, tree)).toThrow(told);
});
