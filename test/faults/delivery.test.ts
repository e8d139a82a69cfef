import { execFileSync } from 'node:child_process';
import {
  chmodSync,
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
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Files } from '../../src/domain/host.ts';
import { createAuthority } from '../support/certificates.ts';
import { lending, mintIdToken } from '../support/lender.ts';
import { mainDoor, postDoor, startScene } from '../support/scene.ts';

let folder: string;
/** A Node that may write no file beyond 32 KiB: a disk that is full from there on. */
let cramped: string;
/** A Node that may write no file at all. */
let full: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const script = (name: string, blocks: number): string => {
    const path = join(folder, name);
    writeFileSync(
      path,
      `#!/bin/sh\nulimit -f ${String(blocks)}\nexec env "INPUT_BROKER-URL=$BROKER" '${process.execPath}' "$@"\n`,
    );
    chmodSync(path, 0o700);
    return path;
  };
  cramped = script('cramped', 64);
  full = script('full', 0);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

type CommandFile = 'GITHUB_ENV' | 'GITHUB_OUTPUT' | 'GITHUB_STATE';
const files: readonly CommandFile[] = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'];

test.each(files)(
  'C23: a disk that is full when %s is written: given back, failed, nothing by halves',
  async (name) => {
    const filler = `FILLER=${'x'.repeat(32 * 1024 - 8 - 20)}\n`;
    const pending: { path?: string } = {};
    await using scene = await startScene(({ lender }) => ({
      token: (exchange) => {
        writeFileSync(pending.path ?? '', filler);
        lender.lend(exchange);
      },
    }));
    await using job = scene.job({ node: cramped, env: { BROKER: scene.server.url } });
    const step = job.start(mainDoor, { inputs: scene.inputs() });
    pending.path = step.files[name];
    const main = await step.done;
    expect(main.exitCode).toBe(70);
    expect(main.annotations.map(({ message }) => message).join()).toContain('[delivery-failed]');
    expect(scene.lender.lent).toHaveLength(1);
    expect(scene.lender.alive).toEqual([]);
    const found = { GITHUB_ENV: main.env, GITHUB_OUTPUT: main.outputs, GITHUB_STATE: main.state };
    expect(found[name]['FILLER']).toBe(filler.slice(7, -1));
    expect(main.log).not.toContain('Unable to process file command');
    expect(main.env['EPHEMERAL_TOKEN'] ?? '').toBe('');
  },
);

test('C23: a disk that takes nothing: nothing is asked for', async () => {
  await using scene = await startScene();
  await using job = scene.job({ node: full, env: { BROKER: scene.server.url } });
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  expect(main.exitCode).toBe(70);
  expect(main.annotations[0]?.message).toContain('[delivery-failed]');
  expect(scene.server.requests).toHaveLength(0);
});

const swaps: readonly [string, (path: string) => void][] = [
  [
    'a link to a file of someone else',
    (path) => {
      symlinkSync(join(folder, 'precious'), path);
    },
  ],
  [
    'a link to a device',
    (path) => {
      symlinkSync('/dev/null', path);
    },
  ],
  ['a pipe that nobody reads', (path) => execFileSync('mkfifo', [path])],
  [
    'a folder',
    (path) => {
      mkdirSync(path);
    },
  ],
  ['nothing', () => undefined],
];
test.each(
  swaps.flatMap(([what, swap]) =>
    (['GITHUB_ENV', 'GITHUB_OUTPUT'] as const).map((name) => [name, what, swap] as const),
  ),
)('C23: %s was swapped for %s: given back, failed, nothing followed', async (name, _, swap) => {
  writeFileSync(join(folder, 'precious'), 'precious');
  await using scene = await startScene(({ lender, afterwards }) => ({
    token: afterwards((command) => {
      rmSync(command[name]);
      swap(command[name]);
    }, lender.lend),
  }));
  using world = scene.world();
  expect(await world.main(scene.inputs())).toMatchObject({ exitCode: 70 });
  expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious');
  expect(scene.lender.lent).toHaveLength(1);
  expect(scene.lender.alive).toEqual([]);
});

test.each<[string, (temp: string) => void]>([
  [
    'open to others',
    (temp) => {
      mkdirSync(join(temp, 'ephemeral-creds'));
      chmodSync(join(temp, 'ephemeral-creds'), 0o777);
    },
  ],
  [
    'a link',
    (temp) => {
      symlinkSync(folder, join(temp, 'ephemeral-creds'));
    },
  ],
  [
    'a file',
    (temp) => {
      writeFileSync(join(temp, 'ephemeral-creds'), '');
    },
  ],
])('C23: where the ledger’s folder is %s nothing is asked for', async (_, prepare) => {
  await using scene = await startScene();
  using world = scene.world();
  prepare(world.temp);
  expect(await world.main(scene.inputs())).toMatchObject({ exitCode: 70 });
  expect(scene.server.requests).toHaveLength(0);
});

test('C24: a mask works after the unfinished line of an earlier process', async () => {
  await using scene = await startScene();
  await using job = scene.job();
  const env = {
    'INPUT_BROKER-URL': scene.server.url,
    INPUT_ROLE: 'deploy',
    DOOR: mainDoor,
    NODE: process.execPath,
  };
  const step = await job.run(
    `printf 'unfinished'; exec env "INPUT_BROKER-URL=${scene.server.url}" "$NODE" "$DOOR"`,
    {
      env,
    },
  );
  const [lent] = scene.lender.lent;
  expect(job.env.get('EPHEMERAL_TOKEN')).toBe(lent?.token);
  expect(job.masker.mask(lent?.token ?? '')).toBe('***');
  // The first mask of all, which the unfinished line would have hidden from the runner.
  const { debt } = JSON.parse(step.state['ledger'] ?? '') as { debt: { handle: string } };
  expect(job.masker.mask(debt.handle)).toBe('***');
});

