// C37: two steps of one job with the same exporter: each has what it needs, and giving one back leaves the other whole.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { revokeNow } from '../../src/commands/revoke.ts';
import { mainStory } from '../../src/entry/core.ts';
import { postStory } from '../../src/entry/give-back.ts';
import { publicUrl } from '../support/broker/test-broker.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';
import type { ClientWorld } from '../support/client/world.ts';
import { inputVariables } from '../support/runner-env.ts';

interface Row {
  readonly variable: string;
  /** Of the exporter, for a registry of each step's own. */
  readonly line: (host: string) => string;
  /** The user's own file below the home folder, and what is in it. */
  readonly own: readonly [string, string];
  /** What the tool reads there, of a value of the variable. */
  readonly read: (value: string) => string;
  /** What an empty value would hide is led to by its name. */
  readonly usual?: true;
}

const whole = (value: string): string => readFileSync(value, 'utf8');
const rows: readonly (readonly [string, Row])[] = [
  [
    'docker-config',
    {
      variable: 'DOCKER_CONFIG',
      line: (host) => `docker-config url=https://${host} username=x`,
      own: ['.docker/config.json', '{"auths":{"own.example.com":{"auth":"b3du"}}}'],
      read: (value) => whole(join(value, 'config.json')),
    },
  ],
  [
    'npmrc',
    {
      variable: 'NPM_CONFIG_USERCONFIG',
      line: (host) => `npmrc url=https://${host}`,
      own: ['.npmrc', '//own.example.com/:_authToken=own\n'],
      read: whole,
    },
  ],
  [
    'netrc',
    {
      variable: 'NETRC',
      line: (host) => `netrc url=https://${host} username=x`,
      own: ['.netrc', 'machine own.example.com login x password own\n'],
      read: whole,
      usual: true,
    },
  ],
  [
    'pypirc',
    {
      variable: 'EPHEMERAL_PYPIRC',
      line: (host) => `pypirc url=https://${host}/legacy/ repository=${host.slice(0, 3)}`,
      own: ['.pypirc', '[distutils]\nindex-servers = own\n\n[own]\nrepository = https://own.example.com/\n'],
      read: whole,
    },
  ],
];

interface Step {
  readonly env: Record<string, string>;
  readonly state: string;
  readonly ids: readonly string[];
  readonly inputs: Record<string, string>;
}

let story: InProcess;
let home = '';
let env: Record<string, string> = {};
beforeEach(async () => {
  story = await inProcess();
  home = join(story.world.temp, 'home');
  mkdirSync(home);
  env = { HOME: home };
});
afterEach(async () => {
  await story[Symbol.asyncDispose]();
});

async function borrow(line: string, role: string): Promise<Step> {
  const inputs = inputVariables({ 'broker-url': publicUrl, role, export: line });
  const world = story.world.next({ ...env, ...inputs });
  expect(await mainStory(world.host)).toBe(0);
  const set = world.told('GITHUB_ENV');
  env = { ...env, ...set };
  const ids = JSON.parse(world.told('GITHUB_OUTPUT')['lease-ids'] ?? '[]') as string[];
  return { env: set, state: world.told('GITHUB_STATE')['ledger'] ?? '', ids, inputs };
}

async function giveBack(ids: readonly string[]): Promise<ClientWorld> {
  const world = story.world.next(env);
  await revokeNow(ids, { job: world.job, host: world.host });
  env = { ...env, ...world.told('GITHUB_ENV') };
  return world;
}

async function post({ state, inputs }: Step): Promise<void> {
  const world = story.world.next({ ...env, ...inputs, STATE_ledger: state });
  expect(await postStory(world.host)).toBe(0);
}

describe.each(rows)('C37 %s twice in one job', (_, { variable, line, own: [path, text], read, usual }) => {
  const before = (): string => (usual ? join(home, path) : '');
  async function both(): Promise<readonly [Step, Step]> {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
    const first = await borrow(line('one.example.com'), 'deploy-prod');
    const second = await borrow(line('two.example.com'), 'app-ro');
    return [first, second];
  }

  test('the second has the login of the first, its own, and the user’s', async () => {
    await both();
    const now = read(env[variable] ?? '');
    for (const host of ['own', 'one', 'two']) expect(now).toContain(`${host}.example.com`);
  });

  test('the first is given back: the second has its files, and its variable leads there; then the user’s own count', async () => {
    const [first, second] = await both();
    const told = await giveBack(first.ids);
    expect(told.printed()).toContain(`Tools are still led by`);
    expect(existsSync(first.env[variable] ?? '')).toBe(false);
    expect(env[variable]).toBe(second.env[variable]);
    expect(read(env[variable] ?? '')).toContain('two.example.com');
    await giveBack(second.ids);
    expect(env[variable]).toBe(before());
    expect(existsSync(second.env[variable] ?? '')).toBe(false);
  });

  test('the second is given back: the first has what it had', async () => {
    const [first, second] = await both();
    await giveBack(second.ids);
    expect(env[variable]).toBe(first.env[variable]);
    expect(read(env[variable] ?? '')).toContain('one.example.com');
  });

  test('all is given back at once: nothing is led to files that are gone', async () => {
    await both();
    await giveBack([]);
    expect(env[variable]).toBe(before());
    for (const value of Object.values(env)) expect(value).not.toContain('ephemeral-creds/');
  });

  test('the posts, as the runner orders them: each takes its own', async () => {
    const [first, second] = await both();
    await post(second);
    expect(read(first.env[variable] ?? '')).toContain('one.example.com');
    await post(first);
    expect(existsSync(first.env[variable] ?? '')).toBe(false);
  });
});

test('C37 a variable that both have set is the later step’s: giving the first back leaves it', async () => {
  const first = await borrow('env DEPLOY_TOKEN=token', 'deploy-prod');
  const second = await borrow('env DEPLOY_TOKEN=token', 'app-ro');
  expect(second.env['DEPLOY_TOKEN']).not.toBe(first.env['DEPLOY_TOKEN']);
  await giveBack(first.ids);
  expect(env['DEPLOY_TOKEN']).toBe(second.env['DEPLOY_TOKEN']);
  await giveBack(second.ids);
  expect(env['DEPLOY_TOKEN']).toBe('');
});

test('files below `files-dir` go in the middle of the job, too', async () => {
  const folder = join(home, 'creds');
  const inputs = { export: 'npmrc url=https://one.example.com', 'files-dir': folder };
  const world = story.world.next({
    ...env,
    ...inputVariables({ 'broker-url': publicUrl, role: 'deploy-prod', ...inputs }),
  });
  expect(await mainStory(world.host)).toBe(0);
  const path = world.told('GITHUB_ENV')['NPM_CONFIG_USERCONFIG'] ?? '';
  expect(path.startsWith(`${folder}/`)).toBe(true);
  await giveBack([]);
  expect(existsSync(path)).toBe(false);
  expect(existsSync(dirname(path))).toBe(false);
});
