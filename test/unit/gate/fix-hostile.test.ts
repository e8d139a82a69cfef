import { describe, expect, test } from '@jest/globals';
import { planFixes } from '../../../src/commands/fix-gate.ts';
import type { Wish } from '../../../src/gate/fixes/fix.ts';
import type { FixedText } from '../../../src/gate/fixes/fix-text.ts';
import { fixed, fixWish } from '../../support/gate-fixes.ts';
import { gateTree } from '../../support/gate-tree.ts';

const login = [
  '- uses: aws-actions/configure-aws-credentials@v6',
  '  with:',
  '    aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}',
  '    aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}',
  '    aws-region: eu-west-1',
].join('\n');

function deeper(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(by));
}

/** A workflow with one job that logs in to AWS by a key. */
function workflow({
  on = 'push',
  top = '',
  job = 'permissions: { contents: read }',
  steps = login,
}: {
  readonly on?: string;
  readonly top?: string;
  readonly job?: string;
  readonly steps?: string;
} = {}): string {
  const head = `on: ${on}\n${top}jobs:\n  deploy:\n    runs-on: ubuntu-latest\n`;
  return `${head}${deeper(job, 4)}${job === '' ? '' : '\n'}    steps:\n${deeper(steps, 6)}\n`;
}

function run(text: string, to: Wish['to'] = 'platform', path = '.github/workflows/ci.yml'): FixedText {
  return fixed(path, text, fixWish(to));
}

test('the workflow that all of these spoil is rewritten', () => {
  for (const to of ['platform', 'broker'] as const) expect(run(workflow(), to)).toMatchObject({ left: [] });
});

describe('left to a person, byte for byte, with the reason', () => {
  const key = 'env: &key\n  AWS_ACCESS_KEY_ID: ${{ secrets.A }}\n  AWS_SECRET_ACCESS_KEY: ${{ secrets.B }}';
  test.each<readonly [string, string, RegExp]>([
    ['strangers', workflow({ on: 'pull_request_target' }), /strangers/],
    ['what a stranger’s run has left', workflow({ on: '{ workflow_run: { workflows: [a] } }' }), /strangers/],
    [
      'what would be an error of another kind',
      workflow({
        on: '[push, pull_request_target]',
        steps: login.replace('\n', "\n  if: github.event_name == 'push'\n"),
      }),
      /would find EO302/,
    ],
    ['a reusable workflow', workflow({ on: '[push, workflow_call]' }), /called by others/],
    ['a file that does not say when it runs', workflow({ on: '' }), /when it runs/],
    ['all that may be read', workflow({ job: 'permissions: read-all' }), /read-all/],
    [
      'all of the workflow’s that may be read',
      workflow({ top: 'permissions: read-all\n', job: '' }),
      /read-all/,
    ],
    [
      'a job whose token somebody needs',
      workflow({ job: '', steps: `- uses: somebody/release@v1\n${login}` }),
      /`somebody\/release` may need more/,
    ],
    [
      'a push with the job’s own token',
      workflow({ job: '', steps: `${login}\n- run: git push` }),
      /git push/,
    ],
    [
      'GITHUB_TOKEN',
      workflow({ job: '', steps: `${login}\n- run: x\n  env: { T: '\${{ secrets.GITHUB_TOKEN }}' }` }),
      /GITHUB_TOKEN/,
    ],
    ['half a key', workflow({ steps: login.replace(/.*secret-access.*\n/, '') }), /one secret each/],
    [
      'a key put together',
      workflow({
        steps: login.replace('${{ secrets.AWS_ACCESS_KEY_ID }}', 'A${{ secrets.AWS_ACCESS_KEY_ID }}'),
      }),
      /one secret each/,
    ],
    ['an input that nobody knows', workflow({ steps: `${login}\n    proxy: p` }), /`proxy`/],
    [
      'outputs that are read',
      workflow({
        steps: `${login}\n  id: Aws\n- run: echo "\${{ steps.aws.outputs.aws-account-id }}"`,
      }),
      /puts out/,
    ],
    ['a region that is none', workflow({ steps: login.replace('eu-west-1', 'europe') }), /region/],
    [
      'a script that hands the key on',
      workflow({
        steps: '- run: docker run -e AWS_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY" x',
        job: `${key}\npermissions: {}`,
      }),
      /AWS_SESSION_TOKEN/,
    ],
    [
      'an action that may read two parts of it',
      workflow({ steps: '- uses: somebody/s3-sync@v1', job: `${key}\npermissions: {}` }),
      /somebody\/s3-sync/,
    ],
    [
      'an anchor that others repeat',
      `${workflow({ steps: '- run: aws s3 ls', job: `${key}\npermissions: {}` })}  two:\n    runs-on: x\n    permissions: {}\n    env: *key\n    steps:\n      - run: aws s3 ls\n`,
      /alias|anchor/,
    ],
    [
      'a step that stands in two places',
      workflow({ steps: `- &login\n  ${login.slice(2)}\n- *login` }),
      /several places|alias|anchor/,
    ],
    [
      'an expression that names the key',
      workflow({ steps: '- run: aws s3 ls\n  if: env.AWS_ACCESS_KEY_ID', job: `${key}\npermissions: {}` }),
      /by its name/,
    ],
    ['two documents', `${workflow()}---\na: 1\n`, /one YAML document/],
    [
      'for all jobs of several',
      `${workflow({ top: `${key}\n`, steps: '- run: aws s3 ls' })}  two:\n    runs-on: x\n    steps:\n      - run: aws s3 ls\n`,
      /for all jobs/,
    ],
    [
      'steps in brackets',
      workflow({ steps: '- run: x' }).replace(
        /steps:\n.*\n/,
        "steps: [{ run: aws s3 ls, env: { AWS_ACCESS_KEY_ID: '${{ secrets.A }}', AWS_SECRET_ACCESS_KEY: '${{ secrets.B }}' } }]\n",
      ),
      /brackets/,
    ],
  ])('%s', (_, text, why) => {
    const result = run(text);
    expect(result.text).toBe(text);
    expect(result.done.map(({ fix }) => fix)).toEqual([]);
    expect(result.left.length).toBeGreaterThan(0);
    for (const left of result.left) expect(left.why).toMatch(why);
  });

  test.each([
    ['pull requests', workflow({ on: '[push, pull_request]' }), /pull_request/],
    [
      'an environment that is calculated',
      workflow({
        job: 'permissions: {}\nenvironment: ${{ matrix.to }}\nstrategy: { matrix: { to: [a, b] } }',
      }),
      /calculated/,
    ],
  ])('with a broker: %s', (_, text, why) => {
    expect(run(text).done).toHaveLength(1);
    const result = run(text, 'broker');
    expect(result.text).toBe(text);
    for (const left of result.left) expect(left.why).toMatch(why);
  });

  test('an action, whose caller hands the key in', () => {
    const text = `name: a\nruns:\n  using: composite\n  steps:\n${deeper(login, 4)}\n`;
    expect(run(text, 'platform', 'a/action.yml').text).toBe(text);
  });
});

