import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Job } from '../support/runner.ts';
import { mainDoor, postDoor, startScene, type Scene } from '../support/scene.ts';

// What a run reads of dist: each kilobyte is parsed at each start.
const dist = resolve(import.meta.dirname, '../../dist');
const asides = readdirSync(join(dist, 'aside'));

let folder: string;
let hook: string;
let list: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'asides-'));
  hook = join(folder, 'hook.cjs');
  list = join(folder, 'list');
  const told = `JSON.stringify(Object.keys(require.cache).filter((file) => file !== __filename))`;
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, ${told}));`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The files of ours that the last step has read. */
function read(): string[] {
  return (JSON.parse(readFileSync(list, 'utf8')) as string[]).map((file) => basename(file)).sort();
}

const watchedJob = (scene: Scene): Job => scene.job({ env: { NODE_OPTIONS: `--require=${hook}` } });

test('the usual main reads its door and the core, and nothing that lies aside', async () => {
  await using scene = await startScene();
  await using job = watchedJob(scene);
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  expect(main.exitCode).toBe(0);
  expect(read()).toEqual(['action.cjs', 'main.cjs']);
  expect((await job.post(postDoor, main)).exitCode).toBe(0);
  expect(read()).toEqual(['action.cjs', 'post.cjs', 'revoke.cjs']);
});

test.each([
  ['JSON', '{ "url": "https://vault.example.com", "token": "no" }', false],
  ['plain lines', 'url: https://vault.example.com\ntoken: no', false],
  ['other YAML', 'url: "https://vault.example.com"\ntoken: no', true],
])(
  '`params` in %s loads a reader of YAML: %j, %s',
  async (_, params, isLoaded) => {
    await using scene = await startScene();
    await using job = watchedJob(scene);
    const inputs = scene.inputs({ provider: 'vault', 'broker-url': '', role: 'deploy', params });
    // Refused by the provider, which has read it.
    const main = await job.step(mainDoor, { inputs });
    expect(main.exitCode).toBe(64);
    expect(main.log).toContain('params: token');
    expect(read().includes('params.cjs')).toBe(isLoaded);
  },
  60_000,
);

test('post that owes nothing reads its door alone', async () => {
  await using scene = await startScene();
  await using job = watchedJob(scene);
  expect((await job.step(postDoor)).exitCode).toBe(0);
  expect(read()).toEqual(['post.cjs']);
});

test('what lies aside is what the core asks for, no more and no less, and each of them can be read', () => {
  const core = readFileSync(join(dist, 'action.cjs'), 'utf8');
  const [, table = ''] = /return "aside\/" \+ (\{[^}]*\})/.exec(core) ?? [];
  const named = Object.values(JSON.parse(table) as Record<string, string>).map((name) => `${name}.cjs`);
  expect(named.sort()).toEqual([...asides].sort());
  for (const name of asides) {
    const file = JSON.stringify(join(dist, 'aside', name));
    const code = `process.exit(Object.keys(require(${file}).modules).length === 0 ? 1 : 0)`;
    execFileSync(process.execPath, ['-e', code]);
  }
});
