import { describe, expect, test } from '@jest/globals';
import { CredsError } from '../../../src/domain/errors.ts';
import { decide, isStranger } from '../../../src/broker/policy/decide.ts';
import { loadPolicies } from '../../../src/broker/policy/load-policies.ts';
import type { PolicySet } from '../../../src/broker/policy/policy-set.ts';
import {
  ask,
  context,
  github,
  gitlab,
  jobOf,
  loadTexts,
  policyText,
  sha,
  terms,
  verified as verifiedAs,
  type Claims,
} from '../../support/broker/policies.ts';

const read = '[ { role: deploy, access: read } ]';
/** `match` begins with a comma where it adds to the ids. */
function policy(match = '', rest = `grants: ${read}`): string {
  const [, grants = read] = /^grants: (.*)$/m.exec(rest) ?? [];
  const [, examples] = /^examples: ([\s\S]*)$/m.exec(rest) ?? [];
  return policyText(match.replace(/^, /, ''), { grants, ...(examples === undefined ? {} : { examples }) });
}

function load(...texts: string[]): PolicySet {
  return loadTexts(texts);
}

function verified(changes: Claims = {}, by = github): ReturnType<typeof verifiedAs> {
  return verifiedAs({ ...jobOf[by === github ? 'github' : 'gitlab'], ...changes }, by);
}

