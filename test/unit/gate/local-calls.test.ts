import { describe, expect, test } from '@jest/globals';
import { checkGate } from '../../../src/commands/check-gate.ts';
import { gateTree } from '../../support/gate-tree.ts';

const now = new Date('2026-11-21T12:00:00Z');

/** Path, line and rule of what is found of some rules. */
async function found(files: Readonly<Record<string, string>>, ids: RegExp, paths = ['.']): Promise<string[]> {
  const { findings } = await checkGate({ paths, policy: undefined }, gateTree(files), now);
  return findings
    .filter(({ rule }) => ids.test(rule.id))
    .map(({ path, start, rule }) => `${path}:${String(start.line)} ${rule.id}`);
}

const workflow = '.github/workflows/ci.yml';

function job(...steps: readonly string[]): string {
  return `on: push\njobs:\n  a:\n    permissions:\n      id-token: write\n    steps:\n${steps.map((each) => `      - ${each}\n`).join('')}`;
}

function action(...steps: readonly string[]): string {
  return `runs:\n  using: composite\n  steps:\n${steps.map((each) => `    - ${each}\n`).join('')}`;
}

const login = '{ uses: azure/login@v3, with: { client-id: c } }';
const install = '{ run: npm ci, shell: bash }';

describe('the repository’s own actions are looked into', () => {
  test('one that logs in, after others have run', async () => {
    const files = {
      [workflow]: job('run: npm ci', 'uses: ./.github/actions/deploy'),
      '.github/actions/deploy/action.yml': action(login),
    };
    expect(await found(files, /EO30[34]/)).toEqual([`${workflow}:3 EO304`, `${workflow}:7 EO303`]);
  });

  test('one that installs, before the job logs in', async () => {
    const files = {
      [workflow]: job('uses: ./setup', `uses: azure/login@v3\n        with: { client-id: c }`),
      'setup/action.yaml': action(install),
    };
    expect(await found(files, /EO303/)).toEqual([`${workflow}:7 EO303`]);
  });

  test('one that signs by one of its own, also where only the workflow is named', async () => {
    const files = {
      [workflow]: job('run: make build', 'uses: ./.github/actions/release'),
      '.github/actions/release/action.yml': action('uses: ./.github/actions/sign'),
      '.github/actions/sign/action.yml': action('{ run: cosign sign --yes x, shell: bash }'),
    };
    expect(await found(files, /EO303/, [workflow])).toEqual([`${workflow}:7 EO303`]);
  });

  test('one that logs in first is well, and two that use each other end', async () => {
    const files = {
      [workflow]: job('uses: ./a'),
      'a/action.yml': action(login, install, 'uses: ./b'),
      'b/action.yml': action('uses: ./a'),
    };
    expect(await found({ ...files, 'b/action.yml': action() }, /EO303/)).toEqual([]);
    expect(await found(files, /EO304/)).toEqual([`${workflow}:3 EO304`]);
  });
});

describe('a reusable workflow has the rights of the job that calls it', () => {
  const called = `on: workflow_call\njobs:\n  b:\n    steps:\n      - ${install}\n      - ${login}\n`;
  const path = '.github/workflows/deploy.yml';
  const calling = (ofFile: string, ofJob: string): string =>
    `on: push\npermissions: ${ofFile}\njobs:\n  a:\n    permissions: ${ofJob}\n    uses: ./${path}\n`;

  test.each([
    ['of the job', '{}', '{ id-token: write }', [`${path}:3 EO304`, `${path}:5 EO303`]],
    ['none', '{ id-token: write }', '{ contents: read }', []],
  ])('%s', async (_, ofFile, ofJob, expected) => {
    const files = { [workflow]: calling(ofFile, ofJob), [path]: called };
    expect(await found(files, /EO30[34]/)).toEqual(expected);
  });

  test('of all jobs of the file, which is EO301’s', async () => {
    const calls = `on: push\npermissions: { id-token: write }\njobs:\n  a:\n    uses: ./${path}\n`;
    expect(await found({ [workflow]: calls, [path]: called }, /EO30[34]/)).toEqual([`${path}:3 EO304`]);
  });
});

describe('what a job of GitLab’s sets is its own', () => {
  const use = 'docker login -u x -p "$P" r';
  test.each<readonly [string, string, readonly string[]]>([
    ['by the script of another job', `a:\n  script: ['P=$(date)']\nb:\n  script: ['${use}']\n`, ['4']],
    ['by variables of another job', `a:\n  variables: { P: x }\nb:\n  script: ['${use}']\n`, ['4']],
    ['by its own script', `b:\n  script: ['P=$(date)', '${use}']\n`, []],
    [
      'by what it extends',
      `.a:\n  before_script: ['P=$(date)']\nb:\n  extends: .a\n  script: ['${use}']\n`,
      [],
    ],
    ['by what runs before all', `default:\n  before_script: ['P=$(date)']\nb:\n  script: ['${use}']\n`, []],
    [
      'by what it refers to',
      `.a:\n  script: ['P=$(date)']\nb:\n  script:\n    - !reference [.a, script]\n    - ${use}\n`,
      [],
    ],
    [
      'by the report of an earlier one',
      `a:\n  script: [echo "P=$(date)" >> a.env]\n  artifacts: { reports: { dotenv: a.env } }\nb:\n  script: ['${use}']\n`,
      [],
    ],
  ])('%s', async (_, text, lines) => {
    const all = await found({ '.gitlab-ci.yml': text }, /EO105/);
    expect(all).toEqual(lines.map((line) => `.gitlab-ci.yml:${line} EO105`));
  });

  test('also for the scripts that it starts', async () => {
    const files = {
      '.gitlab-ci.yml': 'a:\n  script: [./x.sh]\nb:\n  script: [P=1]\n',
      'x.sh': `#!/bin/sh\n${use}\n`,
    };
    expect(await found(files, /EO105/)).toEqual(['x.sh:2 EO105']);
    const own = { ...files, '.gitlab-ci.yml': 'a:\n  script: [export P=1, ./x.sh]\n' };
    expect(await found(own, /EO105/)).toEqual([]);
  });
});

describe('a file that an image is given is looked at', () => {
  test.each<readonly [string, string, string | undefined, readonly string[]]>([
    ['.npmrc', 'with a token', '//r.example.com/:_authToken=0123456789abcdef', ['error']],
    ['.npmrc', 'with a variable', '//r.example.com/:_authToken=${NPM_TOKEN}\nsave-exact=true', []],
    ['.npmrc', 'that is not there', undefined, ['warning']],
    ['server.pem', 'with a certificate', '-----BEGIN CERTIFICATE-----', []],
    ['.env', 'with settings', 'PORT=1\nDB_PASSWORD=$DB', []],
    ['.env', 'with a password', 'DB_PASSWORD=c0rrect-horse', ['error']],
  ])('%s %s', async (name, _, text, severities) => {
    const files = { 'app/Dockerfile': `FROM scratch\nCOPY ${name} /\n` };
    const all = text === undefined ? files : { ...files, [`app/${name}`]: text };
    const { findings } = await checkGate({ paths: ['.'], policy: undefined }, gateTree(all), now);
    expect(findings.filter(({ rule }) => rule.id === 'EO211').map(({ severity }) => severity)).toEqual(
      severities,
    );
  });
});
