import { beforeEach, describe, expect, test } from '@jest/globals';
import { checkPolicies } from '../../../src/broker/commands/check-policies.ts';
import { diffPolicies, type PolicyDiff } from '../../../src/broker/commands/diff-policies.ts';
import { diffText } from '../../../src/broker/commands/diff-text.ts';
import {
  explainPolicy,
  type PolicyAnswer,
  type PolicyQuestion,
} from '../../../src/broker/commands/explain-policy.ts';
import { explainText } from '../../../src/broker/commands/explain-text.ts';
import { importPolicy } from '../../../src/broker/commands/import-policy.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { brokerYaml, githubPolicy, startTestBroker } from '../../support/broker/test-broker.ts';
import { testWorld, type TestWorld } from '../../support/broker/world.ts';

const claims = {
  iss: 'https://token.actions.githubusercontent.com',
  repository_id: '456789',
  repository_owner_id: '123456',
  ref: 'refs/heads/main',
  environment: 'production',
  event_name: 'push',
  runner_environment: 'github-hosted',
};
const only = {
  app: 'access: { networks: [192.0.2.0/24], times: [ { from: "00:00", to: "24:00", zone: UTC } ] } }',
};

let world: TestWorld;

beforeEach(() => {
  world = testWorld();
  world.disk.set(
    '/b/broker.yaml',
    brokerYaml.replace('ttl: { default: 10m, max: 30m } }', `ttl: { default: 10m, max: 30m }, ${only.app}`),
  );
  world.disk.set('/b/policies/p.yaml', githubPolicy);
});

/** The policy lends to pull requests, which GitHub is asked about. */
function withPullRequests(): string {
  const text = githubPolicy
    .replaceAll('access: write', 'access: read')
    .replace('event_name: [push, workflow_dispatch]', 'event_name: [push, pull_request]');
  world.disk.set('/b/policies/p.yaml', `${text}allow_pull_request: same-repository\n`);
  world.disk.set(
    '/b/broker.yaml',
    `${world.disk.get('/b/broker.yaml') ?? ''}forges: [ { platform: github, token: "env:FORGE" } ]\n`,
  );
  return text;
}

/** The policy asks for an approval, and there is somebody to give it. */
function withApproval(): void {
  world.disk.set('/b/op.pem', '');
  world.disk.set('/b/policies/p.yaml', `${githubPolicy}approval: { source: operator, within: 15m }\n`);
  world.disk.set(
    '/b/broker.yaml',
    `${world.disk.get('/b/broker.yaml') ?? ''}operators: [ { id: ops, public_key: ./op.pem } ]\n`,
  );
}

