import { describe, expect, test } from '@jest/globals';
import { lints } from '../../../src/broker/policy/lints.ts';
import { loadTexts, policyText, sha, type PolicyParts } from '../../support/broker/policies.ts';
import { startTestBroker } from '../../support/broker/test-broker.ts';

type Text = readonly [match: string, parts?: PolicyParts];

interface Row {
  readonly lint: string;
  /** What it finds, as a part of the line that is told; the line names the place. */
  readonly says: RegExp;
  readonly finds: readonly Text[];
  /** What looks like it and is right. */
  readonly passes: readonly Text[];
}

const workflow = 'octo-org/shared/.github/workflows/deploy.yml';
const guarded = 'ref_protected: true, event_name: push, runner_environment: github-hosted';
const onGitlab: PolicyParts = { platform: 'gitlab' };
const writes: PolicyParts = { access: 'write' };
const mergeRequests = { platform: 'gitlab', more: 'allow_merge_request: same-project' } as const;
const pullRequests = { more: 'allow_pull_request: same-repository' } as const;
const job = { job_workflow_ref: `${workflow}@${sha}` };

const rows: readonly Row[] = [
  {
    lint: 'immutable-ids',
    says: /match: repository(?:_owner)?_id is missing: names are given away/,
    finds: [
      ['', { ids: 'repository_id: "1"' }],
      ['', { ids: 'repository_owner_id: "2"' }],
      ['repository: octo-org/octo-repo', { ids: '' }],
    ],
    passes: [['ref: refs/heads/main']],
  },
  {
    lint: 'known-claims',
    says: /match\.\w+: tokens of git(?:hub|lab) have no such claim; they have/,
    finds: [
      ['ref_path: refs/heads/main'],
      ['claims: { sub: x }'],
      ['claims: { actor: octocat }'],
      ['repository_id: "1"', onGitlab],
      ['properties: { a: b }', onGitlab],
      [`job_workflow: { path: ${workflow}, ref: refs/tags/v3 }`, onGitlab],
      ['claims: { user_login: sample-user }', onGitlab],
    ],
    passes: [['ref: refs/heads/main'], ['ref_path: refs/heads/main', onGitlab]],
  },
  {
    lint: 'values',
    says: /match\.[\w.]+: "/,
    finds: [
      ['ref: main'],
      [
        'ref: ""refs/heads/main""'.replaceAll('""', '"'),
        { ids: 'repository_id: "01", repository_owner_id: "2"' },
      ],
      ['repository: octo-org'],
      ['repository: octo-org/*'],
      ['repository: https://github.com/octo-org/octo-repo'],
      ['repository: octo-org/octo-repo.git'],
      ['repository: octo-org/..'],
      ['repository: octo-org/octo-repo/'],
      ['repository_owner: octo-org/x'],
      ['environment: "prod*"'],
      ['environment: "staging|production"'],
      ['environment: "^production$"'],
      ['environment: "production "'],
      ['environment: "prod\\u200buction"'],
      ['environment: "prod\\u202euction"'],
      ['environment: "pro\\u0300d"'],
      ['environment: "a\\u00a0b"'],
      ['environment: a/../b'],
      ['event_name: pushed'],
      ['event_name: Push'],
      ['ref_type: branches'],
      ['runner_environment: hosted'],
      ['ref: refs/heads/*x'],
      ['ref: refs/heads/**'],
      ['ref: refs/*/main'],
      ['ref: refs/heads'],
      ['ref: refs/heads/'],
      ['ref: refs/heads//main'],
      ['ref: refs/heads/../main'],
      ['ref: refs/pull/1/merge'],
      ['ref: origin/heads/main'],
      ['ref: refs/remotes/main'],
      ['ref: "refs/heads/release/[0-9]"'],
      ['ref: "refs/heads/(main|x)"'],
      ['sha: f1d2d2f'],
      [`sha: ${sha.toUpperCase()}`],
      [`job_workflow: { path: ./.github/workflows/deploy.yml, ref: refs/tags/v3 }`],
      [`job_workflow: { path: ${workflow}@v3, ref: refs/tags/v3 }`],
      [`job_workflow: { path: octo-org/shared/.github/workflows/*, ref: refs/tags/v3 }`],
      [`job_workflow: { path: octo-org/shared/.github/workflows/../x.yml, ref: refs/tags/v3 }`],
      ['job_workflow: { path: "octo-org/shared/.github/workflows/deploy\\u200b.yml", ref: refs/tags/v3 }'],
      [`job_workflow: { path: ${workflow}, ref: v3 }`],
      [`job_workflow: { path: ${workflow}, sha: f1d2d2f }`],
      ['properties: { tier: "gold,silver" }'],
      ['properties: { tier: "go*" }'],
      ['ref_protected: "false", claims: { repository: octo-org }'],
      ['project_path: my-group/../other', onGitlab],
      ['project_path: gitlab.example.com//x', onGitlab],
      ['ref: refs/heads/main, ref_type: branch', onGitlab],
      ['ci_config: { path: .gitlab-ci.yml, ref: refs/heads/main }', onGitlab],
      ['runner_id: "#12"', onGitlab],
      ['pipeline_source: pushes', onGitlab],
    ],
    passes: [
      ['ref: [refs/heads/main, refs/tags/*], ref_protected: true'],
      ['repository: Octo-Org/octo-repo'],
      ['environment: [Production (EU), production]'],
      [`sha: ["${sha}", "${'0'.repeat(64)}", "${'0'.repeat(40)}"]`],
      [`job_workflow: { path: ${workflow}, ref: ${sha}, sha: ${sha} }`, { example: job }],
      ['runner_id: "12"', onGitlab],
      ['ref: main, ref_type: branch', onGitlab],
    ],
  },
  {
    lint: 'values',
    says: /match\.[\w. ]+: (?:write \w+: \{|no custom property)/,
    finds: [['claims: { job_workflow: x }'], ['claims: { properties: x }'], ['properties: { "a b": c }']],
    passes: [['properties: { tier: gold }']],
  },
  {
    lint: 'claims-of-pull-requests',
    says: /match\.(?:base|head)_ref: only pull requests have it/,
    finds: [['base_ref: main'], ['head_ref: feature']],
    passes: [
      ['ref: refs/heads/main'],
      ['base_ref: main', { ...pullRequests, example: { base_ref: 'main' } }],
    ],
  },
  {
    lint: 'ambiguous-ref',
    says: /match\.ref: a tag may have the same name: write ref_path/,
    finds: [['ref: main', onGitlab]],
    passes: [
      ['ref: main, ref_type: branch', onGitlab],
      ['ref: main, ref_path: refs/heads/main', onGitlab],
    ],
  },
  {
    lint: 'risky-events',
    says: /match\.\w+: \w+ is never granted: a fork’s code could run under it/,
    finds: [
      ...['pull_request', 'pull_request_target', 'workflow_run', 'issue_comment'].map((event): Text => [
        `event_name: [push, ${event}]`,
      ]),
      ['pipeline_source: merge_request_event', onGitlab],
      ['pipeline_source: [push, external_pull_request_event]', onGitlab],
      ['pipeline_source: [push, external_pull_request_event]', mergeRequests],
      ['event_name: [push, pull_request_target]', pullRequests],
      ['event_name: [push, workflow_run]', pullRequests],
    ],
    passes: [
      ['event_name: [push, pull_request]', pullRequests],
      ['event_name: [push, merge_group]'],
      ['pipeline_source: [push, merge_request_event]', mergeRequests],
    ],
  },
  {
    lint: 'opt-ins',
    says: /allow_(?:pull|merge)_request: |grants\[0\]\.access: what (?:merge|pull) requests may borrow is access: read/,
    finds: [
      ['', { ...onGitlab, more: 'allow_pull_request: same-repository' }],
      [
        'ref_protected: true, runner_environment: github-hosted, event_name: [push, pull_request]',
        { more: 'allow_pull_request: same-repository', access: 'write' },
      ],
      ['', { more: 'allow_merge_request: same-project' }],
      [
        'environment_protected: true, runner_environment: gitlab-hosted, ref_path: refs/heads/main, pipeline_source: push',
        { ...mergeRequests, access: 'write' },
      ],
    ],
    passes: [
      ['', mergeRequests],
      ['event_name: [push, pull_request]', pullRequests],
    ],
  },
  {
    lint: 'person-only',
    says: /match: who started a job says nothing of what it runs/,
    finds: [
      ['actor_id: "583231"'],
      ['actor_id: "583231", event_name: push'],
      ['user_access_level: developer', onGitlab],
      ['user_id: "1", pipeline_source: web', onGitlab],
    ],
    passes: [
      ['actor_id: "583231", ref: refs/heads/main'],
      ['user_id: "1", ref_path: refs/heads/main', onGitlab],
    ],
  },
  {
    lint: 'grants',
    says: /grants\[\d\]\.role: /,
    finds: [
      ['', { grants: '[ { role: nobody, access: read } ]' }],
      ['', { grants: '[ { role: owned, access: read } ]' }],
      ['', { grants: '[ { role: deploy, access: read }, { role: deploy, access: read } ]' }],
      ['', { grants: '[ { role: deploy, access: read, ttl: { max: 10s } } ]' }],
    ],
    passes: [['', { grants: '[ { role: deploy, access: read, ttl: { max: 60s } } ]' }]],
  },
  {
    lint: 'write-protection',
    says: /match: whoever may push could borrow this to write: match environment(?:_protected)?: \w+ or ref_protected: true/,
    finds: [
      [
        'claims: { ref_protected: ["true", "false"] }, event_name: push, runner_environment: github-hosted',
        writes,
      ],
      ['ref: refs/heads/main, event_name: push, runner_environment: github-hosted', writes],
      [
        'ref_protected: [false], runner_environment: github-hosted'.replace('[false]', 'false'),
        { ...writes, example: { ref_protected: 'false' } },
      ],
      [
        'environment: production, ref_path: refs/heads/main, runner_environment: gitlab-hosted',
        { ...writes, platform: 'gitlab' },
      ],
    ],
    passes: [
      [guarded, writes],
      [
        'environment: production, ref: refs/heads/main, event_name: push, runner_environment: github-hosted',
        writes,
      ],
      ['ref: refs/heads/main'],
    ],
  },
  {
    lint: 'hosted-runner',
    says: /match: a machine of one’s own keeps what ran on it before: match runner_environment: git(?:hub|lab)-hosted/,
    finds: [
      ['ref_protected: true, event_name: push', writes],
      ['ref_protected: true, event_name: push, runner_environment: [github-hosted, self-hosted]', writes],
      [
        'ref_protected: true, pipeline_source: push, runner_environment: self-hosted',
        { ...writes, platform: 'gitlab', example: { runner_environment: 'self-hosted' } },
      ],
    ],
    passes: [[guarded, writes], ['ref_protected: true']],
  },
  {
    lint: 'environment-without-ref',
    says: /match: any branch may use the environment .*, or say why not in accept_risk/,
    finds: [
      ['environment: production, event_name: push, runner_environment: github-hosted', writes],
      [
        'environment: production, ref: refs/heads/*, event_name: push, runner_environment: github-hosted',
        writes,
      ],
    ],
    passes: [
      [
        'environment: production, ref: refs/heads/main, event_name: push, runner_environment: github-hosted',
        writes,
      ],
      [`environment: production, ${guarded}`, writes],
      [
        'environment: production, environment_protected: true, pipeline_source: push, runner_environment: gitlab-hosted',
        { ...writes, platform: 'gitlab' },
      ],
    ],
  },
  {
    lint: 'environment-without-ref-read',
    says: /match: any branch may use the environment unless/,
    finds: [['environment: production'], ['environment: production', onGitlab]],
    passes: [
      ['environment: production, ref: refs/heads/main'],
      ['environment: production, ref_protected: true'],
    ],
  },
  {
    lint: 'open-refs',
    says: /match\.ref\w*: whoever may push can make a ref that fits/,
    finds: [['ref: refs/heads/*'], ['ref_path: [refs/heads/main, refs/heads/release/*]', onGitlab]],
    passes: [['ref: refs/heads/*, ref_protected: true'], ['ref: refs/heads/main']],
  },
  {
    lint: 'whole-repository',
    says: /match: every job of the repository may borrow this/,
    finds: [[''], ['event_name: push'], ['', onGitlab]],
    passes: [
      ['ref: refs/heads/main'],
      [`caller_workflow: { path: octo-org/octo-repo/.github/workflows/ci.yml, sha: ${sha} }`],
    ],
  },
  {
    lint: 'any-event',
    says: /match: any event may start the job: match (?:event_name|pipeline_source)/,
    finds: [['ref_protected: true, runner_environment: github-hosted', writes]],
    passes: [[guarded, writes], ['ref: refs/heads/main']],
  },
  {
    lint: 'events-of-outsiders',
    says: /match\.event_name: anyone can cause issues, and what he wrote reaches the job/,
    finds: [['ref: refs/heads/main, event_name: [push, issues]']],
    passes: [['ref: refs/heads/main, event_name: push']],
  },
  {
    lint: 'moving-workflow',
    says: /match\.\w+: whoever may move the ref decides what runs/,
    finds: [[`job_workflow: { path: ${workflow}, ref: refs/tags/v3 }`]],
    passes: [
      [`job_workflow: { path: ${workflow}, ref: refs/tags/v3, sha: ${sha} }`],
      [`job_workflow: { path: ${workflow}, ref: ${sha} }`, { example: job }],
    ],
  },
  {
    lint: 'other-alphabets',
    says: /match\.[\w.]+: "[^"]+": there are characters beyond ASCII/,
    finds: [
      [
        'ref: refs/heads/main, environment: "pr\u043eduction"',
        { example: { environment: 'pr\u043eduction' } },
      ],
      [
        'ref: refs/heads/main, properties: { tier: "g\u00f6ld" }',
        { example: { repo_property_tier: 'göld' } },
      ],
    ],
    passes: [['ref: refs/heads/main, environment: production']],
  },
];

