import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import {
  ask,
  context,
  jobOf,
  loadTexts,
  policyText,
  type Claims,
  type PolicyParts,
} from '../../support/broker/policies.ts';

const guarded = 'ref_protected: true, event_name: push, runner_environment: github-hosted';
const approval = 'approval: { source: operator, within: 15m }';

/** Which of the policies rules, whatever order their names are in. */
function rules(parts: Readonly<Record<string, readonly [match: string, parts?: PolicyParts]>>): unknown[] {
  const names = Object.keys(parts);
  return [names, names.toReversed()].map((order) => {
    const ids = new Map(order.map((name, index) => [name, `p${String(index)}`]));
    const texts = Object.entries(parts).map(([name, [match, own]]) =>
      policyText(match, { ...own, id: ids.get(name) ?? '' }),
    );
    const decision = ask(loadTexts(texts));
    const ruling = decision.allowed ? decision.policy.id : undefined;
    return names.find((name) => ids.get(name) === ruling);
  });
}

describe('where several policies grant a role', () => {
  test.each<[string, Parameters<typeof rules>[0]]>([
    [
      'one that needs no approval',
      { rules: [guarded, { access: 'write' }], other: ['', { more: approval }] },
    ],
    ['the one that lets read only', { rules: [guarded], other: [guarded, { access: 'write' }] }],
    [
      'the one for the shorter time',
      {
        rules: ['', { grants: '[ { role: deploy, access: read, ttl: { max: 10m } } ]' }],
        other: ['', { more: 'limits: { session_max: 5m }' }],
      },
    ],
    [
      'the one of the shorter session',
      {
        rules: ['', { more: 'limits: { session_max: 5m }' }],
        other: ['', { more: 'limits: { issues_per_job: 1 }' }],
      },
    ],
    [
      'the one of fewer requests',
      {
        rules: ['', { more: 'limits: { issues_per_job: 2 }' }],
        other: ['', { more: 'limits: { parallel_sessions: 1 }' }],
      },
    ],
    [
      'the one of fewer sessions',
      { rules: [''], other: ['', { more: 'limits: { parallel_sessions: 2, max_keys_per_job: 1 }' }] },
    ],
    [
      'the one of fewer keys',
      {
        rules: ['', { more: 'limits: { max_keys_per_job: 1 }' }],
        other: ['', { more: 'limits: { on_excess: revoke }' }],
      },
    ],
    ['the one that takes back more', { rules: ['', { more: 'limits: { on_excess: revoke }' }], other: [''] }],
    [
      'of approvals the one that waits less long',
      { rules: ['', { more: approval }], other: ['', { more: approval.replace('15m', '20m') }] },
    ],
  ])('%s rules', (_, parts) => {
    expect(rules(parts)).toEqual(['rules', 'rules']);
  });

  test('a policy that needs an approval rules where the other does not grant', () => {
    const set = loadTexts([
      policyText('environment: staging, ref: refs/heads/main', { example: { environment: 'staging' } }),
      policyText('', { id: 'q', more: approval }),
    ]);
    expect(ask(set)).toMatchObject({ allowed: true, policy: { id: 'q' }, approval: { withinSeconds: 900 } });
    expect(ask(set, { environment: 'staging' })).toMatchObject({ policy: { id: 'p' }, approval: undefined });
  });

  test('a lifetime that only one of them allows is that one’s', () => {
    const short = policyText('', { grants: '[ { role: deploy, access: read, ttl: { max: 10m } } ]' });
    const set = loadTexts([short, policyText('', { id: 'q' })]);
    expect(ask(set, {}, { ttlSeconds: 600 })).toMatchObject({ policy: { id: 'p' }, ttlSeconds: 600 });
    expect(ask(set, {}, { ttlSeconds: 601 })).toMatchObject({ policy: { id: 'q' }, ttlSeconds: 601 });
    expect(ask(set)).toMatchObject({ policy: { id: 'p' }, ttlSeconds: 600 });
  });

  test('the decision tells every condition of each of them, and the version of the set', () => {
    const set = loadTexts([
      policyText('ref: refs/heads/main'),
      policyText('ref: refs/heads/x', { id: 'q', example: { ref: 'refs/heads/x' } }),
    ]);
    const decision = ask(set, { ref: 'refs/heads/x' });
    expect(decision.policySet).toBe(set.version);
    expect(ask(set, { ref: 'refs/heads/y' }).policySet).toBe(set.version);
    expect(
      decision.considered.map(({ policy, conditions }) => [
        policy,
        conditions.map(({ name, holds }) => [name, holds]),
      ]),
    ).toEqual([
      [
        'p',
        [
          ['grant', true],
          ['repository_id', true],
          ['repository_owner_id', true],
          ['ref', false],
          ['event_name (default)', true],
        ],
      ],
      [
        'q',
        [
          ['grant', true],
          ['repository_id', true],
          ['repository_owner_id', true],
          ['ref', true],
          ['event_name (default)', true],
        ],
      ],
    ]);
  });
});

