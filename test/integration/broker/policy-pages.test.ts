import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadPolicies } from '../../../src/broker/policy/load-policies.ts';
import { context, terms } from '../../support/broker/policies.ts';

const root = join(import.meta.dirname, '../../..');
const inFolder = (folder: string): string[] =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
const files = [
  ...inFolder('docs/how-to/policies'),
  ...inFolder('examples/broker/policies'),
  'docs/how-to/run-a-broker.md',
  'docs/reference/trust-policy.md',
];
const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(join(root, 'schemas/trust-policy.schema.json'), 'utf8')) as Parameters<
    typeof z.fromJSONSchema
  >[0],
);
const roles = new Map(['deploy-prod', 'app-ro'].map((name) => [name, { ...terms, name }]));

const policies = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const blocks = file.endsWith('.md')
    ? [...text.matchAll(/^(?:```yaml|cat > policies.*)\n([\s\S]*?)^(?:```|EOF)$/gm)]
    : [[text, text]];
  const found = blocks.flatMap(([, block = '']) => (block.includes('kind: TrustPolicy') ? [block] : []));
  return found.map((block, index) => [`${file}, ${String(index + 1)}`, block] as const);
});

/** What a page itself speaks of. */
const expectedWarnings: Readonly<Record<string, readonly RegExp[]>> = {
  'docs/how-to/policies/monorepo.md, 1': [/whoever may move the ref decides what runs/],
  'docs/how-to/policies/merge-requests-read-only.md, 1': [/any branch may use the environment/],
  'docs/how-to/policies/pull-requests-read-only.md, 1': [/any branch may use the environment/],
};

test('every page of a situation has a policy', () => {
  const pages = inFolder('docs/how-to/policies').filter((name) => !name.endsWith('README.md'));
  expect(pages.length).toBeGreaterThan(5);
  for (const page of [...pages, 'docs/how-to/run-a-broker.md', 'docs/reference/trust-policy.md'])
    expect(policies.filter(([name]) => name.startsWith(page))).not.toEqual([]);
});

describe.each(policies)('the policy of %s', (name, text) => {
  const load = (changed = text): ReturnType<typeof loadPolicies> =>
    loadPolicies([{ file: 'p.yaml', text: changed }], { ...context, roles });

  test('loads, its examples included, and the lints find nothing that the page does not tell', () => {
    const { size, warnings } = load();
    expect(size).toBe(1);
    const expected = expectedWarnings[name] ?? [];
    expect(warnings.filter((line) => !expected.some((each) => each.test(line)))).toEqual([]);
    for (const each of expected) expect(warnings.some((line) => each.test(line))).toBe(true);
  });

  test('is what the schema for editors describes, and with an unknown key it is not', () => {
    const policy = parse(text) as Record<string, unknown>;
    expect(schema.safeParse(policy).success).toBe(true);
    expect(schema.safeParse({ ...policy, when: 'always' }).success).toBe(false);
    const match = { ...(policy['match'] as object), environmnt: 'production' };
    expect(schema.safeParse({ ...policy, match }).success).toBe(false);
    expect(schema.safeParse({ ...policy, examples: undefined }).success).toBe(false);
  });

  test('has examples that fail when any one condition is lost', () => {
    const match = /^match:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? '';
    const lines = [...match.matchAll(/^ {2}\w+: [^{\n].*\n/gm)].map(([line]) => line);
    const ids = /^ {2}(?:repository|project|namespace|repository_owner)_id:/;
    const loadsWithout = lines.filter((line) => {
      if (ids.test(line)) return false;
      try {
        load(text.replace(line, ''));
        return true;
      } catch {
        return false;
      }
    });
    // A condition that could be lost without anybody seeing it.
    expect(loadsWithout).toEqual([]);
  });
});