/** Every line that is told of the policy, whether it loads or not. */
function linesOf([match, parts]: Text): { readonly loads: boolean; readonly lines: readonly string[] } {
  const text = policyText(match, parts);
  try {
    return { loads: true, lines: loadTexts([text]).warnings };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { loads: false, lines: error.message.split('\n') };
  }
}

describe.each(rows.map((row) => [row.lint, row] as const))(
  'B16 the lint %s',
  (name, { says, finds, passes }) => {
    const severity = lints.find((lint) => lint.name === name)?.severity;

    test.each(finds)('finds %s %j', (...text) => {
      const { loads, lines } = linesOf(text);
      const told = lines.filter((line) => says.test(line));
      expect(told).not.toEqual([]);
      expect(told[0]).toMatch(/^p0\.yaml:\d+: /);
      expect(loads).toBe(severity === 'warning');
    });

    test.each(passes)('passes %s %j', (...text) => {
      const { loads, lines } = linesOf(text);
      expect(lines.filter((line) => says.test(line))).toEqual([]);
      expect([loads, lines]).toEqual([true, lines]);
    });
  },
);

test('every lint is in this suite', () => {
  const elsewhere = ['names-only'];
  const here = [...new Set(rows.map(({ lint }) => lint)), ...elsewhere];
  expect(here.toSorted()).toEqual(lints.map(({ name }) => name).toSorted());
});

