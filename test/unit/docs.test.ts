import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { configFromAction } from '../../src/config/action.ts';
import type { Host } from '../../src/domain/host.ts';
import { findRoute } from '../../src/commands/delivery.ts';
import { findProvider } from '../../src/providers/registry.ts';
import { createAuthority } from '../support/certificates.ts';

const root = join(import.meta.dirname, '../..');
const listed = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', '*.md', 'examples/github/*.yml', 'examples/migrate/*.after.yml'],
  {
    cwd: root,
    encoding: 'utf8',
  },
);
const files = listed.split('\n').filter((name) => name !== '' && existsSync(join(root, name)));
const textOf = (name: string): string => readFileSync(join(root, name), 'utf8');
const pages = files.filter((name) => name.endsWith('.md'));

const ours = 'org/ephemeral-creds@';
const action = parse(textOf('action.yml')) as { outputs: Record<string, unknown> };

type With = Readonly<Record<string, string | number | boolean>>;

const parseYaml = (text: string): unknown => parse(text, { logLevel: 'error' });

/** The YAML of a file: the whole of a workflow, or each fenced block of a page. */
function yamlOf(name: string): unknown[] {
  const text = textOf(name);
  if (!name.endsWith('.md')) return [parseYaml(text)];
  return [...text.matchAll(/^( *)```yaml\n(.*?)^\1```$/gms)].map(([, indent = '', block = '']) =>
    parseYaml(block.replaceAll(new RegExp(`^${indent}`, 'gm'), '')),
  );
}

/** The inputs of every use of the action; a fragment that is only `with:` counts as one. */
function usesIn(value: unknown): With[] {
  if (Array.isArray(value)) return value.flatMap(usesIn);
  if (typeof value !== 'object' || value === null) return [];
  const step = value as { uses?: unknown; with?: With };
  const isOurs =
    typeof step.uses === 'string' ? step.uses.startsWith(ours) : Object.keys(step).join() === 'with';
  return isOurs ? [step.with ?? {}] : Object.values(value).flatMap(usesIn);
}

const uses = files.flatMap((name) =>
  yamlOf(name)
    .flatMap(usesIn)
    .map((inputs) => [name, inputs] as const),
);

test('the pages and examples show the action often enough for what follows to mean something', () => {
  expect(new Set(uses.map(([name]) => name)).size).toBeGreaterThan(8);
});

// Every file that they name is one: a certificate and its key.
const { cert, key } = createAuthority().issue();
const filled = (text: string): string => text.replaceAll('${{ runner.temp }}', '/home/runner/work/_temp');

describe('what the pages and examples show is accepted by the action', () => {
  test.each(uses)('%s: %j', async (_name, inputs) => {
    const env = Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      filled(String(value)),
    ]);
    const host = {
      env: Object.fromEntries(env) as Host['env'],
      files: { read: () => cert + key },
    } as unknown as Host;
    const config = await configFromAction(host);
    const provider = await findProvider(config.provider);
    expect(provider.configure({ ...config, facts: {} }).audience).not.toBe('');
    expect(await Promise.all(config.exports.map(findRoute))).not.toEqual([]);
  });
});

test('every output that the pages and examples read is one that the action declares', () => {
  const read = files.flatMap((name) => [...textOf(name).matchAll(/steps\.creds\.outputs\.([a-z-]+)/g)]);
  expect(read.length).toBeGreaterThan(5);
  expect(read.map(([, name = '']) => name).filter((name) => !(name in action.outputs))).toEqual([]);
});

test.each(pages)('every link of %s leads to a file', (name) => {
  const links = [...textOf(name).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)/g)].map(
    ([, to = '']) => to,
  );
  const dead = links.filter((to) => !existsSync(join(root, dirname(name), to)));
  expect(dead).toEqual([]);
});

// A misspelt input of any of the three is told to look there.
test.each(['action.yml', 'revoke/action.yml', 'gate/action.yml'])(
  'every input of %s stands in the reference',
  (file) => {
    const { inputs } = parse(textOf(file)) as { inputs: Record<string, unknown> };
    const page = textOf('docs/reference/inputs.md');
    for (const name of Object.keys(inputs)) expect(page).toMatch(new RegExp(`^\\|.*\`${name}\` *\\|`, 'm'));
  },
);
