import { describe, expect, test } from '@jest/globals';
import { claimNames } from '../../../src/domain/claim-form.ts';
import { matchSchema } from '../../../src/domain/policy-match.ts';
import { ask, github, gitlab, jobOf, loadTexts, policyText, sha } from '../../support/broker/policies.ts';

type Platform = 'github' | 'gitlab';

interface Row {
  readonly platform: Platform;
  /** What stands in `match`. */
  readonly match: string;
  /** The claim that is judged by it. */
  readonly claim: string;
  /** What else than the job's own value is granted. */
  readonly fits?: readonly unknown[];
  /** What looks like it and is not. */
  readonly unfit: readonly unknown[];
}

const ids = ['3', '01', '1 ', '', '1'.repeat(20), '１'];
const row = (
  platform: Platform,
  match: string,
  claim: string,
  unfit: readonly unknown[],
  fits?: unknown[],
): Row => ({
  platform,
  match,
  claim,
  unfit,
  ...(fits === undefined ? {} : { fits }),
});
const onGithub = row.bind(undefined, 'github');
const onGitlab = row.bind(undefined, 'gitlab');
const K = '\u212a';

const job = 'octo-org/shared/.github/workflows/deploy.yml';
const caller = 'octo-org/octo-repo/.github/workflows/ci.yml';
const file = 'gitlab.example.com/my-group/my-project//.gitlab-ci.yml';
const refs = [
  'main',
  'refs/tags/main',
  'refs/heads/Main',
  'refs/heads/main/',
  'refs/heads/main2',
  'refs/heads/x/main',
];
const otherSha = `e${sha.slice(1)}`;

const rows: readonly Row[] = [
  onGithub('', 'repository_id', ids),
  onGithub('', 'repository_owner_id', ids),
  onGithub(
    'repository: Octo-Org/octo-repo',
    'repository',
    [
      'octo-org/octo-repo2',
      'octo-repo',
      `octo-org/octo-repo\0`,
      'octo-org//octo-repo',
      'octo-org/octo-repo.git',
      'octo-org\\octo-repo',
    ],
    ['octo-org/Octo-Repo'],
  ),
  onGithub('repository_owner: octo-org', 'repository_owner', ['octo-org2', 'octo', 'octo_org'], ['OCTO-ORG']),
  onGithub('repository_visibility: private', 'repository_visibility', ['public', 'internal', 'Private']),
  onGithub('enterprise: octo-enterprise', 'enterprise', ['octo', 'octo-enterprise2'], ['Octo-Enterprise']),
  onGithub('enterprise_id: "77"', 'enterprise_id', ids),
  onGithub(
    'environment: [staging, production]',
    'environment',
    ['production2', 'product', 'pröduction', 'production ', 'production\u200b', 'prod\u0075\u0301ction', '*'],
    ['Production', 'STAGING'],
  ),
  onGithub('environment_node_id: EN_kwDOABCDEF', 'environment_node_id', ['en_kwdoabcdef', 'EN_kwDOABCDEG']),
  onGithub(
    'event_name: [push, workflow_dispatch]',
    'event_name',
    ['schedule', 'Push', 'pull_request', 'push,workflow_dispatch'],
    ['workflow_dispatch'],
  ),
  onGithub('ref: refs/heads/main', 'ref', refs),
  onGithub(
    'ref: [refs/heads/main, refs/heads/release/*]',
    'ref',
    [
      'refs/heads/release',
      'refs/heads/release/',
      'refs/heads/release/1/x',
      'refs/tags/release/1',
      'refs/heads/xrelease/1',
    ],
    ['refs/heads/release/1.0', 'refs/heads/release/*'],
  ),
  onGithub('ref_type: branch', 'ref_type', ['tag', 'Branch']),
  onGithub('ref_protected: true', 'ref_protected', ['false', 'TRUE', true, 'yes', '1']),
  onGithub(`sha: ${sha}`, 'sha', [sha.slice(0, 39), sha.toUpperCase(), otherSha]),
  onGithub('runner_environment: github-hosted', 'runner_environment', [
    'self-hosted',
    'GitHub-hosted',
    'gitlab-hosted',
  ]),
  onGithub('ref: refs/heads/main, actor_id: "583231"', 'actor_id', ids),
  onGithub(
    `job_workflow: { path: ${job}, ref: [refs/tags/v3, refs/heads/stable/*] }`,
    'job_workflow_ref',
    [
      `${caller}@refs/tags/v3`,
      `${job}@refs/tags/v31`,
      `${job}@refs/heads/v3`,
      `${job}@v3`,
      `${job}@`,
      job,
      `x/${job}@refs/tags/v3`,
      `${job}x@refs/tags/v3`,
      `${job}@refs/heads/stable`,
      `${job}@refs/heads/stable/`,
      `${job}@x@refs/tags/v3`,
      job.replace('deploy', 'Deploy') + '@refs/tags/v3',
    ],
    [`${job.replace('octo-org/shared', 'Octo-Org/Shared')}@refs/tags/v3`, `${job}@refs/heads/stable/2`],
  ),
  onGithub(`job_workflow: { path: ${job}, sha: ${sha} }`, 'job_workflow_sha', [
    otherSha,
    sha.slice(0, 7),
    sha.toUpperCase(),
  ]),
  onGithub(
    `job_workflow: { path: ${job}, sha: ${sha} }`,
    'job_workflow_ref',
    [`${job}@`, `${job}@v3`, `${caller}@refs/tags/v3`, `${job}@x/refs/tags/v3`],
    [`${job}@refs/heads/any/branch`, `${job}@${otherSha}`],
  ),
  onGithub(`caller_workflow: { path: ${caller}, ref: refs/heads/main }`, 'workflow_ref', [
    `${job}@refs/heads/main`,
    `${caller}@refs/heads/main2`,
  ]),
  onGithub(`caller_workflow: { path: ${caller}, sha: ${sha} }`, 'workflow_sha', [otherSha]),
  onGithub(
    'properties: { tier: gold }',
    'repo_property_tier',
    ['silver', 'Gold', 'golden', 'gold ', ''],
    ['silver,gold'],
  ),
  onGithub(
    'properties: { regions: [eu, ch] }',
    'repo_property_regions',
    ['us', 'e,u', 'eu-west', ',', 'us,asia'],
    ['ch', 'us,ch'],
  ),
  onGitlab('', 'project_id', ids),
  onGitlab('', 'namespace_id', ids),
  onGitlab(
    'project_path: My-Group/my-project',
    'project_path',
    ['my-group/my-project2', 'my-project', 'my-group/sub/my-project'],
    ['my-group/MY-project'],
  ),
  onGitlab('namespace_path: my-group', 'namespace_path', ['my-group/sub', 'group'], ['MY-group']),
  onGitlab('job_project_id: "20"', 'job_project_id', ['21', 20]),
  onGitlab('job_project_path: my-group/my-project', 'job_project_path', ['my-group/fork']),
  onGitlab('job_namespace_id: "72"', 'job_namespace_id', ids),
  onGitlab('job_namespace_path: my-group', 'job_namespace_path', ['fork']),
  onGitlab('project_visibility: private', 'project_visibility', ['public', 'internal']),
  onGitlab(
    'pipeline_source: [push, web]',
    'pipeline_source',
    ['schedule', 'merge_request_event', 'trigger'],
    ['web'],
  ),
  onGitlab('ref: main, ref_type: branch', 'ref', ['main2', 'refs/heads/main', 'Main']),
  onGitlab('ref: main, ref_type: branch', 'ref_type', ['tag']),
  onGitlab('ref_path: refs/heads/main', 'ref_path', refs),
  onGitlab('ref_path: refs/heads/main, ref_protected: true', 'ref_protected', ['false', true]),
  onGitlab('environment: production', 'environment', ['Production', 'production/x']),
  onGitlab('environment_protected: true', 'environment_protected', ['false', true]),
  onGitlab('environment_action: [start, verify]', 'environment_action', ['stop', 'prepare'], ['verify']),
  onGitlab('deployment_tier: production', 'deployment_tier', ['staging', 'Production']),
  onGitlab('runner_environment: gitlab-hosted', 'runner_environment', ['self-hosted']),
  onGitlab('runner_id: ["11", "12"]', 'runner_id', ['12', 13, 12.5, -12, 1e21], [11]),
  onGitlab(`sha: ${sha}`, 'sha', [otherSha]),
  onGitlab('ref_path: refs/heads/main, user_id: "1"', 'user_id', ids),
  onGitlab(
    'ref_path: refs/heads/main, user_access_level: [developer, maintainer]',
    'user_access_level',
    ['guest', 'owner'],
    ['maintainer'],
  ),
  onGitlab(`ci_config: { path: ${file}, ref: refs/heads/main }`, 'ci_config_ref_uri', [
    `${file}@refs/heads/x`,
    `${file}2@refs/heads/main`,
    file.replace('//', '/') + '@refs/heads/main',
    file.toUpperCase() + '@refs/heads/main',
  ]),
  onGitlab(`ci_config: { path: ${file}, sha: ${sha} }`, 'ci_config_sha', [otherSha, null]),
];