describe('explain', () => {
  const ask = (changes: object = {}, question: Partial<PolicyQuestion> = {}): Promise<PolicyAnswer> => {
    world.disk.set('/b/claims.json', JSON.stringify({ ...claims, ...changes }));
    return explainPolicy(
      {
        paths: ['/b/broker.yaml'],
        config: undefined,
        claims: '/b/claims.json',
        role: 'deploy-prod',
        ttlSeconds: undefined,
        address: undefined,
        ...question,
      },
      world,
    );
  };

  test('says what would be granted, by which policy, for how long', async () => {
    const answer = await ask();
    expect(answer).toMatchObject({
      allowed: true,
      granted: { policy: { id: 'deploy-prod' }, access: 'write', ttlSeconds: 900, approval: false },
      open: [],
    });
    const text = explainText(answer);
    expect(text).toMatch(/^policy deploy-prod\n {2}ok {2}grant/);
    expect(text).toMatch('ALLOWED: deploy-prod to write, for 900 s, by deploy-prod\n');
    expect(text).not.toMatch('NO');
  });

  test('shows each condition that does not hold, with what was expected and what came', async () => {
    const answer = await ask({ ref: 'refs/heads/x', environment: undefined });
    expect(answer.allowed).toBe(false);
    const text = explainText(answer);
    expect(text).toMatch(/ {2}NO {2}ref +refs\/heads\/x {3}\(expected refs\/heads\/main\)/);
    expect(text).toMatch(/ {2}NO {2}environment +missing {3}\(expected production\)/);
    expect(text).toMatch('DENIED: deploy-prod\n');
  });

  test('shows nothing of a claim that a terminal would obey', async () => {
    const text = explainText(await ask({ ref: '\u001b[2J\u202e::add-mask::x\n' }));
    expect(text).not.toMatch(/[\u001b\u202e]|::add-mask/);
  });

  test('knows a stranger, an unknown role, and a lifetime that is too long or too short', async () => {
    expect(explainText(await ask({ repository_id: '1' }))).toMatch(
      'no policy names this repository or project',
    );
    expect((await ask({}, { role: 'nobody' })).allowed).toBe(false);
    expect((await ask({}, { ttlSeconds: 901 })).allowed).toBe(false);
    expect(await ask({}, { ttlSeconds: 1 })).toMatchObject({
      allowed: false,
      open: ['The role lends for 5 s at least.'],
    });
  });

  test('judges what the role asks besides, once it knows from where', async () => {
    const role = { role: 'app-ro' };
    expect((await ask({}, role)).open[0]).toMatch('give --address');
    expect(await ask({}, { ...role, address: '192.0.2.1' })).toMatchObject({ allowed: true });
    const elsewhere = await ask({}, { ...role, address: '198.51.100.1' });
    expect(elsewhere).toMatchObject({ allowed: false, granted: { policy: { id: 'deploy-prod' } } });
    expect(explainText(elsewhere)).toMatch(/role app-ro\n {2}NO {2}access\.networks/);
  });

  test('asks the guardrails, too, and says which of them forbids', async () => {
    world.disk.set('/b/broker.yaml', `${world.disk.get('/b/broker.yaml') ?? ''}guardrails: ./guardrails\n`);
    world.disk.set(
      '/b/guardrails/g.cedar',
      '@id("no-production") forbid (principal is github::Job, action, resource) when { principal has environment && principal.environment == "production" };\n',
    );
    expect((await ask()).open[0]).toMatch('guardrails, are not judged: give --address');
    const answer = await ask({}, { address: '192.0.2.1' });
    expect(answer).toMatchObject({
      allowed: false,
      guardrails: { allowed: false, forbidden: ['no-production'] },
    });
    expect(explainText(answer)).toMatch(/guardrails\n {2}NO {2}no-production\n/);
    expect((await ask({ environment: undefined }, { address: '192.0.2.1' })).guardrails).toBeUndefined();
  });

  test('says when an operator has to approve', async () => {
    withApproval();
    expect(await ask()).toMatchObject({
      allowed: true,
      granted: { approval: true },
      open: ['An operator has to approve it.'],
    });
  });

  test('says when the platform is asked whose a pull request is', async () => {
    withPullRequests();
    expect((await ask()).open).toEqual([]);
    const answer = await ask({ event_name: 'pull_request' });
    expect(answer).toMatchObject({ allowed: true, granted: { asksPlatform: true } });
    expect(explainText(answer)).toMatch('whether the pull request’s head is in the repository itself');
    expect((await ask({ event_name: 'pull_request_target' })).allowed).toBe(false);
  });

  test.each<[string, string, RegExp]>([
    ['that is a whole token', 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln', /holds a whole token/],
    ['that is no JSON', '{', /is no JSON object/],
    ['that is a list', '[]', /is no JSON object/],
    ['with a claim twice', '{"ref":"a","ref":"b"}', /is no JSON object/],
    ['of another issuer', '{"iss":"https://other.example.com"}', /name no issuer that broker.yaml knows/],
    ['of no issuer, where there are several', '{}', /name no issuer/],
  ])('refuses a file %s, and repeats nothing of it', async (_, text, message) => {
    world.disk.set('/b/bad.json', text);
    const refused = ask({}, { claims: '/b/bad.json' });
    await expect(refused).rejects.toThrow(CredsError);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow('c2ln');
  });

  test('takes the policies of a folder with a broker.yaml of any name', async () => {
    world.disk.set('/c/prod.yaml', world.disk.get('/b/broker.yaml') ?? '');
    world.disk.set('/c/policies/p.yaml', githubPolicy);
    expect((await ask({}, { paths: ['/c/policies'], config: '/c/prod.yaml' })).allowed).toBe(true);
    expect((await ask({}, { paths: ['/c/prod.yaml'], config: '/c/prod.yaml' })).allowed).toBe(true);
  });
});

test('check tells what the lints warn of, and which risks were accepted', async () => {
  world.disk.set(
    '/b/policies/p.yaml',
    `${githubPolicy.replace(/ {2}runner_environment: .*\n/, '')}accept_risk: our machines are wiped after each job\n`,
  );
  const { warnings } = await checkPolicies(['/b/broker.yaml'], undefined, world.files);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^\/b\/policies\/p\.yaml:5: match: a machine of one’s own .*\(accepted: our machines are wiped/,
    ),
  ]);
});

