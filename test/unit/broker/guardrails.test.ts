import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Issuer } from '../../../src/broker/domain/issuer.ts';
import type { RoleTerms } from '../../../src/broker/domain/role.ts';
import { findIssuer } from '../../../src/broker/issuers/registry.ts';
import { recallClaims } from '../../../src/broker/issuers/remember-claims.ts';
import type { Allowed } from '../../../src/broker/policy/decide.ts';
import {
  loadGuardrails,
  type Guardrails,
  type GuardrailVerdict,
} from '../../../src/broker/policy/guardrails.ts';

function issuerOf(entry: Parameters<typeof findIssuer>[0]): Issuer {
  const found = findIssuer(entry);
  if (typeof found === 'string') throw new Error(found);
  return found.issuer;
}

const github = issuerOf('github');
const gitlab = issuerOf({ platform: 'gitlab', url: 'https://gitlab.example.com' });
const other = issuerOf({
  platform: 'oidc',
  url: 'https://ci.example.com',
  claims: { index: 'team', ids: [], job: ['team', 'build'], match: ['team', 'x/branch'] },
});

const terms = (name: string, engine = 'jwt'): RoleTerms => ({
  name,
  engine,
  revocability: engine === 'jwt' ? 'immediate' : 'expiry-only',
  defaultSeconds: 900,
  minSeconds: 5,
  maxSeconds: 900,
  grantableBy: undefined,
  requireEncryption: false,
});
const roles = new Map([
  ['deploy-prod', terms('deploy-prod')],
  ['legacy', terms('legacy', 'static')],
]);

const world = { issuers: new Map([github, gitlab, other].map((issuer) => [issuer.url, issuer])), roles };

const load = (...texts: string[]): Promise<Guardrails> =>
  loadGuardrails(
    texts.map((text, index) => ({ file: `/g/${String(index)}.cedar`, text })),
    world,
  );

const usual = {
  github: {
    repository_id: '456789',
    repository_owner_id: '123456',
    run_id: '1',
    run_attempt: '1',
    check_run_id: '1',
    repository: 'Octo-Org/Octo-Repo',
    ref: 'refs/heads/main',
    event_name: 'push',
    job_workflow_ref: 'Octo-Org/Shared/.github/workflows/Deploy.yml@refs/tags/v3',
    repo_property_tier: 'gold,Silver',
  },
  gitlab: { project_id: '20', namespace_id: '72', job_id: '9', ref_protected: 'true', runner_id: 7 },
  oidc: { team: 'red', build: '1' },
};

interface Ask {
  readonly issuer?: Issuer;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly decision?: Partial<Allowed>;
  readonly address?: string;
  readonly now?: string;
}

function ask(
  guardrails: Guardrails,
  { issuer = github, claims, decision, ...ask }: Ask = {},
): GuardrailVerdict {
  const base = usual[issuer.platform as keyof typeof usual];
  const facts = { thumbprint: 'k', tokenKey: 't', expiresAt: new Date(0) };
  const role = decision?.role ?? 'deploy-prod';
  return guardrails.judge({
    claims: recallClaims(issuer, { claims: { ...base, ...claims }, tokenHash: 'h' }, facts),
    decision: {
      allowed: true,
      role,
      terms: roles.get(role) ?? terms(role),
      policy: { id: 'p', version: 'sha256:0' },
      access: 'write',
      ttlSeconds: 900,
      limits: {
        sessionMaxSeconds: 1,
        issuesPerJob: 1,
        parallelSessions: 1,
        maxKeysPerJob: 1,
        onExcess: 'deny',
      },
      approval: undefined,
      asksPlatform: false,
      policySet: 'sha256:0',
      considered: [],
      ...decision,
    },
    address: ask.address ?? '192.0.2.1',
    now: new Date(ask.now ?? '2026-11-20T12:00:00Z'),
  });
}

const forbid = (condition: string, scope = 'principal is github::Job, action, resource'): string =>
  `@id("it") forbid (${scope}) ${condition};`;
const forbidden: GuardrailVerdict = { allowed: false, forbidden: ['it'], errors: [] };
const allowed: GuardrailVerdict = { allowed: true };

