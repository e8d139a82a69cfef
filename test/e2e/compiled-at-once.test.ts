import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { calledOfDist, type Calls } from '../../bench/client/called.ts';
import { namesAt } from '../../scripts/start-up/compiled-at-once.ts';

// The list costs milliseconds when it is old, and nothing else: a fifth may be, so that not every change needs a new one.
const root = resolve(import.meta.dirname, '../..');
const textOf = (name: string): string => readFileSync(join(root, 'dist', name), 'utf8');
const lists = JSON.parse(
  readFileSync(join(root, 'scripts/start-up/called-at-start.json'), 'utf8'),
) as Readonly<Record<string, readonly string[]>>;

let folder: string;
let calls: Calls;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'called-'));
  calls = await calledOfDist(folder);
}, 300_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the list of what is called at the start is not too old (`npm run profile` writes a new one)', () => {
  const called = [...calls].flatMap(([name, functions]) => {
    const starts = new Set(functions.filter(({ isCalled }) => isCalled).map(({ start }) => start));
    return [...namesAt(textOf(name), starts)].map((each) => `${name} ${each}`);
  });
  const listed = Object.entries(lists).flatMap(([name, names]) => names.map((each) => `${name} ${each}`));
  const missing = called.filter((each) => !listed.includes(each));
  const idle = listed.filter((each) => !called.includes(each));
  expect(missing.length > called.length / 5 ? missing : []).toEqual([]);
  expect(idle.length > listed.length / 5 ? idle : []).toEqual([]);
});

test('in dist it stands in parentheses, by which V8 compiles it with its file', () => {
  const core = textOf('action.cjs');
  const plain = (calls.get('action.cjs') ?? []).filter(
    ({ start, end, isCalled }) =>
      isCalled && end - start >= 60 && /^(?:async )?(?:function|\()/.test(core.slice(start)),
  );
  const bare = plain.filter(({ start }) => core[start - 1] !== '(');
  expect(plain.length).toBeGreaterThan(100);
  expect(bare.length).toBeLessThan(plain.length / 4);
});