/** What no claim can be. */
const neverFit = (value: unknown): unknown[] => [
  undefined,
  null,
  '',
  [value],
  { value },
  [String(value)],
  true,
  7,
];

describe.each(
  rows.map((each) => [`${each.platform} ${each.match || 'the ids'}: ${each.claim}`, each] as const),
)('%s', (_, { platform, match, claim, fits = [], unfit }) => {
  const set = loadTexts([policyText(match, { platform })]);
  const granted = (value: unknown): boolean => ask(set, { [claim]: value }, { platform }).allowed;
  const own: unknown = { ...jobOf[platform] }[claim as never];

  test('is granted what it names', () => {
    for (const value of [own, ...fits]) expect([value, granted(value)]).toEqual([value, true]);
  });

  test('is denied whatever else', () => {
    for (const value of [...unfit, ...neverFit(own)]) expect([value, granted(value)]).toEqual([value, false]);
  });
});

test('B16 letters of other alphabets that become a Latin letter are not that letter', () => {
  const set = loadTexts([policyText('environment: kiosk', { example: { environment: 'kiosk' } })]);
  expect(ask(set, { environment: 'KIOSK' }).allowed).toBe(true);
  for (const environment of [`${K}iosk`, 'k\u0131osk', 'kio\u017fk', 'kiosk\u0307', 'ｋiosk'])
    expect(ask(set, { environment }).allowed).toBe(false);
});

test('every claim of every table is in this suite, except those that only pull requests have', () => {
  for (const [platform, issuer] of [['github', github] as const, ['gitlab', gitlab] as const]) {
    const tried = rows.filter((each) => each.platform === platform).map(({ claim }) => claim);
    const ofRefused = issuer.meaning?.ofRefused ?? [];
    expect(claimNames(issuer.matchable).filter((name) => !tried.includes(name))).toEqual(ofRefused);
  }
});

test('the schema of policies has every claim of every table, and no other', () => {
  const named = Object.keys(matchSchema.shape).filter((name) => name !== 'claims');
  const known = new Set([...github.matchable.keys(), ...gitlab.matchable.keys()]);
  expect(named.toSorted()).toEqual([...known].toSorted());
});