test('a script of the repository that names the key’s parts keeps it from being rewritten', () => {
  const path = '.github/workflows/ci.yml';
  const env =
    'env:\n  AWS_ACCESS_KEY_ID: ${{ secrets.A }}\n  AWS_SECRET_ACCESS_KEY: ${{ secrets.B }}\npermissions: {}';
  const order = { paths: [path], policies: 'p', policy: undefined, wish: fixWish('platform') };
  const first = deeper(
    `first:\n  runs-on: ubuntu-latest\n  permissions: {}\n  steps:\n${deeper(login, 4)}`,
    2,
  );
  const text = `${workflow({ job: env, steps: '- run: ./deploy.sh' })}${first}\n`;
  const jobs = (script: string): (string | undefined)[] =>
    planFixes(order, gateTree({ [path]: text, 'deploy.sh': script })).files.flatMap(({ done }) =>
      done.map(({ job }) => job.name),
    );
  expect(jobs('aws s3 ls\n').toSorted()).toEqual(['deploy', 'first']);
  expect(jobs('docker run -e K="$AWS_SECRET_ACCESS_KEY" x\n')).toEqual(['first']);
});

describe('a job without `permissions` keeps what its scripts need', () => {
  const path = '.github/workflows/ci.yml';
  const order = { paths: [path], policies: 'p', policy: undefined, wish: fixWish('platform') };
  const done = (job: string, step: string, script: string): number => {
    const text = workflow({ job, steps: `- run: ${step}\n${login}` });
    const { files } = planFixes(order, gateTree({ [path]: text, 'release.sh': script }));
    return files.flatMap((file) => file.done).length;
  };

  test.each([
    ['./release.sh', 'git push origin HEAD\n', 0],
    ['./release.sh', 'git status\n', 1],
    ['mkdocs gh-deploy --force', '', 0],
    ['poetry run mkdocs gh-deploy', '', 0],
    ['mkdocs build', '', 1],
    ['npx lerna version', '', 0],
    ['mvn -B release:perform', '', 0],
    ['mvn -B deploy', '', 1],
  ])('%s, where a script says %j: %i', (step, script, rewritten) => {
    expect(done('', step, script)).toBe(rewritten);
    expect(done('permissions: { contents: write }', step, script)).toBe(1);
  });
});

describe('conditions keep pull requests out of what a broker lends', () => {
  test.each([
    ["github.event_name == 'push'", true],
    ["github.event_name != 'pull_request'", true],
    ["${{ success() && github.ref == 'refs/heads/main' }}", true],
    ["startsWith(github.ref, 'refs/tags/')", true],
    ["github.ref == 'refs/heads/main' || github.event_name == 'pull_request'", false],
    ["github.actor == 'x' || github.actor == 'y' && github.ref == 'refs/heads/main'", false],
    ["github.actor != 'x'", false],
    ["contains(github.ref, 'main')", false],
    ["${{ !(failure() && github.event_name == 'push' && github.actor == 'x') }}", false],
    ["contains(github.actor, 'a && github.event_name == ''push'' && b')", false],
    ["${{ (failure() || 'x)') && (github.event_name == 'push') }}", false],
    ["(success() && github.actor != 'x)') && github.ref == 'refs/heads/main'", true],
  ])('%s: %s', (condition, rewritten) => {
    const text = workflow({
      on: '[push, pull_request]',
      steps: login.replace('\n', `\n  if: ${condition}\n`),
    });
    expect(run(text, 'broker').done).toHaveLength(rewritten ? 1 : 0);
  });
});

