import { describe, expect, test } from '@jest/globals';
import { checkGate } from '../../../src/commands/check-gate.ts';
import { gateTree } from '../../support/gate-tree.ts';

const now = new Date('2026-11-21T12:00:00Z');

/** Path, line, rule and secret of each credential, and of what was not read. */
async function found(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { findings } = await checkGate({ paths: ['.'], policy: undefined }, gateTree(files), now);
  return findings
    .filter(({ rule }) => /^EO(1|401|9)/.test(rule.id) && rule.id !== 'EO116')
    .map(({ path, start, rule, secret = '' }) => `${path}:${String(start.line)} ${rule.id} ${secret}`.trim());
}

const login = 'docker login -u x -p "$P" r';

describe('what GitLab makes one pipeline of', () => {
  test('a file that is taken in is read as GitLab’s, wherever it lies', async () => {
    const files = {
      '.gitlab-ci.yml': 'include: ci/deploy.yml\n',
      'ci/deploy.yml': `deploy:\n  script:\n    - ${login}\n`,
      'ci/other.yml': `other:\n  script:\n    - ${login}\n`,
    };
    expect(await found(files)).toEqual(['ci/deploy.yml:3 EO105 P']);
  });

  test.each([
    ['from the root', '/ci/a.yml', ['ci/a.yml']],
    ['all of a folder', 'ci/*.yml', ['ci/a.yml', 'ci/b.yml']],
    ['all below', 'ci/**.yml', ['ci/a.yml', 'ci/b.yml', 'ci/deep/c.yml']],
    ['all in folders below', 'ci/**/*.yml', ['ci/a.yml', 'ci/b.yml', 'ci/deep/c.yml']],
    ['by a list', '\n  - local: ci/a.yml\n  - { local: ci/deep/c.yml }', ['ci/a.yml', 'ci/deep/c.yml']],
    ['as a child pipeline', '[]\nj:\n  trigger:\n    include:\n      - local: ci/b.yml', ['ci/b.yml']],
  ])('%s', async (_, include, expected) => {
    const job = (name: string): string => `${name}:\n  script: ['${login}']\n`;
    const files = { 'ci/a.yml': job('a'), 'ci/b.yml': job('b'), 'ci/deep/c.yml': job('c') };
    const all = await found({ '.gitlab-ci.yml': `include: ${include}\n`, ...files });
    expect(all.map((each) => each.split(':')[0])).toEqual(expected);
  });

  test('files that take in each other end', async () => {
    const files = {
      '.gitlab-ci.yml': 'include: [a.yml, .gitlab-ci.yml]\n',
      'a.yml': 'include: b.yml\n',
      'b.yml': `include: a.yml\nj:\n  script: ['${login}']\n`,
    };
    expect(await found(files)).toEqual(['b.yml:3 EO105 P']);
  });

  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'a variable of the file, used in another',
      {
        '.gitlab-ci.yml': 'include: a.yml\nvariables:\n  P: $HUB\n',
        'a.yml': `j:\n  script: ['${login}']\n`,
      },
      ['.gitlab-ci.yml:3 EO105 HUB'],
    ],
    [
      'one that another file sets to the job’s own token',
      {
        '.gitlab-ci.yml': 'include: a.yml\nvariables:\n  NPM_TOKEN: $CI_JOB_TOKEN\n',
        'a.yml': 'j:\n  script: [npm config set //r/:_authToken $NPM_TOKEN]\n',
      },
      [],
    ],
    [
      'a job that extends one of another file',
      {
        '.gitlab-ci.yml': 'include: a.yml\nj:\n  extends: .base\n  variables:\n    P: $HUB\n',
        'a.yml': `.login: &l\n  script: ['${login}']\n.base:\n  extends: [.login]\n`,
      },
      ['.gitlab-ci.yml:5 EO105 HUB'],
    ],
    [
      'a template whose variables a job of another file uses',
      {
        '.gitlab-ci.yml': `include: a.yml\nj:\n  extends: .base\n  script: ['${login}']\n`,
        'a.yml': '.base:\n  variables:\n    P: $HUB\n',
      },
      ['a.yml:3 EO105 HUB'],
    ],
    [
      'a script that is referred to',
      {
        '.gitlab-ci.yml':
          'include: a.yml\nj:\n  variables:\n    P: $HUB\n  script:\n    - !reference [.login, script]\n',
        'a.yml': `.login:\n  script: ['${login}']\n`,
      },
      ['.gitlab-ci.yml:4 EO105 HUB'],
    ],
    [
      'what a script sets for the one after it',
      {
        '.gitlab-ci.yml': `include: a.yml\nj:\n  extends: .base\n  script: ['${login}']\n`,
        'a.yml': '.base:\n  before_script:\n    - export P="$HUB"\n',
      },
      ['a.yml:3 EO105 HUB'],
    ],
    [
      'what every job begins with',
      {
        '.gitlab-ci.yml': 'include: a.yml\nj:\n  variables:\n    P: $HUB\n  script: [make]\n',
        'a.yml': `default:\n  before_script: ['${login}']\n`,
      },
      ['.gitlab-ci.yml:4 EO105 HUB'],
    ],
    [
      'the same job in two files',
      {
        '.gitlab-ci.yml': 'include: a.yml\nj:\n  variables:\n    P: $HUB\n',
        'a.yml': `j:\n  script: ['${login}']\n`,
      },
      ['.gitlab-ci.yml:4 EO105 HUB'],
    ],
    [
      'a job that has nothing to do with it',
      {
        '.gitlab-ci.yml': 'include: a.yml\nj:\n  variables:\n    P: $HUB_NAME\n  script: [make]\n',
        'a.yml': `k:\n  script: [make]\n`,
      },
      [],
    ],
  ])('%s', async (_, files, expected) => {
    expect(await found(files)).toEqual(expected);
  });

  test.each([
    ['that is not there', 'ci/gone.yml'],
    ['outside of the repository', '../other.yml'],
    ['by a pattern that nothing fits', 'ci/x*.yml'],
    ['by a pattern that is made to be too much', `ci/${'*a'.repeat(50)}.yml`],
  ])('a file %s is told', async (_, name) => {
    const files = { '.gitlab-ci.yml': `include:\n  - local: '${name}'\n`, 'ci/a.yml': 'a: {}\n' };
    const long = { [`ci/${'a'.repeat(250)}.yaml`]: 'a: {}\n' };
    expect(await found({ ...files, ...long })).toEqual(['.gitlab-ci.yml:2 EO905']);
  });

  test('one that cannot be read is an error', async () => {
    expect(await found({ '.gitlab-ci.yml': 'include: a.yml\n', 'a.yml': 'a: [\n' })).toEqual([
      'a.yml:2 EO901',
    ]);
  });

  test('a repository in a folder has its own root', async () => {
    const files = {
      'one/.gitlab-ci.yml': 'include: /ci.yml\n',
      'one/ci.yml': `j:\n  script: ['${login}']\n`,
      'ci.yml': `k:\n  script: ['${login}']\n`,
    };
    expect(await found(files)).toEqual(['one/ci.yml:2 EO105 P']);
  });

  test('more files than GitLab takes are not read', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `f${String(index)}.yml`);
    const files = Object.fromEntries(many.map((name) => [name, `j:\n  script: ['${login}']\n`]));
    const all = await found({ '.gitlab-ci.yml': `include: [${many.join(', ')}]\n`, ...files });
    expect(all.filter((each) => each.includes('EO905'))).toHaveLength(50);
    expect(all.filter((each) => each.includes('EO105'))).toHaveLength(150);
  });
});

