// What `broker check` says of the files that a broker writes to: what a start would fail with, before it does.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { checkBroker } from '../../../src/broker/commands/check-broker.ts';
import type { BrokerFiles } from '../../../src/broker/domain/outside.ts';
import { brokerYaml, githubPolicy } from '../../support/broker/test-broker.ts';
import { testWorld } from '../../support/broker/world.ts';

const yaml = `checkpoint: ./state/checkpoint\n${brokerYaml.replace('./audit.jsonl', './log/audit.jsonl')}`;

function check(
  files: Partial<BrokerFiles>,
  there: Readonly<Record<string, string>> = { 'log/old.jsonl': '', 'state/other': '' },
): Promise<{ readonly notices: readonly string[] }> {
  const world = testWorld({ env: { LEGACY_TOKEN: 'x' } });
  world.disk.set('/etc/broker/broker.yaml', yaml);
  world.disk.set('/etc/broker/policies/github.yaml', githubPolicy);
  for (const [name, text] of Object.entries(there)) world.disk.set(`/etc/broker/${name}`, text);
  return checkBroker(
    '/etc/broker/broker.yaml',
    { ...world, files: { ...world.files, ...files } },
    { offline: true },
  );
}

const refused = async (...of: Parameters<typeof check>): Promise<string> => {
  const error: unknown = await check(...of).catch((reason: unknown) => reason);
  return error instanceof Error ? error.message : 'sound';
};

const log = '/etc/broker/log';

test('what can be written is sound, and nothing is written to find out', async () => {
  const never = (): never => {
    throw new Error('nothing is written here');
  };
  const { notices } = await check({ replace: never, publish: never, remove: never });
  expect(notices.filter((each) => each.includes('checkpoint'))).toEqual([]);
});

test('a folder that is not there is told at its line, of every file at once', async () => {
  const told = await refused({}, {});
  expect(told).toMatch(
    /broker\.yaml:\d+.*checkpoint.*\/etc\/broker\/state\/checkpoint cannot be written: its folder is not there/,
  );
  expect(told).toMatch(/audit.*\/etc\/broker\/log\/audit\.jsonl cannot be written: its folder is not there/);
});

test('a folder in which no file can be made, and a file that cannot be written', async () => {
  const closed = await refused({ mayWrite: (folder) => folder !== log });
  expect(closed).toContain('/etc/broker/log/audit.jsonl cannot be made: no file can be made in its folder');
  const there = { 'log/audit.jsonl': '', 'state/other': '' };
  expect(await refused({ mayWrite: (folder) => folder !== log }, there)).toBe('sound');
  const kept = await refused({ mayAppend: (path) => !path.startsWith(log) }, there);
  expect(kept).toContain('/etc/broker/log/audit.jsonl cannot be written');
});

test('a store’s file that cannot be written', async () => {
  const there = { 'broker.db': '', 'log/old.jsonl': '', 'state/other': '' };
  const told = await refused({ mayAppend: () => false }, there);
  expect(told).toContain('/etc/broker/broker.db cannot be written');
});

test('a disk that is full', async () => {
  expect(await refused({ room: (folder) => (folder === log ? 1000 : Infinity) })).toContain(
    '/etc/broker/log/audit.jsonl cannot be written: its disk is full',
  );
});

test('a checkpoint that is none stops a start; one that cannot be replaced is a notice', async () => {
  const there = { 'log/old.jsonl': '', 'state/checkpoint': 'nonsense' };
  expect(await refused({}, there)).toContain('is not one');
  const sound = { ...there, 'state/checkpoint': '1790000000000 brk_0123456789abcdef01234567\n' };
  expect(await refused({}, sound)).toBe('sound');
  const { notices } = await check({ mayWrite: (folder) => !folder.endsWith('state') }, sound);
  expect(notices).toContain(
    '/etc/broker/state/checkpoint cannot be replaced: no file can be made in its folder, and each write is an alarm',
  );
});

test('the system’s own files tell what can be written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-places-'));
  try {
    const { files } = brokerHost(new AbortController().signal);
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    expect(['file', 'folder', 'nothing'].map((name) => files.mayAppend(join(folder, name)))).toEqual([
      true,
      false,
      false,
    ]);
    expect(files.room(folder)).toBeGreaterThan(0);
    expect(files.room(join(folder, 'nothing'))).toBe(Infinity);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