test('C24: outside a CI system main asks for nothing', async () => {
  await using scene = await startScene();
  await using job = scene.job();
  const env = { INPUT_ROLE: 'deploy', DOOR: mainDoor, NODE: process.execPath };
  const bare = `exec env -u GITHUB_ACTIONS -u GITHUB_STATE "INPUT_BROKER-URL=${scene.server.url}" "$NODE" "$DOOR"`;
  const main = await job.run(bare, { env });
  expect(main.exitCode).toBe(64);
  expect(scene.server.requests).toHaveLength(0);
});

test('C24: a claim that would stop the runner’s commands stops nothing', async () => {
  const claims = { repository: 'x\n::stop-commands::abc\n', ref: '::stop-commands::abc' };
  await using scene = await startScene({ idToken: mintIdToken({ claims }) });
  await using job = scene.job();
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  expect(main.exitCode).toBe(0);
  expect(job.masker.mask(scene.lender.lent[0]?.token ?? '')).toBe('***');
});

test('C25: hidden, then noted on the disk, then delivered; nothing is printed between', async () => {
  const deeds: string[] = [];
  await using scene = await startScene(({ lender }) => ({
    token: (exchange) => {
      deeds.push('lent');
      lender.lend(exchange);
    },
  }));
  await scene.main({ watch: (deed) => deeds.push(deed), inputs: { export: 'env\noutputs' } });
  const before = deeds.slice(0, deeds.indexOf('lent'));
  expect(before.indexOf('append GITHUB_STATE synced')).toBeGreaterThan(before.indexOf('print add-mask'));
  const after = deeds.slice(deeds.indexOf('lent') + 1);
  expect(after.slice(0, 4)).toEqual([
    'print add-mask',
    'append GITHUB_STATE synced',
    expect.stringMatching(/^append GITHUB_OUTPUT/),
    expect.stringMatching(/^append GITHUB_ENV/),
  ]);
});

/** Files in memory, as a container sees them. */
function containerFiles(disk: Map<string, string>): Files {
  return {
    append: (path, text) => {
      const before = disk.get(path);
      if (before === undefined) throw new Error('no such file');
      disk.set(path, before + text);
    },
    create: (path, text) => void disk.set(path, text),
    replace: (path, text) => void disk.set(path, text),
    makePrivateFolder: () => undefined,
    list: (place) => [...disk.keys()].filter((path) => path.startsWith(`${place}/`)),
    read: (path) => disk.get(path),
    readPrivate: (path) => disk.get(path),
    size: (path) => disk.get(path)?.length,
    realPath: (path) => path,
    erase: (path) => disk.delete(path),
    removeIfEmpty: () => undefined,
  };
}

test('C36: in a container job all paths are the container’s own, in files, variables and post', async () => {
  const temp = '/__w/_temp';
  const names = { GITHUB_ENV: 'set_env', GITHUB_OUTPUT: 'set_output', GITHUB_STATE: 'save_state' };
  const commandFiles = Object.fromEntries(
    Object.entries(names).map(([name, prefix]) => [
      name,
      `${temp}/_runner_file_commands/${prefix}_11111111-2222-3333-4444-555555555555`,
    ]),
  );
  const disk = new Map(Object.values(commandFiles).map((path) => [path, '']));
  const login = {
    kind: 'postgres-login',
    name: 'db',
    host: 'db',
    port: 5432,
    database: 'app',
    username: 'u',
  };
  const credential = { ...login, password: 'p4ssw0rd-of-the-day', ca_certificate: createAuthority().cert };
  await using scene = await startScene(({ lender }) => ({ token: lender.lendChanged(lending(credential)) }));
  using world = scene.world({
    temp,
    files: containerFiles(disk),
    env: { ...commandFiles, GITHUB_STEP_SUMMARY: '' },
  });
  expect(await world.main(scene.inputs())).toMatchObject({ exitCode: 0 });
  const made = [...disk.keys()].filter((path) => !path.includes('_runner_file_commands'));
  expect(made.every((path) => path.startsWith(`${temp}/ephemeral-creds/`))).toBe(true);
  const [, certificate = ''] =
    /PGSSLROOTCERT<<\S+\n(.*)\n/.exec(disk.get(commandFiles['GITHUB_ENV'] ?? '') ?? '') ?? [];
  expect(disk.get(certificate)).toBe(credential.ca_certificate);

  // Post runs with command files of its own, in the same container.
  const ledger =
    [...(disk.get(commandFiles['GITHUB_STATE'] ?? '') ?? '').matchAll(/ledger<<\S+\n(.*)\n/g)].at(-1)?.[1] ??
    '';
  using later = scene.world({ temp, files: containerFiles(disk), env: { GITHUB_STEP_SUMMARY: '' } });
  expect(await later.post({ state: { ledger } })).toMatchObject({ exitCode: 0 });
  expect([...disk.keys()]).toEqual([]);
  expect(scene.lender.alive).toEqual([]);
});

test('C23: nothing is written outside RUNNER_TEMP', async () => {
  await using scene = await startScene();
  await using job = scene.job();
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  await job.post(postDoor, main);
  expect([...readdirSync(job.workspace), ...readdirSync(job.home)]).toEqual([]);
});