describe('accept_risk', () => {
  const risky = 'ref: refs/heads/main, event_name: push';
  const more = 'accept_risk: the runners are ours and are wiped after each job';

  test('turns risks into warnings that tell the reason, and no error', () => {
    expect(() => loadTexts([policyText(risky, writes)])).toThrow('whoever may push could borrow this');
    const { warnings } = loadTexts([policyText(risky, { ...writes, more })]);
    expect(warnings).toHaveLength(2);
    for (const line of warnings) expect(line).toMatch(/\(accepted: the runners are ours and are wiped/);
    expect(() => loadTexts([policyText('event_name: [push, pull_request]', { ...writes, more })])).toThrow(
      'pull_request is never granted',
    );
  });

  test('is told where there is nothing to accept', () => {
    expect(loadTexts([policyText(guarded, { ...writes, more })]).warnings).toEqual([
      expect.stringMatching(/^p0\.yaml:\d+: accept_risk: there is nothing here that needs it/),
    ]);
  });

  test('a policy without any fault is told nothing of', () => {
    expect(loadTexts([policyText(guarded, writes)]).warnings).toEqual([]);
  });
});

test('names-only: an issuer that has names only may grant reading only', async () => {
  const yaml = (text: string): string =>
    text.replace(
      '  - github\n',
      '  - github\n  - { platform: oidc, url: "https://ci.example.com", jwks_uri: "https://ci.example.com/keys", claims: { index: pipeline, ids: [], run: [build], match: [] } }\n',
    );
  const policy = (access: string): string => `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: ci, owner: platform }
issuer: https://ci.example.com
match: { claims: { pipeline: deploy } }
grants: [ { role: app-ro, access: ${access} } ]
examples: { allow: [ { pipeline: deploy } ], deny: [ { pipeline: other } ] }
`;
  await expect(startTestBroker({ yaml, policies: { 'ci.yaml': policy('write') } })).rejects.toThrow(
    /grants\[0\]\.access: this issuer has names only/,
  );
  const broker = await startTestBroker({ yaml, policies: { 'ci.yaml': policy('read') } });
  await broker.stop();
});
