import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { brokerYaml, githubPolicy } from '../../support/broker/test-broker.ts';

const { files } = brokerHost(new AbortController().signal);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ec-reload-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('B17 the stamp of a folder changes with whatever is done to a file in it, and with nothing else', () => {
  const path = join(folder, 'p.yaml');
  const stamps = new Set([files.stamp(folder)]);
  writeFileSync(join(folder, 'another.yaml'), 'stays');
  const changed = (what: () => void): void => {
    what();
    const now = files.stamp(folder);
    expect(stamps.has(now)).toBe(false);
    expect(files.stamp(folder)).toBe(now);
    stamps.add(now);
  };
  changed(() => {
    writeFileSync(path, 'one');
  });
  changed(() => {
    writeFileSync(path, 'two2');
  });
  const at = new Date('2026-01-01T00:00:00Z');
  changed(() => {
    utimesSync(path, at, at);
  });
  // Of the same length and time: what took its place is another file.
  changed(() => {
    writeFileSync(join(folder, '..', 'ec-reload-other'), 'six6');
    utimesSync(join(folder, '..', 'ec-reload-other'), at, at);
    renameSync(join(folder, '..', 'ec-reload-other'), path);
  });
  changed(() => {
    renameSync(path, join(folder, 'q.yaml'));
  });
  changed(() => {
    unlinkSync(join(folder, 'q.yaml'));
  });
  changed(() => {
    rmSync(folder, { recursive: true });
  });
  mkdirSync(folder);
});

test('B17 a folder of links that are turned all at once, as mounted configuration is, has another stamp', () => {
  for (const name of ['v1', 'v2']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'p.yaml'), name);
  }
  const mounted = join(folder, 'mounted');
  mkdirSync(mounted);
  symlinkSync('../v1', join(mounted, '..data'));
  symlinkSync('..data/p.yaml', join(mounted, 'p.yaml'));
  const before = files.stamp(mounted);
  symlinkSync('../v2', join(mounted, 'new'));
  renameSync(join(mounted, 'new'), join(mounted, '..data'));
  expect(files.stamp(mounted)).not.toBe(before);
  expect(files.read(join(mounted, 'p.yaml'), 100)).toBe('v2');
});

test('B17 a running broker takes changed policies by itself and on SIGHUP, and says what is wrong with broken ones', async () => {
  const policy = join(folder, 'policies', 'p.yaml');
  mkdirSync(join(folder, 'policies'));
  writeFileSync(policy, githubPolicy);
  writeFileSync(join(folder, 'broker.yaml'), brokerYaml.replace(/signing_key: .*\n/, ''));
  const door = join(import.meta.dirname, '../../../src/entry/broker.ts');
  const runIt = `import { brokerMain } from '${door}'; process.exitCode = await brokerMain(['run']);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', runIt], {
    cwd: folder,
    env: { LEGACY_TOKEN: 'x' },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const until = async (text: string): Promise<void> => {
    while (!said.includes(text) && child.exitCode === null) await new Promise((done) => setTimeout(done, 20));
    expect(said).toContain(text);
  };
  const version = (): string =>
    /"policy_set":"(sha256:\w+)"/.exec(
      readFileSync(join(folder, 'audit.jsonl'), 'utf8').split('\n').at(-2) ?? '',
    )?.[1] ?? '';
  await until('listens on');
  const first = version();
  writeFileSync(policy, 'broken: true');
  child.kill('SIGHUP');
  await until(`The policies ${first} stay in force: what is there now was refused`);
  expect(said).toContain(`${policy}:1: broken: unknown key`);
  writeFileSync(policy, `${githubPolicy}# changed\n`);
  child.kill('SIGHUP');
  await until('are in force"');
  const second = version();
  expect([first, second].every((each) => each.startsWith('sha256:'))).toBe(true);
  expect(second).not.toBe(first);
  // This one by itself, within a few looks.
  writeFileSync(policy, githubPolicy);
  while (version() !== first) await new Promise((done) => setTimeout(done, 50));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