describe('diff', () => {
  async function pastDecisions(): Promise<void> {
    const broker = await startTestBroker({ policies: { 'p.yaml': githubPolicy } });
    const asks = [{}, { ref: 'refs/heads/x' }, {}, { repository_id: '5' }];
    for (const [index, changes] of asks.entries())
      await new Borrower(broker).borrow({
        roles: ['deploy-prod', 'app-ro'],
        token: { claims: { check_run_id: String(index + 1), ...changes } },
      });
    world.disk.set('/b/audit.jsonl', `${broker.world.disk.get('/etc/broker/audit.jsonl') ?? ''}not JSON\n`);
    await broker.stop();
  }
  const diff = (text: string): Promise<PolicyDiff> => {
    world.disk.set('/b/next/p.yaml', text);
    return diffPolicies(
      { before: '/b/policies', after: '/b/next', config: undefined, logs: ['/b/audit.jsonl'] },
      world.files,
    );
  };

  beforeEach(pastDecisions);

  test('finds nothing where nothing that happened would change', async () => {
    const found = await diff(`${githubPolicy}# the same\n`);
    expect(found).toEqual({ decisions: 6, changed: 0, unknown: 0, changes: [] });
    expect(diffText(found)).toBe('0 of 6 decisions would be others.\n');
  });

  test('says once what would change for many, and why', async () => {
    const found = await diff(githubPolicy.replaceAll('environment: production', 'environment: prod'));
    expect(found).toMatchObject({
      decisions: 6,
      changed: 4,
      changes: [
        {
          role: 'deploy-prod',
          of: '456789',
          before: { decision: 'allow', policy: 'deploy-prod', access: 'write', ttlSeconds: 900 },
          after: { decision: 'deny' },
          because: 'deploy-prod: environment is production, expected prod',
          requests: 2,
          lastRequest: expect.stringMatching(/^req_/),
        },
        { role: 'app-ro', requests: 2 },
      ],
    });
    expect(diffText(found)).toMatch(
      /deploy-prod for 456789: write for 900 s by deploy-prod -> denied\n {2}deploy-prod: environment is/,
    );
  });

  test('says when nobody speaks of the repository any more', async () => {
    const { changes } = await diff(githubPolicy.replaceAll('456789', '456780'));
    expect(changes[0]).toMatchObject({
      after: { decision: 'deny' },
      because: 'no policy names the repository or project',
    });
  });

  test('says of what the platform is asked besides', () => {
    const after = {
      decision: 'allow',
      policy: 'p',
      access: 'read',
      ttlSeconds: 600,
      asksPlatform: true,
    } as const;
    const change = { role: 'app-ro', issuer: 'i', of: '1', before: { decision: 'deny' }, after } as const;
    const changes = [{ ...change, because: undefined, requests: 1, lastRequest: 'req_1' }];
    expect(diffText({ decisions: 1, changed: 1, unknown: 0, changes })).toContain(
      'denied -> read for 600 s by p, of the repository itself only\n',
    );
  });

  test('sees that nobody has to approve any more', async () => {
    withApproval();
    const found = await diff(githubPolicy);
    expect(found.changes[0]).toMatchObject({ before: { approval: true }, after: { approval: false } });
    expect(diffText(found)).toContain('by deploy-prod, once approved -> write for 900 s by deploy-prod\n');
  });

  test('sees what is newly granted, a shorter time and another policy', async () => {
    const wider = await diff(githubPolicy.replaceAll('refs/heads/main', 'refs/heads/x'));
    expect(wider.changes.map(({ before, after }) => [before.decision, after.decision])).toEqual([
      ['allow', 'deny'],
      ['allow', 'deny'],
      ['deny', 'allow'],
      ['deny', 'allow'],
    ]);
    const shorter = await diff(
      githubPolicy.replace('max: 15m', 'max: 5m').replace('id: deploy-prod', 'id: other'),
    );
    expect(shorter.changes[0]).toMatchObject({
      after: { policy: 'other', ttlSeconds: 300 },
      because: undefined,
    });
  });
});

