// docs/how-to/migrate: each page's diff is that of two workflows below examples/migrate, which are what they say.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { unifiedDiff } from '../../src/gate/fixes/unified-diff.ts';
import { inspect } from '../../src/gate/inspect.ts';
import { ruleBook } from '../../src/gate/rules/registry.ts';
import { fixed, fixWish, pipeline } from '../support/gate-fixes.ts';

const pages = readdirSync('docs/how-to/migrate').map((file) => file.replace(/\.md$/, ''));
const workflow = (name: string, when: 'before' | 'after'): string =>
  readFileSync(`examples/migrate/${name}.${when}.yml`, 'utf8');
const path = '.github/workflows/deploy.yml';
const secretsIn = (text: string): string[] =>
  inspect(pipeline(path, text), ruleBook).flatMap(({ secret }) => (secret === undefined ? [] : [secret]));

test('there is a page for each action that people come from', () => {
  expect(pages.toSorted()).toEqual([
    'azure-login',
    'configure-aws-credentials',
    'google-github-actions-auth',
    'secrets',
    'vault-action',
  ]);
});

describe.each(pages)('%s', (name) => {
  const [before, after] = [workflow(name, 'before'), workflow(name, 'after')];

  test('shows the diff of the two workflows', () => {
    const page = readFileSync(`docs/how-to/migrate/${name}.md`, 'utf8');
    const shown = /^```diff\n(.*?)^```$/ms.exec(page)?.[1];
    expect(shown).toBe(unifiedDiff(path, before, after).split('\n').slice(3).join('\n'));
  });

  test('the gate finds a static secret before, and none after', () => {
    expect(secretsIn(before)).not.toEqual([]);
    expect(secretsIn(after)).toEqual([]);
  });

  test('`gate fix` takes the same secrets out, or leaves them to be done by hand as the page says', () => {
    const byHand = name === 'secrets';
    const { text, done, left } = fixed(path, before, fixWish(byHand ? 'broker' : 'platform'));
    const out = done.flatMap(({ secrets }) => secrets);
    expect(new Set(out)).toEqual(new Set(byHand ? [] : secretsIn(before)));
    expect(secretsIn(text)).toEqual(byHand ? secretsIn(before) : []);
    expect(left.length > 0).toBe(byHand);
  });
});

test('the step that `gate fix` makes of a key of AWS is that of the page, but for what only its reader knows', () => {
  const { text } = fixed(path, workflow('configure-aws-credentials', 'before'), fixWish('platform'));
  const step = (of: string): Record<string, unknown> => {
    const { jobs } = parse(of) as { jobs: { deploy: { steps: { with?: Record<string, unknown> }[] } } };
    return jobs.deploy.steps[1]?.with ?? {};
  };
  const page = step(workflow('configure-aws-credentials', 'after'));
  expect(step(text)).toEqual({
    provider: page['provider'],
    region: page['region'],
    role: '${{ vars.AWS_ROLE_ARN }}',
  });
});

test('GitHub’s own language service takes the workflows', () => {
  const files = pages.flatMap((name) => [
    `examples/migrate/${name}.before.yml`,
    `examples/migrate/${name}.after.yml`,
  ]);
  const said = execFileSync(process.execPath, ['scripts/check-workflows.ts', ...files], { encoding: 'utf8' });
  expect(said).toBe(`${String(files.length)} files checked, 0 findings.\n`);
}, 60_000);
