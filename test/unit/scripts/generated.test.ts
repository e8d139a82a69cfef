import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { options } from '../../../src/config/options.ts';
import type { Option } from '../../../src/domain/option.ts';

const root = join(import.meta.dirname, '../../..');

interface Metadata {
  readonly inputs: Readonly<Record<string, { description: string; required: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
  readonly runs: Readonly<Record<string, string>>;
}

const read = (path: string): Metadata => parse(readFileSync(join(root, path), 'utf8')) as Metadata;

function script(name: string, ...args: string[]): { status: number | null; told: string } {
  const result = spawnSync(process.execPath, [join(root, 'scripts', name), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status: result.status, told: result.stdout + result.stderr };
}

describe('action.yml', () => {
  const action = read('action.yml');

  test('has every input of the table, with its text and its default, and no other', () => {
    const rows = options.filter(({ on }: Option) => on.includes('action'));
    const expected = rows.map(({ name, text, default: preset }: Option) => [
      name,
      { description: text, required: false, ...(preset === '' ? {} : { default: preset }) },
    ]);
    expect(action.inputs).toEqual(Object.fromEntries(expected));
  });

  test('declares the outputs about the loan and one for each field', () => {
    const names = Object.keys(action.outputs);
    expect(names).toEqual(
      expect.arrayContaining(['credentials', 'lease-ids', 'expires-at', 'session-id', 'request-id']),
    );
    expect(names).toEqual(
      expect.arrayContaining(['aws-access-key-id', 'aws-session-token', 'token', 'username', 'api-url']),
    );
    expect(Object.values(action.outputs).every(({ description }) => description !== '')).toBe(true);
  });

  test('runs on Node 24, and its post step always', () => {
    expect(action.runs).toEqual({
      using: 'node24',
      main: 'dist/main.cjs',
      post: 'dist/post.cjs',
      'post-if': 'always()',
    });
  });
});

test.each(['action.yml', 'revoke/action.yml'])('the scripts that %s names exist', (path) => {
  const { main = '', post = main } = read(path).runs;
  for (const door of [main, post]) expect(existsSync(join(root, dirname(path), door))).toBe(true);
});

test('what is generated is fresh', () => {
  expect(script('generate.ts', '--check')).toEqual({ status: 0, told: '' });
});

test('workflows and action metadata are what GitHub accepts', () => {
  expect(script('check-workflows.ts')).toEqual({ status: 0, told: expect.stringContaining(' 0 findings') });
});

test('a workflow that GitHub would refuse is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'workflows-'));
  try {
    const path = join(folder, 'wrong.yml');
    writeFileSync(path, 'on: push\npermissions: { id-token: writ }\njobs: {}\n');
    const { status, told } = script('check-workflows.ts', path);
    expect(told).toContain("wrong.yml:2: Unexpected value 'writ'");
    expect(status).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
