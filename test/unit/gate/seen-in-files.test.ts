import { describe, expect, test } from '@jest/globals';
import { readText } from '../../../src/gate/files/read-text.ts';
import { fileReaders } from '../../../src/gate/files/registry.ts';
import { readShell } from '../../../src/gate/files/shell.ts';
import { fingerprints } from '../../../src/gate/fingerprint.ts';
import { inspect } from '../../../src/gate/inspect.ts';
import { exampleFile } from '../../../src/gate/rules/example-files.ts';
import type { Example } from '../../../src/gate/rules/rule.ts';
import { ruleBook } from '../../../src/gate/rules/registry.ts';

/** Rule and secret of each reference that is a credential, a note with its severity. */
function found(example: Example): string[] {
  return inspect(read(example), ruleBook)
    .filter(({ rule }) => rule.id.startsWith('EO1') && rule.id !== 'EO116')
    .map(({ rule, secret = '', severity }) => `${rule.id} ${secret}${severity === 'note' ? ' note' : ''}`);
}

function read(example: Example): Exclude<ReturnType<typeof readText>, { problem: string }> {
  const { path, text } = exampleFile(example);
  const file = readText(path, text, fileReaders);
  if ('problem' in file) throw new Error(file.problem);
  return file;
}

describe('what takes a value decides, not its name', () => {
  test.each<readonly [string, Example, readonly string[]]>([
    ['a name that says nothing', { gitlab: 'git push "https://x:$PAT@gitlab.com/a/b.git"' }, ['EO106 PAT']],
    ['a key in a variable of any name', { gitlab: 'echo "$ID_RSA" | ssh-add -' }, ['EO108 ID_RSA']],
    ['a password with -p', { gitlab: 'mysqldump -h h -p"$BILLING_PRODDB" app' }, ['EO111 BILLING_PRODDB']],
    [
      'an address with a password',
      { gitlab: 'psql "postgres://app:$APP_PRODDB@db/app"' },
      ['EO111 APP_PRODDB'],
    ],
    ['a whole .env', { gitlab: 'echo "$ENV_CONFIG" > .env' }, ['EO115 ENV_CONFIG']],
    [
      'GITHUB_TOKEN on GitLab is a PAT',
      { gitlab: 'semantic-release --token "$GITHUB_TOKEN"' },
      ['EO106 GITHUB_TOKEN'],
    ],
    ['through a variable of the shell', { gitlab: 'export AWS_SECRET_ACCESS_KEY="$CLOUD"' }, ['EO101 CLOUD']],
    [
      'through a command',
      { gitlab: 'P=$(echo "$BLOB" | base64 -d); docker login -u x -p "$P" r' },
      ['EO105 BLOB'],
    ],
    [
      'through $GITHUB_ENV',
      { job: 'steps:\n  - run: echo "PULUMI_ACCESS_TOKEN=${{ secrets.S }}" >> $GITHUB_ENV' },
      ['EO112 S'],
    ],
    [
      'through env in an input',
      {
        job: 'env:\n  X: ${{ secrets.S }}\nsteps:\n  - uses: azure/login@v3\n    with:\n      creds: ${{ env.X }}',
      },
      ['EO103 S'],
    ],
    [
      'a fallback',
      { step: "run: npm publish\nenv:\n  NODE_AUTH_TOKEN: ${{ vars.A || secrets.B || 'x' }}" },
      ['EO104 A', 'EO104 B'],
    ],
  ])('%s', (_, example, expected) => {
    expect(found(example)).toEqual(expected);
  });
});

describe('what is no secret', () => {
  test.each<readonly [string, Example]>([
    ['a chart’s value', { gitlab: 'helm upgrade app . --set secrets.postgres.enabled=true' }],
    ['a program of that name', { gitlab: 'python run_with_env_secrets.py' }],
    ['a step that is called secrets', { step: 'run: ./x\nenv:\n  A: ${{ steps.secrets.outputs.X }}' }],
    ['a comment', { step: 'run: |\n  # use ${{ github.sha }}, not secrets[...] of $TOKEN\n  make' }],
    ['single quotes', { gitlab: "envsubst '$DB_PASSWORD' < a > b" }],
    [
      'the job’s own token under another name',
      {
        path: '.gitlab-ci.yml',
        text: 'a:\n  variables:\n    NPM_TOKEN: ${CI_JOB_TOKEN}\n  script: [npm publish]\n',
      },
    ],
    [
      'a token that was borrowed',
      { step: 'run: npm publish\nenv:\n  NODE_AUTH_TOKEN: ${{ steps.auth.outputs.token }}' },
    ],
    [
      'a region that is kept as a secret',
      {
        step: 'run: docker login -u "$U" -p x "$R"\nenv:\n  U: ${{ secrets.DOCKER_TOKEN_USER }}\n  R: ${{ secrets.DOCKER_KEY_HOST }}',
      },
    ],
    ['a public key', { step: 'run: gpg --import key\nenv:\n  K: ${{ secrets.GPG_PUBLIC_KEY }}' }],
    [
      'the user and host of a login with a password',
      { step: 'run: sshpass -f pw ssh ${{ secrets.SSH_USER }}@${{ secrets.SSH_HOST }}' },
    ],
    [
      'settings',
      {
        step: 'run: ./x\nenv:\n  OPENAI_MODEL: ${{ secrets.OPENAI_MODEL }}\n  RATE: ${{ secrets.TRACE_SAMPLE_RATE }}',
      },
    ],
    ['what a script sets itself', { gitlab: 'for TOKEN in a b; do curl -H "X: $TOKEN" h; done' }],
    [
      'a reference to another job’s script',
      { path: '.gitlab-ci.yml', text: 'a:\n  script:\n    - !reference [.base, "docker login -p $P r"]\n' },
    ],
  ])('%s', (_, example) => {
    expect(found(example)).toEqual([]);
  });

  test('what is only asked for is told once, as a note', () => {
    const step = 'if: secrets.A_TOKEN != \'\'\nrun: |\n  [ -n "${{ secrets.A_TOKEN }}" ] && make';
    expect(found({ step })).toEqual(['EO114 A_TOKEN note']);
  });

  test('but not where it is used as well', () => {
    const step = 'if: env.T != \'\'\nrun: test -n "${{ secrets.PAT }}"\nenv:\n  GH_TOKEN: ${{ secrets.PAT }}';
    expect(found({ step })).toEqual(['EO106 PAT']);
  });
});