describe('what is written otherwise is written otherwise afterwards', () => {
  test('CRLF', () => {
    const result = run(workflow().replaceAll('\n', '\r\n'));
    expect(result.text).toBe(run(workflow()).text.replaceAll('\n', '\r\n'));
    expect(result.done).toHaveLength(1);
  });

  test('no line end at the end of the file', () => {
    const result = run(workflow().trimEnd());
    expect(result.text).toBe(run(workflow()).text.trimEnd());
  });

  test('inputs between braces', () => {
    const text = workflow({
      steps:
        "- uses: aws-actions/configure-aws-credentials@v6\n  with: { aws-access-key-id: '${{ secrets.A }}', aws-secret-access-key: '${{ secrets.B }}', aws-region: eu-west-1 }",
    });
    expect(run(text).text).toContain(
      "  with: { provider: aws, role: '${{ vars.A_ROLE_ARN }}', region: eu-west-1 }\n",
    );
  });

  test('a matrix has one role for what was one key', () => {
    const job = 'permissions: {}\nstrategy:\n  matrix:\n    node: [22, 24]';
    expect(run(workflow({ job }), 'broker').done).toHaveLength(1);
  });

  test('the same key twice in a job is two roles’ worth of nothing: one lender serves both steps', () => {
    const step =
      '- run: aws s3 ls\n  env:\n    AWS_ACCESS_KEY_ID: ${{ secrets.A }}\n    AWS_SECRET_ACCESS_KEY: ${{ secrets.B }}';
    const { text } = run(workflow({ steps: `${step}\n${step}` }), 'broker');
    expect(text.match(/org\/ephemeral-creds/g)).toHaveLength(1);
    expect(text.match(/steps\.aws\.outputs\.aws-session-token/g)).toHaveLength(2);
  });

  test('a block of the job’s own repeats what the workflow gave, and widens nothing', () => {
    const top = 'permissions:\n  contents: none\n  issues: write # labels\n';
    expect(run(workflow({ top, job: '' })).text).toContain(
      '    permissions:\n      contents: none\n      issues: write\n      id-token: write\n',
    );
    expect(run(workflow({ top: 'permissions: write-all\n', job: '' })).text).not.toContain('id-token');
  });
});

describe('GitLab', () => {
  const key = 'variables:\n  AWS_ACCESS_KEY_ID: $A\n  AWS_SECRET_ACCESS_KEY: $B\n  AWS_REGION: eu-west-1\n';
  const gitlab = (job: string, top = ''): string => `${top}deploy:\n${deeper(`${key}${job}`, 2)}\n`;
  const script = 'script: [aws s3 ls]';

  test('what all of these spoil is rewritten', () => {
    const result = run(gitlab(script, 'include:\n- local: a.yml\n'), 'broker', '.gitlab-ci.yml');
    expect(result.text).toMatch(/^include:\n- component: .*\n {2}inputs:\n/);
    expect(result.text).toContain('- local: a.yml\ndeploy:\n  variables:\n    AWS_REGION: eu-west-1\n');
  });

  test.each([
    ['its own before_script', gitlab(`${script}\nbefore_script: [x]`), /before_script/],
    ['extends', gitlab(`${script}\nextends: .x`), /extends/],
    ['a default', gitlab(script, 'default:\n  image: x\n'), /default/],
    ['an heir', `${gitlab(script)}two:\n  extends: deploy\n`, /made of it/],
    ['merge requests', gitlab(`${script}\nonly: [merge_requests]`), /merge requests/],
    ['an include that is no list', gitlab(script, 'include: a.yml\n'), /no list/],
    [
      'a script that hands the key on',
      gitlab('script: [docker run -e K=$AWS_SECRET_ACCESS_KEY x]'),
      /third part/,
    ],
    [
      'an environment that is calculated',
      gitlab(`${script}\nenvironment: $CI_COMMIT_REF_SLUG`),
      /calculated/,
    ],
  ])('left to a person: %s', (_, text, why) => {
    const result = run(text, 'broker', '.gitlab-ci.yml');
    expect(result.text).toBe(text);
    expect(result.left.map((left) => left.why).join()).toMatch(why);
  });

  test('without a broker a value that was not said is asked for by its flag', () => {
    expect(run(gitlab(script), 'platform', '.gitlab-ci.yml').left[0]?.why).toContain(
      '--set A_ROLE_ARN=VALUE',
    );
  });
});
