import { describe, expect, test } from '@jest/globals';
import { CredsError } from '../../../src/domain/errors.ts';
import type { Issuer } from '../../../src/broker/domain/issuer.ts';
import type { RoleTerms } from '../../../src/broker/domain/role.ts';
import type { VerifiedClaims } from '../../../src/broker/domain/verified-claims.ts';
import { findIssuer } from '../../../src/broker/issuers/registry.ts';
import { decide, isStranger, type Decision } from '../../../src/broker/policy/decide.ts';
import { loadPolicies } from '../../../src/broker/policy/load-policies.ts';
import type { PolicySet } from '../../../src/broker/policy/policy-set.ts';

const github = issuer('github');
const gitlab = issuer({ platform: 'gitlab', url: 'https://gitlab.example.com' });

const terms: RoleTerms = {
  name: 'deploy',
  engine: 'jwt',
  revocability: 'immediate',
  defaultSeconds: 900,
  minSeconds: 60,
  maxSeconds: 1800,
  grantableBy: undefined,
  requireEncryption: false,
};
const context = {
  operators: 0,
  issuers: new Map([github, gitlab].map((each) => [each.url, each])),
  roles: new Map([
    ['deploy', terms],
    ['owned', { ...terms, name: 'owned', grantableBy: ['platform'] }],
  ]),
};