describe('a guardrail', () => {
  test('forbids what it speaks of and nothing else, and is told by its id', async () => {
    const guardrails = await load(
      '@id("no-prod") forbid (principal, action, resource == Role::"deploy-prod");',
      '@id("no-read") forbid (principal, action, resource) when { context.access == "read" };\n@id("never-at-42") forbid (principal, action, resource) when { context.ttl == 42 };',
    );
    expect(guardrails.size).toBe(3);
    expect(ask(guardrails)).toEqual({ allowed: false, forbidden: ['no-prod'], errors: [] });
    const read = { access: 'read', role: 'legacy' } as const;
    expect(ask(guardrails, { decision: read })).toEqual({
      allowed: false,
      forbidden: ['no-read'],
      errors: [],
    });
    expect(ask(guardrails, { decision: { role: 'legacy' } })).toEqual(allowed);
    const both = ask(guardrails, { decision: { access: 'read' } });
    expect(both.allowed || both.forbidden.toSorted()).toEqual(['no-prod', 'no-read']);
  });

  test.each<[string, string, Ask, GuardrailVerdict]>([
    ['an id', 'when { principal.repository_id == "456789" }', {}, forbidden],
    ['another id', 'when { principal.repository_id == "1" }', {}, allowed],
    [
      'a name, whatever its capitals',
      'when { principal has repository && principal.repository == "octo-org/octo-repo" }',
      {},
      forbidden,
    ],
    [
      'a workflow, whatever its owner’s capitals',
      'unless { principal has job_workflow_ref && principal.job_workflow_ref like "octo-org/shared/*@refs/tags/v3" }',
      {},
      allowed,
    ],
    [
      'another workflow',
      'unless { principal has job_workflow_ref && principal.job_workflow_ref like "octo-org/shared/*@refs/tags/v4" }',
      {},
      forbidden,
    ],
    ['a claim that is not there', 'unless { principal has environment }', {}, forbidden],
    [
      'a claim that is there',
      'unless { principal has environment }',
      { claims: { environment: 'x' } },
      allowed,
    ],
    [
      'a claim that is null',
      'unless { principal has environment }',
      { claims: { environment: null } },
      forbidden,
    ],
    [
      'a flag as text',
      'when { principal has ref_protected && principal.ref_protected }',
      { claims: { ref_protected: 'true' } },
      forbidden,
    ],
    [
      'a flag as flag',
      'when { principal has ref_protected && principal.ref_protected }',
      { claims: { ref_protected: true } },
      forbidden,
    ],
    [
      'a flag that is off',
      'when { principal has ref_protected && principal.ref_protected }',
      { claims: { ref_protected: 'false' } },
      allowed,
    ],
    ['a property', 'when { principal.properties.contains({ name: "tier", value: "gold" }) }', {}, forbidden],
    [
      'a further value of a property',
      'when { principal.properties.contains({ name: "tier", value: "Silver" }) }',
      {},
      forbidden,
    ],
    [
      'a value that is only a part of one',
      'when { principal.properties.contains({ name: "tier", value: "gold,Silver" }) }',
      {},
      allowed,
    ],
    [
      'the issuer',
      'when { principal.issuer == "https://token.actions.githubusercontent.com" }',
      {},
      forbidden,
    ],
    ['a network', 'unless { context.address.isInRange(ip("192.0.2.0/24")) }', {}, allowed],
    [
      'another network',
      'unless { context.address.isInRange(ip("192.0.2.0/24")) }',
      { address: '198.51.100.1' },
      forbidden,
    ],
    ...['::ffff:198.51.100.1', '::FFFF:c633:6401', '0:0:0:0:0:ffff:198.51.100.1'].map(
      (address): [string, string, Ask, GuardrailVerdict] => [
        `a network, asked for from ${address}`,
        'when { context.address.isInRange(ip("198.51.100.0/24")) }',
        { address },
        forbidden,
      ],
    ),
    [
      'a network of IPv6',
      'when { context.address.isInRange(ip("2001:db8::/32")) }',
      { address: '2001:DB8::1' },
      forbidden,
    ],
    ['a date', 'when { context.now >= datetime("2026-12-24") }', {}, allowed],
    [
      'a later date',
      'when { context.now >= datetime("2026-12-24") }',
      { now: '2026-12-24T00:00:00Z' },
      forbidden,
    ],
    [
      'an engine',
      'when { context.engine == "static" && !context.approval }',
      { decision: { role: 'legacy' } },
      forbidden,
    ],
    [
      'an approval',
      'when { context.engine == "static" && !context.approval }',
      { decision: { role: 'legacy', approval: { source: 'operator', withinSeconds: 1 } } },
      allowed,
    ],
    [
      'a revocability',
      'when { context.revocability == "expiry-only" && context.ttl > 600 }',
      { decision: { role: 'legacy' } },
      forbidden,
    ],
    ['a policy', 'when { context.policy == "p" }', {}, forbidden],
    ['a job of another platform', 'when { true }', { issuer: gitlab }, allowed],
  ])('may speak of %s', async (_, condition, asked, expected) => {
    expect(ask(await load(forbid(condition)), asked)).toEqual(expected);
  });

  test('may speak of other platforms’ jobs, with their own claims', async () => {
    const guardrails = await load(
      '@id("it") forbid (principal is gitlab::Job, action, resource) unless { principal has ref_protected && principal.ref_protected && principal has runner_id && principal.runner_id == 7 };',
      '@id("red") forbid (principal is oidc::Job, action, resource) when { principal has "x/branch" && principal["x/branch"] == "Red" };',
    );
    expect(ask(guardrails, { issuer: gitlab })).toEqual(allowed);
    expect(ask(guardrails, { issuer: gitlab, claims: { runner_id: 8 } })).toEqual(forbidden);
    expect(ask(guardrails, { issuer: other })).toEqual(allowed);
    expect(ask(guardrails, { issuer: other, claims: { 'x/branch': 'Red' } })).toMatchObject({
      forbidden: ['red'],
    });
  });
});

