import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkGate } from '../../../src/commands/check-gate.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import type { WorkTree } from '../../../src/gate/files/work-tree.ts';
import { reportFormats } from '../../../src/gate/reports/registry.ts';
import type { GateReport } from '../../../src/gate/reports/report.ts';
import { telling } from '../../support/gate/findings.ts';
import { literalSecrets } from '../../support/gate/literal-secrets.ts';

/** Stretches of this many bytes are what leakage.md counts. */
const window = 8;

function stretchesOf(secret: string): string[] {
  return Array.from({ length: secret.length - window + 1 }, (_, at) => secret.slice(at, at + window));
}

function shown(text: string, secret: string): string[] {
  return stretchesOf(secret).filter((each) => text.includes(each));
}

function treeOf(files: Readonly<Record<string, string>>): WorkTree {
  return {
    isFolder: () => false,
    list: () => [],
    read: (path) => files[path],
  };
}

/** In each place in which a file may have it, and in which a report may name what is there. */
function placesOf(secret: string): Record<string, string> {
  const lines = secret.split('\n');
  const block = (blanks: number): string => lines.map((line) => `\n${' '.repeat(blanks)}${line}`).join('');
  const word = lines.join(' ');
  const name = JSON.stringify(`with ${word}`);
  return {
    '.github/workflows/value.yml': `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    env:\n      VALUE: |${block(8)}\n    steps:\n      - run: |\n          deploy --token \${{ secrets.NPM_TOKEN }}${block(10)}\n`,
    '.github/workflows/inline.yml': `on: push\njobs:\n  build:\n    steps:\n      - uses: a/b@v1\n        with: { password: ${JSON.stringify(secret)}, token: "\${{ secrets.NPM_TOKEN || '${word}' }}" }\n`,
    '.github/workflows/names.yml': `on: push\njobs:\n  ${JSON.stringify(word)}:\n    runs-on: ubuntu-latest\n    steps:\n      - name: ${name}\n        run: npm publish\n        env:\n          ${JSON.stringify(word)}: \${{ secrets.NPM_TOKEN }}\n          NODE_AUTH_TOKEN: \${{ secrets.NPM_TOKEN }}\n          VALUE: |${block(12)}\n`,
    '.github/workflows/broken.yml': `on: push\njobs: [ *${word} ]\nx: !<${word}> y\n  ${word}: {\nvalue: |${block(2)}\n`,
    '.gitlab-ci.yml': `variables:\n  DEPLOY_PASSWORD: |${block(4)}\n${JSON.stringify(word)}:\n  script:\n    - export TOKEN=${JSON.stringify(word)}\n    - twine upload -p "$RELEASE_TOKEN" -u ${JSON.stringify(word)} dist/*\n`,
    'ci/with space.yml': `on: push\njobs: { a: { steps: [ { run: "echo \${{ secrets.X }} ${word.replaceAll('"', '')}" } ] } }\n`,
  };
}

describe.each(literalSecrets)('L40 a secret of the kind $kind', ({ text, secret }) => {
  const files = placesOf(text);
  let report: GateReport;
  beforeAll(async () => {
    report = await checkGate(
      { paths: Object.keys(files), policy: undefined },
      treeOf(files),
      new Date('2026-06-01T00:00:00Z'),
    );
  });

  test.each(Object.entries(reportFormats))('is not told as %s', (_, format) => {
    const told = format(report, telling);
    expect(told.length).toBeGreaterThan(300);
    expect(shown(told, secret)).toEqual([]);
  });

  test('is found, and does not hide that something is there', () => {
    const literal = report.findings.some(({ rule }) => rule.id.startsWith('EO4'));
    expect(literal).toBe(true);
    expect(report.findings.some(({ rule }) => rule.id === 'EO901')).toBe(true);
    expect(report.findings.some(({ secret: name }) => name === 'NPM_TOKEN')).toBe(true);
  });
});

describe('L40 a secret in the policy file', () => {
  const token = ['gh', 'p_', randomBytes(18).toString('hex')].join('');
  const check = (policy: string): Promise<GateReport> =>
    checkGate(
      { paths: ['a.yml'], policy: 'policy.yml' },
      treeOf({
        'a.yml':
          'on: push\njobs: { a: { steps: [ { run: "npm publish", env: { NODE_AUTH_TOKEN: "${{ secrets.T }}" } } ] } }\n',
        'policy.yml': policy,
      }),
      new Date('2026-06-01T00:00:00Z'),
    );

  test('is not told by what is waived with it', async () => {
    const waiver = `{ rule: EO104, owner: me, reason: "${token}", ticket: "${token}", expires: 2026-07-01 }`;
    const report = await check(`waivers: [ ${waiver}, { rule: EO105, secret: ${token} } ]\n`);
    expect(report.findings.some(({ waived }) => waived !== undefined)).toBe(true);
    for (const format of Object.values(reportFormats))
      expect(shown(format(report, telling), token)).toEqual([]);
  });

  test.each([
    ['a key that is none', `${token}: 1\n`],
    ['a value that is none', `mode: ${token}\n`],
    ['a class that is none', `classification: { ${token}: nothing }\n`],
    ['what is no YAML', `mode: [ *${token}\n`],
  ])('is not told when it stands as %s', async (_, policy) => {
    const error = await check(policy).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CredsError);
    const { message, hint, stack = '' } = error as CredsError;
    expect(shown(`${message} ${hint} ${stack}`, token)).toEqual([]);
  });
});

test('L40 a password of no known form, and a part of a private key in a name, are not told', async () => {
  const key = literalSecrets.find(({ kind }) => kind === 'private key');
  const [password, line] = ['Tr0ub4dor-and-3', key?.secret.split('\n')[3] ?? ''];
  const block = key?.text.split('\n').map((each) => `    ${each}\n`);
  const files = {
    '.gitlab-ci.yml': `variables:\n  DEPLOY_PASSWORD: ${password}\n  KEY: |\n${block?.join('') ?? ''}${JSON.stringify(line)}:\n  script:\n    - twine upload -u ${password} -p "$RELEASE_TOKEN" dist/*\n`,
  };
  const order = { paths: Object.keys(files), policy: undefined };
  const report = await checkGate(order, treeOf(files), new Date());
  expect(report.findings.map(({ rule }) => rule.id)).toEqual(
    expect.arrayContaining(['EO104', 'EO210', 'EO403']),
  );
  for (const format of Object.values(reportFormats)) {
    const told = format(report, telling);
    expect([...shown(told, password), ...shown(told, line)]).toEqual([]);
  }
});

test('a remark that tells the scanner to look away is not heeded', async () => {
  const token = literalSecrets.find(({ kind }) => kind === 'npm')?.text ?? '';
  const text = `# secretlint-disable\non: push\njobs: { a: { steps: [ { run: "echo ${token}" } ] } }\n`;
  const order = { paths: ['a.yml'], policy: undefined };
  const { findings } = await checkGate(order, treeOf({ 'a.yml': text }), new Date());
  expect(findings.map(({ rule }) => rule.id)).toContain('EO401');
});