describe('a decision', () => {
  test('is to allow when every condition holds, and says which policy in which version', () => {
    const set = load(policy(', ref: refs/heads/main, environment: [staging, production]'));
    expect(ask(set)).toMatchObject({
      allowed: true,
      policy: { id: 'p', version: expect.stringMatching(/^sha256:/) },
      ttlSeconds: 900,
      access: 'read',
    });
  });

  test.each<[string, string, Record<string, unknown>]>([
    ['another repository', '', { repository_id: '3' }],
    ['another owner', '', { repository_owner_id: '3' }],
    ['a renamed repository', ', repository: octo-org/octo-repo', { repository: 'octo-org/other' }],
    ['another branch', ', ref: refs/heads/main', { ref: 'refs/heads/main2' }],
    ['a branch whose name ends alike', ', ref: refs/heads/main', { ref: 'refs/heads/x/refs/heads/main' }],
    ['another environment', ', environment: [staging, production]', { environment: 'staging2' }],
    ['no environment', ', environment: production', { environment: undefined }],
    ['an environment that is a list', ', environment: production', { environment: ['production'] }],
    [
      'an inherited name as environment',
      ', environment: production',
      { environment: { toString: 'production' } },
    ],
    ['another event', ', event_name: [push, workflow_dispatch]', { event_name: 'schedule' }],
    [
      'another workflow',
      ', job_workflow: { path: octo-org/shared/.github/workflows/deploy.yml, ref: refs/tags/v3 }',
      { job_workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/tags/v3' },
    ],
    [
      'another version of the workflow',
      ', job_workflow: { path: octo-org/shared/.github/workflows/deploy.yml, ref: refs/tags/v3 }',
      { job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v31' },
    ],
    [
      'another commit of the workflow',
      `, job_workflow: { path: octo-org/shared/.github/workflows/deploy.yml, sha: [${sha}] }`,
      { job_workflow_sha: sha.replace('f', 'e') },
    ],
    [
      'a workflow whose path only begins alike',
      `, job_workflow: { path: octo-org/shared/.github/workflows/deploy.yml, sha: [${sha}] }`,
      { job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml2@x' },
    ],
    ['a self-hosted runner', ', runner_environment: github-hosted', { runner_environment: 'self-hosted' }],
  ])('is to deny for %s', (_, match, changes) => {
    expect(ask(load(policy(match))).allowed).toBe(true);
    expect(ask(load(policy(match)), changes).allowed).toBe(false);
  });

  test.each(['pull_request', 'pull_request_target', 'workflow_run', 'issue_comment', undefined])(
    'is to deny for the event %p, whatever the policy leaves out',
    (event) => {
      expect(ask(load(policy()), { event_name: event }).allowed).toBe(false);
    },
  );

  test('explains each condition with what was expected and what came', () => {
    const decision = ask(load(policy(', ref: refs/heads/main')), { ref: 'refs/heads/x' });
    expect(decision.considered[0]?.conditions).toContainEqual({
      name: 'ref',
      expected: 'refs/heads/main',
      actual: 'refs/heads/x',
      holds: false,
    });
  });

  test.each<[unknown, string]>([
    [undefined, 'missing'],
    [7, '7 (no text)'],
    [true, 'true (no text)'],
    [['refs/heads/main'], 'no text'],
    [null, 'no text'],
  ])('shows what came where it was %p', (ref, actual) => {
    const [considered] = ask(load(policy(', ref: refs/heads/main')), { ref }).considered;
    expect(considered?.conditions).toContainEqual(
      expect.objectContaining({ name: 'ref', actual, holds: false }),
    );
  });

  test('takes what any of several policies allows', () => {
    const second = policyText('ref: refs/heads/x', { id: 'q', example: { ref: 'refs/heads/x' } });
    const set = load(policy(', ref: refs/heads/main'), second);
    expect(ask(set, { ref: 'refs/heads/x' })).toMatchObject({ allowed: true, policy: { id: 'q' } });
    expect(ask(set, { ref: 'refs/heads/y' }).considered).toHaveLength(2);
  });

  test('does not take one policy’s condition together with another’s grant', () => {
    const narrow = policy(', ref: refs/heads/main', 'grants: [ { role: deploy, access: read } ]');
    const wide = policy('', 'grants: [ { role: other, access: read } ]').replace('id: p', 'id: q');
    const roles = new Map([...context.roles, ['other', { ...terms, name: 'other' }] as const]);
    const set = loadPolicies(
      [
        { file: 'a', text: narrow },
        { file: 'b', text: wide },
      ],
      { ...context, roles },
    );
    expect(ask(set, { ref: 'refs/heads/x' }).allowed).toBe(false);
  });

  test('is to deny a role that is not granted or not there', () => {
    const set = load(policy());
    expect(
      decide(set, verified(), { role: 'owned', terms: context.roles.get('owned'), ttlSeconds: undefined })
        .allowed,
    ).toBe(false);
    expect(decide(set, verified(), { role: 'deploy', terms: undefined, ttlSeconds: undefined }).allowed).toBe(
      false,
    );
  });

  test('is to deny a role whose owner is another, also if the policy was loaded before the role was claimed', () => {
    const claimed = { ...terms, grantableBy: ['platform'] };
    expect(
      decide(load(policy()), verified(), { role: 'deploy', terms: claimed, ttlSeconds: undefined }).allowed,
    ).toBe(false);
  });

  test('knows a stranger: another repository, or another issuer with the same id', () => {
    const set = load(policy());
    expect(isStranger(set, verified())).toBe(false);
    expect(isStranger(set, verified({ repository_id: '3' }))).toBe(true);
    expect(isStranger(set, verified({ repository_id: ['1'] }))).toBe(true);
    expect(isStranger(set, verified({ project_id: '1' }, gitlab))).toBe(true);
  });

  test('bounds the lifetime by grant and role', () => {
    const set = load(policy('', 'grants: [ { role: deploy, ttl: { max: 10m }, access: read } ]'));
    expect(ask(set)).toMatchObject({ ttlSeconds: 600 });
    expect(ask(set, {}, { ttlSeconds: 600 })).toMatchObject({ allowed: true, ttlSeconds: 600 });
    expect(ask(set, {}, { ttlSeconds: 601 }).allowed).toBe(false);
    expect(ask(load(policy()), {}, { ttlSeconds: 1801 }).allowed).toBe(false);
  });
});

describe('a decision for GitLab', () => {
  const set = load(policyText('ref_path: refs/heads/main', { platform: 'gitlab' }));
  const allowed = (changes: Claims): boolean => ask(set, changes, { platform: 'gitlab' }).allowed;

  test('is to allow a push, also where the instance is too old for job_project_id', () => {
    expect(allowed({})).toBe(true);
    expect(allowed({ job_project_id: undefined })).toBe(true);
  });

  test('is to deny merge requests, external ones, and whatever runs in another project than it speaks for', () => {
    expect(allowed({ pipeline_source: 'merge_request_event' })).toBe(false);
    expect(allowed({ pipeline_source: 'external_pull_request_event' })).toBe(false);
    expect(allowed({ job_project_id: '21' })).toBe(false);
    expect(allowed({ job_project_id: 20 })).toBe(false);
  });
});

describe('a policy does not load', () => {
  test.each<[string, string, RegExp]>([
    [
      'without the repository’s id',
      policy().replace('repository_id: "1", ', ''),
      /^p0\.yaml:5: match: repository_id is missing: .* write repository_id: "123456"/,
    ],
    [
      'without the owner’s id',
      policy().replace(', repository_owner_id: "2"', ''),
      /repository_owner_id is missing/,
    ],
    [
      'with an id that is a number',
      policy().replace('"1"', '1'),
      /^p0\.yaml:5: match\.repository_id: write the number in quotes/,
    ],
    [
      'with an unknown key',
      policy(', refs: main'),
      /^p0\.yaml:5: match\.refs: unknown key; the keys here are .*ref/,
    ],
    ['with an unknown key at its top', `${policy()}when: always\n`, /^p0\.yaml:\d+: when: unknown key/],
    [
      'with a claim of another platform',
      policy(', ref_path: refs/heads/main'),
      /match\.ref_path: tokens of github have no such claim/,
    ],
    [
      'with a workflow at any ref',
      policy(', job_workflow: { path: a/b/.github/workflows/c.yml }'),
      /match\.job_workflow: pin the workflow/,
    ],
    [
      'with an unknown issuer',
      policy().replace(github.url, 'https://other.example.com'),
      /^p0\.yaml:4: issuer: not among the issuers of broker\.yaml: /,
    ],
    [
      'with an unknown role',
      policy('', 'grants: [ { role: deplyo, access: read } ]'),
      /grants\[0\]\.role: no such role in broker\.yaml; it has deploy, owned/,
    ],
    [
      'with a role that others own',
      policy('', 'grants: [ { role: owned, access: read } ]'),
      /only policies of platform may grant it/,
    ],
    [
      'with a role twice',
      policy('', 'grants: [ { role: deploy, access: read }, { role: deploy, access: read } ]'),
      /grants\[1\]\.role: granted twice/,
    ],
    [
      'with a lifetime below the engine’s',
      policy('', 'grants: [ { role: deploy, ttl: { max: 10s }, access: read } ]'),
      /below the engine’s minimum of 60 s/,
    ],
    [
      'with a lifetime of nothing',
      policy('', 'grants: [ { role: deploy, ttl: { max: 0 }, access: read } ]'),
      /write a duration such as 15m/,
    ],
    ['that grants nothing', policy('', 'grants: []'), /grant at least one role/],
    ['without saying read or write', policy('', 'grants: [ { role: deploy } ]'), /grants\[0\]\.access/],
    ['of another kind', policy().replace('kind: TrustPolicy', 'kind: Policy'), /kind/],
    [
      'whose allow example is denied',
      policy(
        ', ref: refs/heads/main',
        'grants: [ { role: deploy, access: read } ]\nexamples: { allow: [ { repository_id: "1", repository_owner_id: "2", event_name: push, ref: refs/heads/x } ], deny: [ { ref: refs/heads/y } ] }',
      ),
      /examples\.allow\[0\]: is denied: ref is refs\/heads\/x, expected refs\/heads\/main/,
    ],
    ['without examples', policy().replace(/^examples.*$/m, ''), /examples: expected object/],
    [
      'without an example of what is denied',
      policyText('', { examples: '{ allow: [ { repository_id: "1" } ] }' }),
      /examples\.deny: /,
    ],
    [
      'without an example of what is allowed',
      policyText('', { examples: '{ allow: [], deny: [ { repository_id: "3" } ] }' }),
      /examples\.allow: /,
    ],
    [
      'that takes a risk for a word',
      policyText('', { more: 'accept_risk: because' }),
      /accept_risk: say in a sentence why/,
    ],
    [
      'whose deny example is allowed',
      policy(
        '',
        'grants: [ { role: deploy, access: read } ]\nexamples: { allow: [ { repository_id: "1", repository_owner_id: "2", event_name: push } ], deny: [ { ref: refs/heads/x } ] }',
      ),
      /examples\.deny\[0\]: is allowed by this policy/,
    ],
    ['with a key twice', `${policy()}kind: TrustPolicy\n`, /^p0\.yaml:\d+: /],
    ['with an alias', policy().replace('"2"', '&o "2"').replace('"1"', '*o'), /p0\.yaml/],
    [
      'with limits that a tag empties',
      policyText('', { more: 'limits: !!omap [ { issues_per_job: 1 } ]' }),
      /^p0\.yaml:\d+: tags/,
    ],
    ['with a tag on a value', policy().replace('"2"', '!!str 2'), /^p0\.yaml:\d+: tags/],
    ['in YAML 1.1', `%YAML 1.1\n---\n${policy()}`, /^p0\.yaml:1: files are YAML 1\.2 here/],
    [
      'in YAML 1.1, where one condition takes the place of another unseen',
      `%YAML 1.1\n---\n${policy(', <<: { ref: refs/heads/main }, ref: refs/heads/x')}`,
      /^p0\.yaml:1: files are YAML 1\.2 here/,
    ],
    [
      'with a key that would be dropped',
      policy(', properties: { __proto__: gold }'),
      /^p0\.yaml:5: match\.properties\.__proto__: this is no name/,
    ],
    ['in two documents', `${policy()}---\n${policy()}`, /^p0\.yaml/],
  ])('%s', (_, text, message) => {
    expect(() => load(text)).toThrow(CredsError);
    expect(() => load(text)).toThrow(message);
  });

  test('with the id of another, and every problem of every file is told at once', () => {
    expect(() => load(policy(), policy(', ref: main'))).toThrow(
      /p1\.yaml:5: match\.ref.*\n[^]*p1\.yaml:3: metadata\.id: p0\.yaml has the same id/,
    );
  });
});

test('what is wrong with the form of several files is told at once, too', () => {
  expect(() => load(policy(', refs: x'), policy(', tags: x'))).toThrow(
    /p0\.yaml:5: match\.refs[^]*p1\.yaml:5: match\.tags/,
  );
});

test('examples are run: a deny example is the first allow example with its own claims in place', () => {
  const examples = `examples:
  allow: [ { repository_id: "1", repository_owner_id: "2", event_name: push, ref: refs/heads/main } ]
  deny: [ { ref: refs/heads/feature }, { event_name: pull_request }, { event_name: null } ]`;
  const text = policy(', ref: refs/heads/main', `grants: [ { role: deploy, access: read } ]\n${examples}`);
  expect(load(text).size).toBe(1);
});

test('the version changes with the text, and the set’s with any policy', () => {
  const [one, two] = [load(policy()), load(`${policy()}# changed\n`)];
  expect(one.about(github.url, '1')[0]?.version).not.toBe(two.about(github.url, '1')[0]?.version);
  expect(one.version).not.toBe(two.version);
  expect(load(policy()).version).toBe(one.version);
});