describe('what cannot be judged is denied', () => {
  let guardrails: Guardrails;

  beforeAll(async () => {
    guardrails = await load(
      forbid(
        'when { context.ttl * 9223372036854775807 > 0 }',
        'principal, action, resource == Role::"legacy"',
      ),
    );
  });

  test('a forbid that fails while it is evaluated, which Cedar leaves out and allows', () => {
    expect(ask(guardrails)).toEqual(allowed);
    const verdict = ask(guardrails, { decision: { role: 'legacy' } });
    expect(verdict).toMatchObject({ allowed: false, forbidden: [] });
    expect(verdict.allowed || verdict.errors.join()).toMatch(/^it: .*overflow/);
  });

  test.each<[string, Ask, RegExp]>([
    ['a claim of another type', { claims: { ref: 7 } }, /claim ref has another form/],
    ['a flag that is neither', { claims: { ref_protected: 'yes' } }, /claim ref_protected has another form/],
    ['a number as text', { issuer: gitlab, claims: { runner_id: '7' } }, /claim runner_id has another form/],
    ['a number that is not whole', { issuer: gitlab, claims: { runner_id: 7.5 } }, /claim runner_id/],
    ['a property of another type', { claims: { repo_property_x: true } }, /claim repo_property_x/],
    ['an id that is missing', { claims: { repository_owner_id: null } }, /repository_owner_id/],
    ['an address that is none', { address: 'unknown' }, /address is not known/],
    ['a role that the schema does not have', { decision: { role: 'new' } }, /new/],
    ['a time to live that is none', { decision: { ttlSeconds: 1.5 } }, /./],
  ])('%s', (_, asked, why) => {
    const verdict = ask(guardrails, asked);
    expect(verdict).toMatchObject({ allowed: false, forbidden: [] });
    expect(verdict.allowed || verdict.errors.join()).toMatch(why);
  });
});

test.each<[string, string, RegExp]>([
  [
    'no Cedar',
    'forbid (principal action, resource);',
    /^\/g\/0\.cedar:1: unexpected token `action` \(expected .*\)$/,
  ],
  [
    'a permit',
    '@id("it") permit (principal, action, resource);',
    /:1: guardrails only forbid; what is granted stands in the trust policies/,
  ],
  [
    'one without its name',
    '\n\nforbid (principal, action, resource);',
    /:3: name it, for the audit log: write @id/,
  ],
  [
    'a template',
    '@id("it") forbid (principal == ?principal, action, resource);',
    /:1: a template is linked by nobody/,
  ],
  [
    'a claim that there is not',
    forbid('when\n{ principal.repository_idd == "1" }'),
    /:2: attribute `repository_idd` .* not found \(did you mean `repository_id`\?\)/,
  ],
  [
    'a claim that may be missing',
    forbid('when { principal.environment == "x" }'),
    /optional attribute `environment`.*has environment/,
  ],
  [
    'a claim of one platform for the jobs of all',
    forbid('when { principal.repository_id == "1" }', 'principal, action, resource'),
    /repository_id.*gitlab::Job/,
  ],
  ['a role that there is not', forbid('', 'principal, action, resource == Role::"deploy-prd"'), /deploy-prd/],
  [
    'an action that there is not',
    forbid('', 'principal, action == Action::"borow", resource'),
    /unrecognized action .* \(did you mean `Action::"borrow"`\?\)/,
  ],
  ['a platform that there is not', forbid('', 'principal is github::Jobs, action, resource'), /github::Jobs/],
  ['one that can never forbid', forbid('when { false }'), /policy is impossible/],
  [
    'types that do not fit',
    forbid('when { context.ttl == "900" }'),
    /types Long and String are not compatible|expected/,
  ],
  ['a date that is none', forbid('when { context.now > datetime("2026-13-01") }'), /datetime value/],
  [
    'an event that there is not',
    forbid('when { principal has event_name && ["push", "pusch"].contains(principal.event_name) }'),
    /principal\.event_name: there is no such value; it has .*push/,
  ],
  [
    'an access that there is not',
    forbid('when { context.access == "wirte" }'),
    /context\.access: there is no such value; it has read, write/,
  ],
  [
    'an issuer that there is not',
    forbid('when { "https://github.com" == principal.issuer }'),
    /principal\.issuer: there is no such value/,
  ],
  [
    'capitals that the platform folds',
    forbid('when { principal has repository && principal.repository == "Octo-Org/Repo" }'),
    /principal\.repository: the platform folds capitals.*write "octo-org\/repo"/,
  ],
  [
    'capitals that the platform folds, in a pattern',
    forbid('when { principal has repository && principal.repository like "Octo-Org/*" }'),
    /write "octo-org\/\*"/,
  ],
  [
    'capitals of a workflow’s owner',
    forbid(
      'unless { principal has job_workflow_ref && principal.job_workflow_ref like "Octo/S/.github/workflows/A.yml@*" }',
    ),
    /write "octo\/s\/\.github\/workflows\/A\.yml@\*"/,
  ],
  [
    'a short ref',
    forbid('when { principal has ref && principal.ref != "main" }'),
    /principal\.ref: write the ref in full: refs\/heads\/main/,
  ],
  [
    'a pattern where values are compared',
    forbid('when { principal has ref && principal.ref == "refs/heads/release/*" }'),
    /write `like`/,
  ],
  [
    'an id that is a name',
    forbid('when { principal.repository_id == "octo" }'),
    /principal\.repository_id: write the number/,
  ],
  ['letters of two alphabets', forbid('when { context.policy == "depl\u043ey" }'), /mixed script/],
  [
    'a name that the broker has',
    '@id("granted by a trust policy") forbid (principal, action, resource);',
    /the broker has the same @id/,
  ],
])('%s is told with file and line, and nothing loads', async (_, text, message) => {
  await expect(load(text)).rejects.toThrow(message);
});