const workflow = (run: string, more = ''): string =>
  `on: push\njobs:\n  a:\n    steps:\n      - run: ${run}\n        env:\n          X: \${{ secrets.S }}\n${more}`;

describe('a secret that is handed to a script is what takes it there', () => {
  test.each<readonly [string, string, Readonly<Record<string, string>>]>([
    ['by its path', './scripts/deploy.sh', { 'scripts/deploy.sh': 'docker login -p "$X" r\n' }],
    ['by a shell', 'bash -e scripts/deploy.sh', { 'scripts/deploy.sh': 'docker login -p "$X" r\n' }],
    ['by source', '. ./env.sh', { 'env.sh': 'export DOCKER_PASSWORD=$X\n' }],
    ['below the workspace', '"$GITHUB_WORKSPACE/d.sh"', { 'd.sh': 'docker login -p "$X" r\n' }],
    ['as an argument', './d.sh prod "$X"', { 'd.sh': 'P="$2"\ndocker login -p "$P" r\n' }],
    ['as an argument of a shell', 'sh ./d.sh "$X"', { 'd.sh': 'docker login -p "$1" r\n' }],
    ['under another name', 'P="$X" ./d.sh', { 'd.sh': 'docker login -p "$P" r\n' }],
    ['through a second script', './a.sh', { 'a.sh': './b.sh\n', 'b.sh': 'docker login -p "$X" r\n' }],
    [
      'beside the script',
      './ci/a.sh',
      { 'ci/a.sh': '"$(dirname "$0")/b.sh"\n', 'ci/b.sh': 'docker login -p "$X" r\n' },
    ],
    ['in a folder', '|\n          cd ci\n          ./a.sh', { 'ci/a.sh': 'docker login -p "$X" r\n' }],
    ['by make', 'make push', { Makefile: 'build:\n\tgo build\npush: build\n\t@docker login -p $(X) r\n' }],
    ['by make, as a variable of the shell', 'make', { Makefile: 'all:\n\tdocker login -p "$$X" r\n' }],
    ['by make, by what it needs', 'make all', { Makefile: 'all: l\nl:\n\tdocker login -p $${X} r\n' }],
    ['by make, as its variable', 'make l P="$X"', { Makefile: 'l:\n\tdocker login -p $(P) r\n' }],
    ['by make elsewhere', 'make -C sub l', { 'sub/Makefile': 'l:\n\tdocker login -p ${X} r\n' }],
    ['by npm', 'npm run push', { 'package.json': '{\n\t"scripts": { "push": "docker login -p $X r" } }' }],
  ])('%s', async (_, run, files) => {
    const all = await found({ '.github/workflows/ci.yml': workflow(run), ...files });
    expect(all).toEqual([expect.stringMatching(/ci\.yml:\d+ EO105 S$/)]);
  });

  test('in the folder of a step', async () => {
    const files = { 'ci/a.sh': 'docker login -p "$X" r\n' };
    const text = workflow('./a.sh', '        working-directory: ci\n');
    expect(await found({ '.github/workflows/ci.yml': text, ...files })).toEqual([
      '.github/workflows/ci.yml:7 EO105 S',
    ]);
  });

  test('an action’s script lies beside it', async () => {
    const action =
      'inputs: { t: {} }\nruns:\n  using: composite\n  steps:\n    - run: $GITHUB_ACTION_PATH/d.sh\n      shell: bash\n      env:\n        X: ${{ inputs.t }}\n';
    const files = {
      '.github/actions/a/action.yml': action,
      '.github/actions/a/d.sh': 'twine upload -p $X d/*\n',
    };
    expect(await found(files)).toEqual(['.github/actions/a/action.yml:8 EO104 t']);
  });

  test.each<readonly [string, string, Readonly<Record<string, string>>]>([
    ['a script that uses another', './d.sh', { 'd.sh': 'docker login -p "$Y" r\n' }],
    ['a script that is not there', './gone.sh', {}],
    ['a script outside', '../d.sh', { '../d.sh': 'docker login -p "$X" r\n', 'd.sh': '' }],
    ['a program of another language', './d.py', { 'd.py': 'docker login -p "$X" r\n' }],
    ['by its first line', './d', { d: '#!/usr/bin/env python3\ndocker login -p "$X" r\n' }],
    ['another target', 'make b', { Makefile: 'a:\n\tdocker login -p $(X) r\nb:\n\tgo build\n' }],
    ['scripts that start each other', './a.sh', { 'a.sh': './b.sh\n', 'b.sh': './a.sh $X\n' }],
  ])('nothing tells by %s', async (_, run, files) => {
    const all = await found({ '.github/workflows/ci.yml': workflow(run), ...files });
    expect(all).toEqual(['.github/workflows/ci.yml:7 EO199 S']);
  });

  test('where secrets are variables, the script itself is read', async () => {
    const files = {
      '.gitlab-ci.yml': 'variables: { KNOWN: $CI_JOB_TOKEN }\nj:\n  script: [./d.sh]\n',
      'd.sh':
        '#!/bin/sh\nset -e\ndocker login -p "$HUB" r\ndocker login -p "$KNOWN" r\ndocker login -p "$1" r\n',
    };
    expect(await found(files)).toEqual(['d.sh:3 EO105 HUB']);
  });

  test('with its place in a make file and in package.json', async () => {
    const files = {
      '.gitlab-ci.yml': 'j:\n  script: [make a, npm run b]\n',
      Makefile: '# a\na:\n\t@echo $$HOME\n\t@docker login -p "$$HUB" r\n',
      'package.json': '{\n\t"scripts": {\n\t\t"b": "docker login -p \\"$HUB\\" r"\n\t}\n}\n',
    };
    expect(await found(files)).toEqual(['Makefile:4 EO105 HUB', 'package.json:3 EO105 HUB']);
  });

  test('a secret that is written out in a script is found', async () => {
    const token = ['gh', 'p_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
    const files = { '.github/workflows/ci.yml': 'on: push\njobs: { a: { steps: [{ run: ./d.sh }] } }\n' };
    expect(await found({ ...files, 'd.sh': `echo\nT=${token}\n` })).toEqual(['d.sh:2 EO401']);
  });
});
