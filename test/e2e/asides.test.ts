import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { returns } from '../../src/providers/returns.ts';
import { entry } from '../support/client/entries.ts';
import { startJob, type Job } from '../support/runner.ts';
import { mainDoor, postDoor, startScene, type Scene } from '../support/scene.ts';

// What a run reads of dist: each kilobyte is parsed at each start.
const dist = resolve(import.meta.dirname, '../../dist');

let folder: string;
let hook: string;
let list: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'asides-'));
  hook = join(folder, 'hook.cjs');
  list = join(folder, 'list');
  const files = `Object.keys(require.cache).filter((file) => file !== __filename)`;
  const told = `JSON.stringify({ files: ${files}, ofNode: process.moduleLoadList.filter((each) => !before.has(each)) })`;
  writeFileSync(
    hook,
    `const before = new Set(process.moduleLoadList);
     process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, ${told}));`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Told {
  readonly files: readonly string[];
  /** What bare Node has not, as it tells it: `NativeModule https`, `Internal Binding signal_wrap` … */
  readonly ofNode: readonly string[];
}

const told = (): Told => JSON.parse(readFileSync(list, 'utf8')) as Told;

/** The files of ours that the last step has read. */
const read = (): string[] =>
  told()
    .files.map((file) => basename(file))
    .sort();

/** What is costly of Node, as far as the last step has loaded it. */
const costly = (): readonly string[] =>
  told().ofNode.filter((each) =>
    /^NativeModule (internal\/abort_controller|(internal\/)?(crypto|https?|tls|net|undici|url_search|child_process|streams?)\b.*|_(http|tls|stream).*|stream)$/.test(
      each,
    ),
  );

const watched = (): Record<string, string> => ({ NODE_OPTIONS: `--require=${hook}` });
const watchedJob = (scene: Scene): Job => scene.job({ env: watched() });

test('the usual main reads its door, the core and what opens the credentials, and nothing else that lies aside', async () => {
  await using scene = await startScene();
  await using job = watchedJob(scene);
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  expect(main.exitCode).toBe(0);
  // What opens the credentials only where the platform took its time (or they came encrypted).
  expect(read().filter((file) => file !== 'open-jwe.cjs')).toEqual(['action.cjs', 'main.cjs']);
  expect((await job.post(postDoor, main)).exitCode).toBe(0);
  expect(read()).toEqual(['broker-return.cjs', 'give-back.cjs', 'post.cjs', 'transport.cjs']);
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

const ofIdle = Object.keys(returns).filter((name) => returns[name] === 'never');

test.each(ofIdle)(
  'post of %s, which takes nothing back, loads neither HTTP nor cryptography, and has done all else',
  async (provider) => {
    await using job = startJob({ env: watched() });
    const folder = join(job.temp, 'ephemeral-creds', '0123456789abcdef');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'credentials');
    writeFileSync(file, 'hunter2', { mode: 0o600 });
    const owed = entry({
      provider,
      debt: {},
      leases: [
        { id: 'lent_1', role: 'deploy', expiresAt: '2099-11-20T16:15:00.000Z', revocability: 'expiry-only' },
      ],
      variables: ['CLOUD_TOKEN'],
      pointers: [{ name: 'CLOUD_FILE', value: file, after: '' }],
      files: [file],
    });
    const post = await job.step(postDoor, { env: { STATE_ledger: JSON.stringify(owed), CLOUD_FILE: file } });
    expect(post.exitCode).toBe(0);
    expect(post.log).toMatch(
      /deploy \(lease lent_1\) cannot be revoked: ends 2099-11-20 16:15 UTC, in \d+ h/,
    );
    expect(post.summary).toContain('2099-11-20T16:15:00.000Z');
    expect(post.env).toEqual({ CLOUD_TOKEN: '', CLOUD_FILE: '' });
    expect(existsSync(folder)).toBe(false);
    expect(costly()).toEqual([]);
    expect(read()).toEqual(['give-back.cjs', 'post.cjs']);
  },
  60_000,
);

test('this list would show them: a post with something to send loads HTTP and cryptography', async () => {
  await using scene = await startScene();
  await using job = watchedJob(scene);
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  expect((await job.post(postDoor, main)).exitCode).toBe(0);
  expect(costly()).toEqual(expect.arrayContaining(['NativeModule crypto', 'NativeModule https']));
});

test.each([
  ['action.cjs', 'aside'],
  ['give-back.cjs', 'give-back'],
])('what lies aside of %s is what it asks for, no more and no less, and each can be read', (name, aside) => {
  const core = readFileSync(join(dist, name), 'utf8');
  const [, table = ''] = new RegExp(`return "${aside}/" \\+ (\\{[^}]*\\})`).exec(core) ?? [];
  const named = Object.values(JSON.parse(table) as Record<string, string>).map((each) => `${each}.cjs`);
  const asides = readdirSync(join(dist, aside));
  expect(named.sort()).toEqual([...asides].sort());
  for (const each of asides) {
    const file = JSON.stringify(join(dist, aside, each));
    const code = `process.exit(Object.keys(require(${file}).modules).length === 0 ? 1 : 0)`;
    execFileSync(process.execPath, ['-e', code]);
  }
});