test('a value that one platform has may be compared for the jobs of all', async () => {
  const everywhere = forbid(
    'when { principal has ref && principal.ref == "main" }',
    'principal, action, resource',
  );
  const guardrails = await load(everywhere);
  expect(ask(guardrails, { issuer: gitlab, claims: { ref: 'main' } })).toEqual(forbidden);
  await expect(load(everywhere.replace('"main"', '"a//b"'))).rejects.toThrow(/principal\.ref: /);
});

test('what one issuer’s jobs always have has to be asked for where another of its platform may lack it', async () => {
  const second = issuerOf({
    platform: 'oidc',
    url: 'https://ci2.example.com',
    claims: { index: 'project', ids: ['project'], job: ['project', 'build'], match: ['team'] },
  });
  const both = { roles, issuers: new Map([other, second].map((issuer) => [issuer.url, issuer])) };
  const load2 = (condition: string): Promise<Guardrails> =>
    loadGuardrails(
      [{ file: '/g/0.cedar', text: forbid(condition, 'principal is oidc::Job, action, resource') }],
      both,
    );
  await expect(load2('when { principal.team == "red" }')).rejects.toThrow(/optional attribute `team`/);
  expect(
    ask(await load2('when { principal has team && principal.team == "red" }'), { issuer: other }),
  ).toEqual(forbidden);
});

test('every problem of every file is told, on the line where it is, whatever stands before it', async () => {
  const first = `// Ümläute, ${'€'.repeat(20)}\n@id("a")\nforbid (principal, action, resource)\nwhen { context.ttll == 1 };\n`;
  const second =
    '\n@id("a") forbid (principal, action, resource) when { context.ttl == 1 };\n// x\npermit (principal, action, resource);';
  const error = await load(first, second).catch((thrown: unknown) => thrown);
  const lines = (error as Error).message.split('\n');
  expect(lines.map((line) => line.replace(/^(\S+): .*/, '$1'))).toEqual([
    '/g/0.cedar:4',
    '/g/1.cedar:4',
    '/g/1.cedar:4',
    '/g/1.cedar:2',
  ]);
  expect(lines.at(-1)).toBe('/g/1.cedar:2: /g/0.cedar:2 has the same @id');
});

test('a set’s version changes with its text and with what it was validated by', async () => {
  const text = forbid('when { context.ttl == 1 }');
  const { version } = await load(text);
  expect((await load(text)).version).toBe(version);
  expect((await load(forbid('when { context.ttl == 2 }'))).version).not.toBe(version);
  const fewer = await loadGuardrails([{ file: '/g/0.cedar', text }], {
    ...world,
    roles: new Map([['x', terms('x')]]),
  });
  expect(fewer.version).not.toBe(version);
});

test('two sets judge beside each other, each by its own', async () => {
  const [none, all] = [await load(forbid('when { context.ttl == 1 }')), await load(forbid(''))];
  expect(ask(none)).toEqual(allowed);
  expect(ask(all)).toEqual(forbidden);
  expect(ask(none)).toEqual(allowed);
});
