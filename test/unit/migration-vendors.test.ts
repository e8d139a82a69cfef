// docs/how-to/migrate: what each page says of its vendor's inputs and outputs, beside their names as the vendor has them.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { findProvider } from '../../src/providers/registry.ts';
import {
  azureLogin,
  configureAwsCredentials,
  googleAuth,
  octoStsAction,
  vaultAction,
  type VendorAction,
} from '../support/vendor-actions.ts';

const vendors: readonly (readonly [page: string, provider: string, action: VendorAction])[] = [
  ['configure-aws-credentials', 'aws', configureAwsCredentials],
  ['google-github-actions-auth', 'gcp', googleAuth],
  ['vault-action', 'vault', vaultAction],
  ['azure-login', 'azure', azureLogin],
];
const ours = parse(readFileSync('action.yml', 'utf8')) as Record<'inputs' | 'outputs', object>;

interface Workflow {
  readonly jobs: { readonly deploy: { readonly steps: readonly { uses?: string; with?: object }[] } };
}

interface Row {
  readonly theirs: string;
  readonly here: string;
}

/** The rows of the table under a head. */
function rowsUnder(page: string, head: string): Row[] {
  const [, table = ''] = page.split(new RegExp(`^\\| ${head} +\\| here +\\|$`, 'm'));
  const [rows = ''] = table.split('\n\n');
  return [...rows.matchAll(/^\| `([^`]+)` +\| (.*?) +\|$/gm)].map(([, theirs = '', here = '']) => ({
    theirs,
    here,
  }));
}

/** The parameters that a provider does not know, whatever it thinks of their values. */
async function unknownTo(name: string, params: readonly string[]): Promise<string[]> {
  const provider = await findProvider(name);
  return params.filter((param) => {
    try {
      provider.configure({ roles: [], facts: {}, params: { [param]: 'x' } });
      return false;
    } catch (error) {
      return String(error).includes('a parameter that this provider does not know');
    }
  });
}

describe.each(vendors)('%s', (name, provider, vendor) => {
  const page = readFileSync(`docs/how-to/migrate/${name}.md`, 'utf8');
  const inputs = rowsUnder(page, 'its input');
  const outputs = rowsUnder(page, 'its output');

  test('says of which version it speaks', () => {
    expect(page).toContain(`Of ${vendor.version}.`);
  });

  test('says of every input and of every output what becomes of it, and of no other', () => {
    expect(inputs.map(({ theirs }) => theirs)).toEqual(vendor.inputs);
    expect(outputs.map(({ theirs }) => theirs)).toEqual(vendor.outputs);
  });

  test('answers with inputs and outputs that there are, and with parameters that the provider knows', async () => {
    const first = inputs.flatMap(({ here }) => /^`([a-z-]+)[:`]/.exec(here)?.[1] ?? []);
    expect(first.filter((input) => !(input in ours.inputs))).toEqual([]);
    const set = outputs.flatMap(({ here }) => /^`([a-z-]+)`/.exec(here)?.[1] ?? []);
    expect(set.filter((output) => !(output in ours.outputs))).toEqual([]);
    const params = [...page.matchAll(/`params: ([a-z-]+)`/g)].map(([, param = '']) => param);
    expect(params.length).toBeGreaterThan(2);
    expect(await unknownTo(provider, params)).toEqual([]);
  });

  test('begins with a step that the vendor’s action takes', () => {
    const { jobs } = parse(readFileSync(`examples/migrate/${name}.before.yml`, 'utf8')) as Workflow;
    const use = `${vendor.repository}@${String(vendor.version.split('.')[0])}`.toLowerCase();
    const step = jobs.deploy.steps.find(({ uses }) => uses?.toLowerCase() === use);
    expect(Object.keys(step?.with ?? {})).not.toEqual([]);
    expect(Object.keys(step?.with ?? {}).filter((input) => !vendor.inputs.includes(input))).toEqual([]);
  });
});

/** Inputs that a page gives a vendor's action and that it does not have, as `OWNER/NAME input`. */
function unknownInputs(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(unknownInputs);
  if (typeof value !== 'object' || value === null) return [];
  const { uses = '', with: given = {} } = value as { uses?: unknown; with?: object };
  const name = String(uses).split('@')[0]?.toLowerCase();
  const vendor = [...vendors.map(([, , action]) => action), octoStsAction].find(
    ({ repository }) => repository.toLowerCase() === name,
  );
  if (vendor === undefined) return Object.values(value).flatMap(unknownInputs);
  seen.add(vendor.repository);
  const stray = Object.keys(given).filter((input) => !vendor.inputs.includes(input));
  return stray.map((input) => `${vendor.repository} ${input}`);
}
const seen = new Set<string>();

test('no page gives a vendor’s action an input that it does not have, those of the gate included', () => {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'])
    .toString()
    .split('\n');
  const found = listed
    .filter((name) => name !== '' && existsSync(name))
    .flatMap((name) =>
      [...readFileSync(name, 'utf8').matchAll(/^( *)```yaml\n(.*?)^\1```$/gms)].flatMap(
        ([, indent = '', block = '']) => {
          const text = block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
          return unknownInputs(parse(text, { logLevel: 'error' })).map((input) => `${name}: ${input}`);
        },
      ),
    );
  expect(seen.size).toBeGreaterThan(3);
  expect(found).toEqual([]);
});
