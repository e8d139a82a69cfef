import { expect, test } from '@jest/globals';
import { checkGate } from '../../../src/commands/check-gate.ts';
import { gateTree } from '../../support/gate-tree.ts';

const now = new Date('2026-11-21T12:00:00Z');

/** Rule and secret of each error in one file. */
async function errors(path: string, text: string): Promise<string[]> {
  const { findings } = await checkGate({ paths: [path], policy: undefined }, gateTree({ [path]: text }), now);
  return findings
    .filter(({ rule, severity }) => severity === 'error' && /^EO[14]/.test(rule.id))
    .map(({ rule, secret = '' }) => `${rule.id} ${secret}`.trim());
}

const push = (token: string): string => `git push "https://x:${token}@gitlab.com/a/b"`;

test.each<readonly [string, readonly string[], string]>([
  ['printenv', [push('$(printenv DEPLOY_TOKEN)')], 'EO106 DEPLOY_TOKEN'],
  ['the name of the name', ['n=DEPLOY_TOKEN', push('${!n}')], 'EO106 DEPLOY_TOKEN'],
  ['a script in single quotes', [`bash -ec 'docker login -u x -p "$P" r'`], 'EO105 P'],
  ['a name like the runner’s', [push('$FF_DEPLOY_TOKEN')], 'EO106 FF_DEPLOY_TOKEN'],
  ['a name like the shell’s', ['docker login -u x -p "$BASH_PASSWORD" r'], 'EO105 BASH_PASSWORD'],
])('a GitLab job hides its secret by %s', async (_, lines, expected) => {
  const script = lines.map((line) => `    - |-\n      ${line}\n`).join('');
  expect(await errors('.gitlab-ci.yml', `a:\n  script:\n${script}`)).toEqual([expected]);
});

test('an empty variable waits for the project’s', async () => {
  const text = `variables:\n  DEPLOY_TOKEN: ""\na:\n  script:\n    - ${push('$DEPLOY_TOKEN')}\n`;
  expect(await errors('.gitlab-ci.yml', text)).toEqual(['EO106 DEPLOY_TOKEN']);
});

const step = (text: string): string => `on: push\njobs:\n  a:\n    steps:\n      - ${text}\n`;

test.each([
  ['an account', 'run: docker login -u x -p "${{ secrets.ACCOUNT_ID }}" r', 'EO105 ACCOUNT_ID'],
  ['a switch', 'run: docker login -u x -p "${{ secrets.ACTIONS_STEP_DEBUG }}" r', 'EO105 ACTIONS_STEP_DEBUG'],
  [
    'a region',
    'uses: aws-actions/configure-aws-credentials@v6\n        with: { aws-secret-access-key: "${{ secrets.AWS_REGION }}" }',
    'EO101 AWS_REGION',
  ],
])('a password that is called like %s', async (_, text, expected) => {
  expect(await errors('.github/workflows/ci.yml', step(text))).toEqual([expected]);
});

test('a private key in base64', async () => {
  const key = Buffer.from(['-----BEGIN', 'PRIVATE', `KEY-----\n${'0123456789abcdef'.repeat(6)}\n`].join(' '));
  const text = step(`run: echo ${key.toString('base64')} | base64 -d > key`);
  expect(await errors('.github/workflows/ci.yml', text)).toEqual(['EO403']);
});