/** Conditions that the job of the tests fulfils, each with what makes it fail. */
const conditions: readonly (readonly [match: string, break_: Claims])[] = [
  ['repository: octo-org/octo-repo', { repository: 'octo-org/octo-repo2' }],
  ['repository_owner: octo-org', { repository_owner: 'octo' }],
  ['repository_visibility: [private, internal]', { repository_visibility: 'public' }],
  ['enterprise_id: "77"', { enterprise_id: '78' }],
  ['environment: [production, staging]', { environment: 'production2' }],
  ['event_name: [push, schedule]', { event_name: 'release' }],
  ['ref: [refs/heads/main, refs/tags/*]', { ref: 'refs/heads/other' }],
  ['ref_type: branch', { ref_type: 'tag' }],
  ['ref_protected: true', { ref_protected: 'false' }],
  ['runner_environment: github-hosted', { runner_environment: 'self-hosted' }],
  [
    'job_workflow: { path: octo-org/shared/.github/workflows/deploy.yml, ref: refs/tags/v3 }',
    { job_workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/tags/v3' },
  ],
  [
    'caller_workflow: { path: octo-org/octo-repo/.github/workflows/ci.yml, ref: refs/heads/main }',
    { workflow_ref: 'octo-org/octo-repo/.github/workflows/ci.yml@refs/heads/x' },
  ],
  ['properties: { tier: gold }', { repo_property_tier: 'silver' }],
  ['', { repository_id: '999' }],
  ['', { repository_owner_id: '999' }],
  ['', { event_name: 'pull_request_target' }],
  ['', { event_name: 'workflow_run' }],
];
const some = fc.uniqueArray(fc.integer({ min: 0, max: conditions.length - 1 }), {
  minLength: 1,
  maxLength: 8,
});
const matchOf = (chosen: readonly number[]): string =>
  [...new Set(chosen.map((index) => conditions[index]?.[0] ?? ''))].filter((each) => each !== '').join(', ');
const anything = fc.oneof(
  fc.constantFrom(undefined, null, '', true, 0, 1),
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.string(), { maxLength: 2 }),
);

describe('properties', () => {
  test('a job that is granted is not, once any one condition does not hold', () => {
    fc.assert(
      fc.property(some, fc.nat(), (chosen, which) => {
        const set = loadTexts([policyText(matchOf(chosen))]);
        const [, broken = {}] = conditions[chosen[which % chosen.length] ?? 0] ?? [];
        return ask(set).allowed && !ask(set, broken).allowed;
      }),
      { numRuns: 150 },
    );
  });

  test('nor once any one claim that is matched is something else', () => {
    fc.assert(
      fc.property(some, fc.nat(), anything, (chosen, which, value) => {
        const [, broken = {}] = conditions[chosen[which % chosen.length] ?? 0] ?? [];
        const [claim = ''] = Object.keys(broken);
        const own: unknown = { ...jobOf.github }[claim as never];
        const same = typeof value === 'string' && value.toLowerCase() === String(own).toLowerCase();
        fc.pre(
          !same &&
            !['push', 'schedule', 'private', 'internal', 'production', 'staging'].includes(String(value)),
        );
        const set = loadTexts([policyText(matchOf(chosen))]);
        const needed =
          claim !== 'event_name' || matchOf(chosen).includes('event_name') || typeof value !== 'string';
        return !needed || !ask(set, { [claim]: value }).allowed;
      }),
      { numRuns: 300 },
    );
  });

  const changes = fc.uniqueArray(fc.integer({ min: 0, max: conditions.length - 1 }), { maxLength: 3 });
  const jobWith = (broken: readonly number[]): Claims =>
    Object.assign({}, ...broken.map((index) => conditions[index]?.[1])) as Claims;
  const policies = fc.array(fc.tuple(some, fc.boolean()), { minLength: 1, maxLength: 4 });
  const load = (
    chosen: readonly (readonly [number[], boolean])[],
    begin: string,
  ): ReturnType<typeof loadTexts> => loadTexts(textsOf(chosen, begin), context);
  const textsOf = (chosen: readonly (readonly [number[], boolean])[], begin: string): string[] =>
    chosen.map(([each, waits], index) =>
      policyText(matchOf(each), { id: `${begin}${String(index)}`, more: waits ? approval : '' }),
    );

  test('two sets together grant what one of them grants, and nothing else', () => {
    fc.assert(
      fc.property(policies, policies, changes, (a, b, broken) => {
        const job = jobWith(broken);
        const both = ask(loadTexts([...textsOf(a, 'a'), ...textsOf(b, 'b')]), job);
        return both.allowed === (ask(load(a, 'a'), job).allowed || ask(load(b, 'b'), job).allowed);
      }),
      { numRuns: 120 },
    );
  });

  test('one more policy changes no other’s judgement, and gives none of them more', () => {
    fc.assert(
      fc.property(policies, some, changes, (a, more, broken) => {
        const job = jobWith(broken);
        const before = ask(load(a, 'a'), job);
        const after = ask(loadTexts([...textsOf(a, 'a'), policyText(matchOf(more), { id: 'z' })]), job);
        const judged = new Map(after.considered.map((each) => [each.policy, each]));
        expect(before.considered.map(({ policy }) => judged.get(policy))).toEqual(before.considered);
        const granting = [...judged.values()].filter((each) => each.conditions.every(({ holds }) => holds));
        return after.allowed
          ? granting.some(({ policy }) => policy === after.policy.id)
          : granting.length === 0;
      }),
      { numRuns: 120 },
    );
  });

  test('the order of the files does not matter', () => {
    fc.assert(
      fc.property(policies, changes, (a, broken) => {
        const texts = textsOf(a, 'a');
        const [one, other] = [loadTexts(texts), loadTexts(texts.toReversed())];
        expect(ask(other, jobWith(broken))).toEqual(ask(one, jobWith(broken)));
      }),
      { numRuns: 60 },
    );
  });
});