describe('import octo-sts', () => {
  const imported = (text: string): string => {
    world.disk.set('/b/ci.sts.yaml', text);
    return importPolicy('/b/ci.sts.yaml', world.files);
  };
  const loads = async (text: string): Promise<readonly string[]> => {
    world.disk.set('/b/policies/p.yaml', text);
    return (await checkPolicies(['/b/policies/p.yaml'], '/b/broker.yaml', world.files)).files;
  };
  /** What a person would write into the gaps. */
  const filled = (text: string): string =>
    text
      .replaceAll('"??? who answers for it"', 'platform')
      .replaceAll('"??? a role of broker.yaml"', 'legacy')
      .replace(/("repository_id":? ?)"\?\?\? the number"/g, '$1"456789"')
      .replace(/("repository_owner_id":? ?)"\?\?\? the number"/g, '$1"123456"')
      .replace(/("project_id":? ?)"\?\?\? the number"/g, '$1"20"')
      .replace(/("namespace_id":? ?)"\?\?\? the number"/g, '$1"72"');
  const withEvent = (text: string): string =>
    text.replace(/^ {4}- \{ (?="\w+_id": "(?!1"))/m, '    - { event_name: push, pipeline_source: push, ');

  const exact = `issuer: https://token.actions.githubusercontent.com
subject: repo:octo-org/octo-repo:ref:refs/heads/main
permissions:
  contents: read
`;

  test('a policy with an exact subject needs its ids, an owner and a role, and then loads', async () => {
    const text = imported(exact);
    expect(text).toContain('"repository": "octo-org/octo-repo"');
    expect(text).toContain('"ref": "refs/heads/main"');
    expect(text).toContain('access: read');
    await expect(loads(text)).rejects.toThrow(/metadata\.owner: .*\n.*grants\[0\]\.role: /);
    const named = text
      .replace('"??? who answers for it"', 'platform')
      .replace('"??? a role of broker.yaml"', 'legacy');
    await expect(loads(named)).rejects.toThrow(/match\.repository_id: "\?\?\? the number"/);
    expect(await loads(withEvent(filled(text)))).toHaveLength(1);
  });

  test.each(['', 'permissions: {}\n'])(
    'a policy that names no permission has all that the App has: it writes (%j)',
    (permissions) => {
      const text = imported(exact.replace(/permissions:[^]*/, permissions));
      expect(text).toContain('access: write');
    },
  );

  test('the newer subject brings the ids with it', () => {
    const text = imported(exact.replace('octo-org/octo-repo', 'octo-org@123456/octo-repo@456789'));
    expect(text).toContain('"repository_id": "456789"');
    expect(text).toContain('"repository_owner_id": "123456"');
  });

  test('GitLab’s subject and an exact workflow are known, too', async () => {
    const gitlab = imported(
      'issuer: https://gitlab.example.com\nsubject: project_path:my-group/my-project:ref_type:tag:ref:v1\npermissions: { contents: read }\n',
    );
    expect(gitlab).toContain('"ref_path": "refs/tags/v1"');
    expect(await loads(withEvent(filled(gitlab)))).toHaveLength(1);
    const workflow = imported(
      `${exact}claim_pattern:\n  job_workflow_ref: octo-org/shared/\\.github/workflows/deploy\\.yml@refs/tags/v3\n`,
    );
    expect(workflow).toContain(
      'job_workflow: { path: "octo-org/shared/.github/workflows/deploy.yml", ref: "refs/tags/v3" }',
    );
    expect(await loads(withEvent(filled(workflow)))).toHaveLength(1);
  });

  test.each<[string, string]>([
    [
      'a pattern as subject',
      exact.replace(/subject: .*/, 'subject_pattern: repo:octo-org/.*:ref:refs/heads/main'),
    ],
    ['no subject at all', exact.replace(/subject: .*\n/, '')],
    [
      'two subjects',
      exact.replace(/subject: .*/, 'subject_pattern: (repo:a/b:ref:refs/heads/m|repo:a/c:ref:refs/heads/m)'),
    ],
    [
      'alternatives without a group',
      exact.replace(/subject: .*/, 'subject_pattern: repo:a/b:ref:refs/heads/main|x'),
    ],
    ['a star in the subject, which is no pattern there', exact.replace('heads/main', 'heads/*')],
    [
      'the same at GitLab',
      'issuer: https://gitlab.example.com\nsubject: "project_path:g/p:ref_type:branch:ref:*"\npermissions: { contents: read }\n',
    ],
    ['a subject of another form', exact.replace(/subject: .*/, 'subject: "12345"')],
    ['a pull request as subject', exact.replace('ref:refs/heads/main', 'pull_request')],
    ['a pattern as issuer', exact.replace(/issuer: .*/, 'issuer_pattern: https://.*\\.example\\.com')],
    ['a claim with a pattern', `${exact}claim_pattern: { environment: prod.* }\n`],
    [
      'a claim with alternatives that no group holds together',
      `${exact}claim_pattern: { environment: staging|prod }\n`,
    ],
    ['a claim of which the subject speaks, too', `${exact}claim_pattern: { ref: refs/heads/main }\n`],
    ['a claim that cannot be matched here', `${exact}claim_pattern: { actor: octocat }\n`],
    [
      'a workflow with a pattern',
      `${exact}claim_pattern: { job_workflow_ref: octo-org/.*@refs/heads/main }\n`,
    ],
    [
      'workflows of two files',
      `${exact}claim_pattern: { job_workflow_ref: "(a/b/.github/workflows/c.yml@refs/heads/m|a/b/.github/workflows/d.yml@refs/heads/m)" }\n`,
    ],
  ])('%s leaves a gap, with which nothing loads', async (_, theirs) => {
    await expect(loads(withEvent(filled(imported(theirs))))).rejects.toThrow(/p\.yaml:\d+: /);
  });

  test('a subject of another form is told as it stands, and nothing is made of it', () => {
    const text = imported(exact.replace(/subject: .*/, 'subject: "12345"'));
    expect(text).toContain('"sub": "??? write claims for 12345"');
    expect(text).not.toMatch('undefined');
  });

  test('alternatives in a group are a list', () => {
    expect(imported(`${exact}claim_pattern: { environment: (staging|prod\\.eu) }\n`)).toContain(
      '"environment": ["staging", "prod.eu"]',
    );
  });

  test('what is no policy of octo-sts is refused with file, line and field', () => {
    expect(() => imported(`${exact}subjects: x\n`)).toThrow(/ci\.sts\.yaml:5: subjects: unknown key/);
    expect(() => importPolicy('/b/none.yaml', world.files)).toThrow('/b/none.yaml: no such file');
  });
});