const head = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: p, owner: team }
`;
const ids = 'repository_id: "1", repository_owner_id: "2"';

function policy(match = '', rest = 'grants: [ { role: deploy, access: read } ]'): string {
  return `${head}issuer: ${github.url}\nmatch: { ${ids}${match} }\n${rest}\n`;
}

function load(...texts: string[]): PolicySet {
  return loadPolicies(
    texts.map((text, index) => ({ file: `p${String(index)}.yaml`, text })),
    context,
  );
}

const claims = {
  repository_id: '1',
  repository_owner_id: '2',
  repository: 'octo-org/octo-repo',
  ref: 'refs/heads/main',
  environment: 'production',
  event_name: 'push',
  job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v3',
  job_workflow_sha: 'abc',
};

/** Stands for what the verifier would have made of a token with these claims. */
function verified(changes: Record<string, unknown> = {}, by: Issuer = github): VerifiedClaims {
  return { issuer: by, claims: { ...claims, ...changes } } as unknown as VerifiedClaims;
}

function ask(set: PolicySet, changes: Record<string, unknown> = {}, ttlSeconds?: number): Decision {
  return decide(set, verified(changes), { role: 'deploy', terms, ttlSeconds });
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
      ', job_workflow: { path: octo-org/shared/.github/workflows/deploy.yml, sha: [abc] }',
      { job_workflow_sha: 'abd' },
    ],
    [
      'a workflow whose path only begins alike',
      ', job_workflow: { path: octo-org/shared/.github/workflows/deploy.yml, sha: [abc] }',
      { job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml2@x' },
    ],
    ['a self-hosted runner', ', runner_environment: github-hosted', { runner_environment: 'self-hosted' }],
  ])('is to deny for %s', (_, match, changes) => {
    expect(ask(load(policy(match))).allowed || match.includes('runner')).toBe(true);
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

  test('takes what any of several policies allows', () => {
    const second = policy(', ref: refs/heads/x').replace('id: p', 'id: q');
    const set = load(policy(', ref: refs/heads/main'), second);
    expect(ask(set, { ref: 'refs/heads/x' })).toMatchObject({ allowed: true, policy: { id: 'q' } });
    expect(ask(set, { ref: 'refs/heads/y' }).considered).toHaveLength(2);
  });

  test('does not take one policy’s condition together with another’s grant', () => {
    const narrow = policy(', ref: refs/heads/main', 'grants: [ { role: deploy, access: write } ]');
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
    expect(ask(set, {}, 600)).toMatchObject({ allowed: true, ttlSeconds: 600 });
    expect(ask(set, {}, 601).allowed).toBe(false);
    expect(ask(load(policy()), {}, 1801).allowed).toBe(false);
  });
});

describe('a decision for GitLab', () => {
  const text = `${head}issuer: https://gitlab.example.com\nmatch: { project_id: "20", namespace_id: "72", ref_path: refs/heads/main }\ngrants: [ { role: deploy, access: read } ]\n`;
  const job = {
    project_id: '20',
    namespace_id: '72',
    ref_path: 'refs/heads/main',
    pipeline_source: 'push',
    job_project_id: '20',
  };
  const allowed = (changes: Record<string, unknown>): boolean =>
    decide(load(text), verified({ ...job, ...changes }, gitlab), {
      role: 'deploy',
      terms,
      ttlSeconds: undefined,
    }).allowed;

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
    ['with an unknown key at its top', `${policy()}when: always\n`, /^p0\.yaml:7: when: unknown key/],
    [
      'with a claim of another platform',
      policy(', ref_path: refs/heads/main'),
      /match\.ref_path: tokens of github have no such claim/,
    ],
    ['with a short ref', policy(', ref: main'), /match\.ref: write the ref in full: refs\/heads\/main/],
    ['with a pattern', policy(', ref: refs/heads/*'), /match\.ref: there are no patterns here/],
    [
      'with a risky event',
      policy(', event_name: [push, pull_request_target]'),
      /match\.event_name: pull_request_target is never granted/,
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
        'grants: [ { role: deploy, access: read } ]\nexamples: { allow: [ { repository_id: "1", repository_owner_id: "2", event_name: push, ref: refs/heads/x } ] }',
      ),
      /examples\.allow\[0\]: is denied: ref is refs\/heads\/x, expected refs\/heads\/main/,
    ],
    [
      'whose deny examples have no allow example to differ from',
      policy('', 'grants: [ { role: deploy, access: read } ]\nexamples: { deny: [ { ref: refs/heads/x } ] }'),
      /examples\.deny: write an allow example too/,
    ],
    [
      'whose deny example is allowed',
      policy(
        '',
        'grants: [ { role: deploy, access: read } ]\nexamples: { allow: [ { repository_id: "1", repository_owner_id: "2", event_name: push } ], deny: [ { ref: refs/heads/x } ] }',
      ),
      /examples\.deny\[0\]: is allowed by this policy/,
    ],
    ['with a key twice', `${policy()}kind: TrustPolicy\n`, /^p0\.yaml:7: /],
    ['with an alias', policy().replace('"2"', '&o "2"').replace('"1"', '*o'), /p0\.yaml/],
    ['in two documents', `${policy()}---\n${policy()}`, /^p0\.yaml/],
  ])('%s', (_, text, message) => {
    expect(() => load(text)).toThrow(CredsError);
    expect(() => load(text)).toThrow(message);
  });

  test('with the id of another, and every problem of every file is told at once', () => {
    expect(() => load(policy(), policy(', ref: main'))).toThrow(
      /p1\.yaml:3: metadata\.id: p0\.yaml has the same id.*\n.*p1\.yaml:5: match\.ref/,
    );
  });

  test('for GitLab with a ref that may be a tag', () => {
    const text = `${head}issuer: https://gitlab.example.com\nmatch: { project_id: "1", namespace_id: "2", ref: main }\ngrants: [ { role: deploy, access: read } ]\n`;
    expect(() => load(text)).toThrow(/match\.ref: a tag may have the same name: write ref_path/);
  });
});

test('examples are run: a deny example is the first allow example with its own claims in place', () => {
  const examples = `examples:
  allow: [ { repository_id: "1", repository_owner_id: "2", event_name: push, ref: refs/heads/main } ]
  deny: [ { ref: refs/heads/feature }, { event_name: pull_request } ]`;
  const text = policy(', ref: refs/heads/main', `grants: [ { role: deploy, access: read } ]\n${examples}`);
  expect(load(text).size).toBe(1);
});

test('the version changes with the text, and the set’s with any policy', () => {
  const [one, two] = [load(policy()), load(`${policy()}# changed\n`)];
  expect(one.about(github.url, '1')[0]?.version).not.toBe(two.about(github.url, '1')[0]?.version);
  expect(one.version).not.toBe(two.version);
  expect(load(policy()).version).toBe(one.version);
});

function issuer(entry: Parameters<typeof findIssuer>[0]): Issuer {
  const found = findIssuer(entry);
  if (typeof found === 'string') throw new Error(found);
  return found.issuer;
}
