import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkPolicies } from '../../src/broker/commands/check-policies.ts';
import { readConfig } from '../../src/config/reading.ts';
import { realFiles } from '../../src/entry/files.ts';
import { findProvider } from '../../src/providers/registry.ts';
import { planFixes, type FixPlan } from '../../src/commands/fix-gate.ts';
import { inspect } from '../../src/gate/inspect.ts';
import type { Wish } from '../../src/gate/fixes/fix.ts';
import { fixes } from '../../src/gate/fixes/registry.ts';
import { ruleBook } from '../../src/gate/rules/registry.ts';
import { fixed, fixWish, pipeline } from '../support/gate-fixes.ts';
import { gateTree } from '../support/gate-tree.ts';
import { testWorld } from '../support/broker/world.ts';

// NAME.yml is what a repository has, NAME.TARGET.yml what `gate fix --to TARGET` makes of it.
const folder = join(import.meta.dirname, '../fixtures/gate-fixes');
const cases = readdirSync(folder).flatMap((file) => {
  const [, name, to] = /^([a-z-]+)\.(broker|platform)\.yml$/.exec(file) ?? [];
  return name !== undefined && (to === 'broker' || to === 'platform') ? [{ name, to, file } as const] : [];
});

function text(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

function pathOf(name: string): string {
  return name.startsWith('gitlab-') ? '.gitlab-ci.yml' : `.github/workflows/${name}.yml`;
}

function wishFor(name: string, to: Wish['to']): Wish {
  const values = { PROD_AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/deploy' };
  return fixWish(to, name.startsWith('gitlab-') && to === 'platform' ? { values } : {});
}

describe.each(cases)('$name to $to', ({ name, to, file }) => {
  const path = pathOf(name);
  const wish = wishFor(name, to);
  const before = text(`${name}.yml`);
  const result = fixed(path, before, wish);

  test('is rewritten as it is written down', () => {
    expect(result.text).toBe(text(file));
  });

  test('a second run changes nothing', () => {
    const again = fixed(path, result.text, { ...wish, values: {} });
    expect(again.text).toBe(result.text);
    expect(again.done).toEqual([]);
  });

  test('the gate no longer finds what was rewritten, and no error that it did not find before', () => {
    const left = inspect(pipeline(path, result.text), ruleBook);
    const was = inspect(pipeline(path, before), ruleBook).map(({ rule }) => rule.id);
    const secrets = result.done.flatMap((each) => each.secrets);
    expect(secrets).not.toEqual([]);
    expect(left.filter(({ secret }) => secret !== undefined && secrets.includes(secret))).toEqual([]);
    expect(left.filter(({ rule, severity }) => severity === 'error' && !was.includes(rule.id))).toEqual([]);
  });

  test('every comment, and every line that is not its own, is still there', () => {
    const lines = new Set(result.text.split('\n'));
    const own =
      /secrets\.|\$\{?\w*(KEY|SECRET)|uses:|aws-region|role-duration|(env|variables):$|method: approle|user(name)?: |permissions: \{/;
    expect(before.split('\n').filter((line) => !lines.has(line) && !own.test(line))).toEqual([]);
  });
});

test('every fix has what it makes written down', () => {
  const made = cases.flatMap(
    ({ name, to }) => fixed(pathOf(name), text(`${name}.yml`), wishFor(name, to)).done,
  );
  expect(new Set(made.map(({ fix }) => fix))).toEqual(new Set(fixes.map(({ name }) => name)));
});

test('GitHub’s own language service takes what was made', () => {
  const files = cases.filter(({ name }) => !name.startsWith('gitlab-')).map(({ file }) => join(folder, file));
  const script = join(import.meta.dirname, '../../scripts/check-workflows.ts');
  const said = execFileSync(process.execPath, [script, ...files], { encoding: 'utf8' });
  expect(said).toBe(`${String(files.length)} files checked, 0 findings.\n`);
}, 60_000);

/** The policies of a plan beside a broker.yaml that has its roles. */
async function checked(plan: FixPlan): Promise<readonly string[]> {
  const world = testWorld();
  const roles = plan.files.flatMap(({ done }) => done.flatMap(({ lends }) => lends?.role ?? []));
  const lines = [...new Set(roles)].map(
    (role) => `  ${role}: { engine: jwt, audience: a, ttl: { max: 15m } }`,
  );
  const settings = ['public_url: https://broker.example.com', 'listen: 127.0.0.1:8443', 'tls: off'];
  const issuers = ['issuers:', '  - github', '  - { platform: gitlab, url: https://gitlab.com }'];
  const rest = ['store: { sqlite: ./b.db }', 'policies: ./policies', 'audit: [stdout]'];
  const file = [...settings, ...issuers, ...rest, 'roles:', ...lines, ''].join('\n');
  world.disk.set('/b/broker.yaml', file);
  for (const { path, text: policy } of plan.policies) world.disk.set(`/b/${path}`, policy);
  const [first = '', ...others] = plan.policies.map(({ path }) => `/b/${path}`);
  return (await checkPolicies([first, ...others], undefined, world.files)).warnings;
}

describe.each(cases.filter(({ to }) => to === 'broker').map(({ name }) => ({ name })))(
  'the trust policies for $name',
  ({ name }) => {
    const order = { paths: [pathOf(name)], policies: 'policies', policy: undefined };
    const tree = gateTree({ [pathOf(name)]: text(`${name}.yml`) });

    test('pass `policy check` with their examples, or none is needed', async () => {
      const plan = planFixes({ ...order, wish: wishFor(name, 'broker') }, tree);
      const lent = plan.files.some(({ done }) => done.some(({ lends }) => lends !== undefined));
      expect(plan.policies.length > 0).toBe(lent);
      if (lent) expect((await checked(plan)).filter((line) => line.includes('risk'))).toEqual([]);
    });

    test('are refused, with the command that tells the number, until the ids are there', async () => {
      const wish = { ...wishFor(name, 'broker'), repositoryId: undefined, ownerId: undefined };
      const plan = planFixes({ ...order, wish }, tree);
      if (plan.policies.length > 0)
        await expect(checked(plan)).rejects.toThrow(/(_id: "[^"]* [^"]*": write the number[^]*){2}/);
    });
  },
);

/** What the runner puts in the place of variables and contexts. */
const filledIn: Readonly<Record<string, string>> = {
  ROLE_ARN: 'arn:aws:iam::123456789012:role/deploy',
  WORKLOAD_IDENTITY_PROVIDER: 'projects/1/locations/global/workloadIdentityPools/p/providers/q',
  SERVICE_ACCOUNT: 'deploy@example.iam.gserviceaccount.com',
  URL: 'https://registry.example',
  PACKAGE: '@octo/site',
  repository: 'octo-org/site',
};

function filled(value: string): string {
  return value.replace(/\$\{\{ \w+\.(\w+) \}\}/g, (_, name: string) => {
    return Object.entries(filledIn).find(([end]) => name.endsWith(end))?.[1] ?? 'x';
  });
}

test.each(cases.filter(({ name }) => !name.startsWith('gitlab-')))(
  'the action takes the inputs of $name to $to, and so does its provider',
  async ({ name, file }) => {
    const steps = pipeline(pathOf(name), text(file)).jobs.flatMap((job) => job.steps);
    for (const { inputs } of steps.filter(({ action }) => action?.name === 'org/ephemeral-creds')) {
      const given = inputs.map(({ name: input, text: { value } }) => [input, filled(value)] as const);
      const config = await readConfig(Object.fromEntries(given), realFiles);
      const provider = await findProvider(config.provider);
      expect(() => provider.configure({ ...config, facts: {} })).not.toThrow();
    }
  },
);