describe('other platforms', () => {
  test.each<readonly [string, string, string, readonly string[]]>([
    [
      'a pipe of Bitbucket',
      'bitbucket-pipelines.yml',
      'pipelines:\n  default:\n    - step:\n        script:\n          - make\n          - pipe: atlassian/aws-s3-deploy:1.1.0\n            variables:\n              AWS_SECRET_ACCESS_KEY: $CLOUD\n              S3_BUCKET: $BUCKET\n',
      ['EO101 CLOUD'],
    ],
    [
      'a script of Bitbucket',
      'bitbucket-pipelines.yml',
      'pipelines:\n  default:\n    - step:\n        script:\n          - docker login -u $U -p $P\n          - echo $BITBUCKET_COMMIT\n',
      ['EO105 P'],
    ],
    [
      'CircleCI',
      '.circleci/config.yml',
      'version: 2.1\njobs:\n  a:\n    docker:\n      - image: r.example.com/a\n        auth: { username: $HUB_USER, password: $HUB_PASSWORD }\n    environment:\n      TF_TOKEN_app_terraform_io: $CLOUD\n    steps:\n      - run: npm publish --token $RELEASE\n      - run: { name: push, command: git push https://x:$BOT@github.com/a/b }\n',
      ['EO105 HUB_PASSWORD', 'EO112 CLOUD', 'EO104 RELEASE', 'EO106 BOT'],
    ],
    [
      'Buildkite',
      '.buildkite/pipeline.yml',
      'env:\n  NODE_AUTH_TOKEN: $$REGISTRY_TOKEN\nsteps:\n  - command: twine upload -p "$INDEX" dist/*\n  - commands:\n      - echo $BUILDKITE_COMMIT\n',
      ['EO104 INDEX'],
    ],
    [
      'a file of Forgejo',
      '.forgejo/workflows/a.yml',
      'on: push\njobs:\n  a:\n    steps:\n      - run: docker login -p ${{ secrets.A }} x\n      - run: docker login -p ${{ secrets.FORGEJO_TOKEN }} x\n',
      ['EO105 A'],
    ],
  ])('%s', (_, path, text, expected) => {
    expect(found({ path, text })).toEqual(expected);
    expect(found({ path: 'anywhere.yml', text }).length).toBeGreaterThan(0);
  });
});

test('findings that have all their names in common are told apart', () => {
  const step =
    'name: s\nrun: |\n  docker login -p ${{ secrets.HUB }} a\n  docker login -p ${{ secrets.HUB }} b';
  const all = fingerprints(inspect(read({ step }), ruleBook));
  expect(all.length).toBe(4);
  expect(new Set(all).size).toBe(4);
});

test('a script that is nested beyond reason is no script', () => {
  expect(readShell('echo $(a)\n'.repeat(2500))).toBeUndefined();
  expect(readShell('a '.repeat(100_000))).toBeUndefined();
  expect(readShell('echo $(date)')?.commands.map(({ line }) => line)).toEqual(['echo $(date)', 'date']);
});

test('a finding stands on its line, in whatever way the text is written', () => {
  const lines = (text: string): number[] =>
    inspect(read({ text }), ruleBook)
      .filter(({ rule }) => rule.id === 'EO105')
      .map(({ start }) => start.line);
  const job = (run: string): string => `on: push\njobs:\n  a:\n    steps:\n      - run: ${run}\n`;
  const login = 'docker login -p ${{ secrets.HUB }} r';
  expect(lines(job(`|\n          make\n          ${login}`))).toEqual([7]);
  expect(lines(job(`>-\n          make;\n\n          ${login}`))).toEqual([8]);
  expect(lines(job(`"make\\n${login}"`))).toEqual([5]);
  expect(lines(job(`make &&\n          ${login}`))).toEqual([6]);
  expect(lines(job(`|\r\n          make\r\n          ${login}\r`))).toEqual([7]);
});
