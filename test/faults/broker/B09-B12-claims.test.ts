import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyBoundAudience } from '../../../src/protocol/dpop.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { githubPolicy, publicUrl } from '../../support/broker/test-broker.ts';
import { startWatchedBroker, type WatchedBroker } from '../../support/broker/watched-broker.ts';
import type { Claims } from '../../support/issuer.ts';

let broker: WatchedBroker;
let job: Borrower;
let pipeline: Borrower;

beforeAll(async () => {
  broker = await startWatchedBroker({
    policies: {
      'github.yaml': githubPolicy,
      'gitlab.yaml': gitlabPolicy,
      'reusable.yaml': reusablePolicy,
    },
  });
  job = new Borrower(broker);
  pipeline = new Borrower(broker, { issuer: broker.gitlab });
});

afterAll(() => broker.stop());

const gitlabPolicy = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: gitlab-deploy, owner: platform }
issuer: https://gitlab.example.com
match:
  project_id: "20"
  namespace_id: "72"
  ref_path: refs/heads/main
  ref_protected: true
  environment_protected: true
accept_risk: these tests are about claims, not about runners
grants: [ { role: deploy-prod, access: write } ]
examples:
  allow: [ { project_id: "20", namespace_id: "72", ref_path: refs/heads/main, ref_protected: true, environment_protected: true, pipeline_source: push } ]
  deny: [ { ref_protected: false } ]
`;

const reusablePolicy = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: reusable, owner: platform }
issuer: https://token.actions.githubusercontent.com
match:
  repository_id: "777"
  repository_owner_id: "123456"
  repository_visibility: private
  job_workflow: { path: octo-org/shared/.github/workflows/deploy.yml, ref: refs/tags/v3 }
grants: [ { role: deploy-prod, access: write } ]
accept_risk: these tests are about claims, not about runners
examples:
  allow: [ { repository_id: "777", repository_owner_id: "123456", repository_visibility: private, job_workflow_ref: octo-org/shared/.github/workflows/deploy.yml@refs/tags/v3, event_name: push } ]
  deny: [ { repository_visibility: public } ]
`;

let jobs = 0;
/** A job of its own, so that no rule per job is in the way. */
const apart = (claims: Claims): { claims: Claims } => ({
  claims: { check_run_id: String(1000 + jobs++), job_id: String(1000 + jobs++), ...claims },
});
const granted = async (who: Borrower, claims: Claims): Promise<unknown> => {
  const fresh = new Borrower(broker, { issuer: who.issuer });
  return (await fresh.borrow({ token: apart(claims) })).status;
};
const denied = { status: 403, body: { error: 'access_denied', reason: 'denied' } };

describe('B09 the audience is exactly ours', () => {
  const own = (): string => keyBoundAudience(publicUrl, job.key.thumbprint);

  test.each<[string, () => unknown]>([
    ['missing', () => undefined],
    ['null', () => null],
    ['empty', () => ''],
    ['the bare audience', () => publicUrl],
    ['a list of it alone', () => [own()]],
    ['a list with another', () => [own(), 'https://other.example.com']],
    ['an object', () => ({ [own()]: true })],
    ['with a character more', () => `${own()}x`],
    ['with a slash more', () => `${own()}/`],
    ['with a character less', () => own().slice(0, -1)],
    ['with white space', () => ` ${own()}`],
    ['with a line break', () => `${own()}\n`],
    ['with a zero octet', () => `${own()}\u0000`],
    ['in capitals', () => own().toUpperCase()],
    ['with the port', () => own().replace('.com', '.com:443')],
    ['encoded', () => encodeURI(own()).replaceAll('/', '%2F')],
    ['with a query', () => `${own()}?x`],
    ['of another broker with ours behind it', () => `https://evil.example.com/${own()}`],
    ['of a subdomain', () => own().replace('broker', 'x.broker')],
    ['of another key', () => keyBoundAudience(publicUrl, 'a'.repeat(43))],
    ['with two keys', () => `${own()}/jkt/${job.key.thumbprint}`],
    ['ours in another Unicode form', () => own().replace('e', 'е')],
  ])('an audience that is %s', async (_, aud) => {
    const answer = await broker.expectRefused(() => job.borrow({ token: { claims: { aud: aud() } } }));
    expect(['audience-mismatch', 'token-bound-to-other-key']).toContain(answer.body['reason']);
  });

  test.each<[string, unknown]>([
    ['bound to a key', keyBoundAudience(publicUrl, 'a'.repeat(43))],
    ['a list', [publicUrl]],
    ['with a slash more', `${publicUrl}/`],
    ['with more behind it', `${publicUrl}.evil.example.com`],
  ])('an audience of GitLab that is %s', async (_, aud) => {
    await broker.expectRefused(() => pipeline.borrow({ token: { claims: { aud } } }), {
      status: 400,
      body: { reason: 'audience-mismatch' },
    });
  });

  test.each<[string, unknown]>([
    ['with a slash more', 'https://token.actions.githubusercontent.com/'],
    ['in capitals', 'https://Token.actions.githubusercontent.com'],
    ['with the port', 'https://token.actions.githubusercontent.com:443'],
    ['without a scheme', 'token.actions.githubusercontent.com'],
    ['over plain http', 'http://token.actions.githubusercontent.com'],
    ['below ours', 'https://token.actions.githubusercontent.com/x'],
    ['with dot segments', 'https://token.actions.githubusercontent.com/x/..'],
    ['a list', ['https://token.actions.githubusercontent.com']],
    ['missing', undefined],
  ])('an issuer %s is none of ours', async (_, iss) => {
    await broker.expectRefused(() => job.borrow({ token: { claims: { iss } } }), {
      status: 400,
      body: { error: 'invalid_grant', reason: 'issuer-unknown' },
    });
  });

  test('nor is one issuer’s signature the other’s', async () => {
    const claims = { iss: broker.gitlab.url, aud: publicUrl };
    await broker.expectRefused(() => job.borrow({ token: { claims } }), {
      status: 400,
      body: { reason: 'signature' },
    });
  });
});

describe('B10 times', () => {
  const at = (seconds: number): number => Math.floor(broker.world.clock.now().getTime() / 1000) + seconds;

  test.each<[string, () => Claims, string | undefined]>([
    ['expired 30 s ago', () => ({ exp: at(-30) }), 'token-expired'],
    ['expired long ago', () => ({ exp: at(-86_400), iat: at(-90_000) }), 'token-expired'],
    ['without exp', () => ({ exp: undefined }), undefined],
    ['with exp as text', () => ({ exp: String(at(300)) }), undefined],
    ['with exp as a list', () => ({ exp: [at(300)] }), undefined],
    ['with exp below zero', () => ({ exp: -1 }), undefined],
    ['with exp in milliseconds', () => ({ exp: at(300) * 1000 * 1000 }), undefined],
    ['without iat', () => ({ iat: undefined }), undefined],
    ['from the future', () => ({ iat: at(31), nbf: at(0) }), undefined],
    ['with iat in milliseconds', () => ({ iat: at(0) * 1000 }), undefined],
    ['not valid yet', () => ({ nbf: at(31) }), undefined],
    ['with nbf as text', () => ({ nbf: '0' }), undefined],
    ['first presented after ten minutes', () => ({ iat: at(-631), exp: at(9000) }), 'token-too-old'],
  ])('a token %s', async (_, claims, reason) => {
    const expected = { error: 'invalid_grant', ...(reason === undefined ? {} : { reason }) };
    await broker.expectRefused(() => job.borrow({ token: { claims: claims() } }), {
      status: 400,
      body: expected,
    });
  });

  test('30 seconds either way are forgiven, and how long a token lives is not judged', async () => {
    expect(await granted(job, { exp: at(-29) })).toBe(200);
    expect(await granted(job, { iat: at(29), nbf: at(29) })).toBe(200);
    expect(await granted(job, { iat: at(-600), exp: at(365 * 86_400) })).toBe(200);
    expect(await granted(job, { nbf: undefined })).toBe(200);
  });

  test('GitLab’s are taken until they end, an hour at most', async () => {
    expect(await granted(pipeline, { iat: at(-3599), exp: at(600) })).toBe(200);
    await broker.expectRefused(
      () => pipeline.borrow({ token: { claims: { iat: at(-3631), exp: at(600) } } }),
      {
        status: 400,
        body: { reason: 'token-too-old' },
      },
    );
  });
});

describe('B12 a repository is known by its ids', () => {
  test.each([
    ['repo:octo-org/octo-repo:environment:production'],
    ['repo:octo-org@123456/octo-repo@456789:environment:production'],
    ['repo:octo-org/octo-repo:ref:refs/heads/main'],
    ['anything that somebody customised'],
  ])('sub %s is neither read nor believed', async (sub) => {
    expect(await granted(job, { sub })).toBe(200);
    await broker.expectRefused(() => job.borrow({ token: { claims: { sub, repository_id: '1' } } }), denied);
  });

  test('a repository that was renamed stays itself; one that took over its name is another', async () => {
    expect(await granted(job, { repository: 'octo-org/renamed' })).toBe(200);
    expect(await granted(job, { repository_id: '999' })).toBe(403);
    expect(await granted(job, { repository_owner_id: '999' })).toBe(403);
  });

  const reusable = {
    repository_id: '777',
    job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v3',
  };

  test('the reusable workflow that defines the job is matched, not the one that calls it', async () => {
    expect(await granted(job, reusable)).toBe(200);
    const shared = reusable.job_workflow_ref;
    for (const job_workflow_ref of [
      'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
      shared.replace('v3', 'v4'),
      shared.replace('tags', 'heads'),
      `${shared}x`,
      `evil/${shared}`,
      shared.toUpperCase(),
      undefined,
    ])
      expect(await granted(job, { ...reusable, job_workflow_ref, workflow_ref: shared })).toBe(403);
  });

  test('a private repository that became public no longer fits', async () => {
    for (const repository_visibility of ['public', 'internal', '', undefined])
      expect(await granted(job, { ...reusable, repository_visibility })).toBe(403);
  });

  test.each<[string, Claims]>([
    ['a number', { environment: 456_789 }],
    ['a list', { ref: ['refs/heads/main'] }],
    ['an object', { environment: { name: 'production' } }],
    ['a boolean', { environment: true }],
    ['null', { repository_owner_id: null }],
    ['missing', { ref: undefined }],
    ['in other capitals', { ref: 'refs/heads/Main' }],
    ['with white space', { environment: 'production ' }],
    ['decomposed', { environment: 'production\u0301' }],
  ])('a claim that is %s is denied', async (_, claims) => {
    expect(await granted(job, claims)).toBe(403);
  });

  test('a job whose number is no number is no job', async () => {
    for (const run_id of [9876543210, '9876543210 ', '1/run_attempt=2', ['1'], undefined])
      await broker.expectRefused(() => job.borrow({ token: { claims: { run_id } } }));
  });

  test('pull requests are denied whatever the policy says, and so is an event that is missing', async () => {
    for (const event_name of [
      'pull_request',
      'pull_request_target',
      'workflow_run',
      'issue_comment',
      undefined,
    ])
      expect(await granted(job, { event_name })).toBe(403);
  });
});

describe('B12 a project of GitLab', () => {
  test('is itself where it runs its own jobs, on instances old and new', async () => {
    expect(await granted(pipeline, {})).toBe(200);
    expect(await granted(pipeline, { job_project_id: undefined, job_project_path: undefined })).toBe(200);
  });

  test.each<[string, Claims]>([
    ['a fork’s merge request that runs in its parent (18.2.2)', { job_project_id: '21' }],
    ['a project that runs there as another', { project_id: '21', job_project_id: '20' }],
    ['a job’s project that is no text', { job_project_id: 20 }],
    ['a merge request', { pipeline_source: 'merge_request_event' }],
    ['an external pull request', { pipeline_source: 'external_pull_request_event' }],
    ['no source', { pipeline_source: undefined }],
    ['a tag named like the branch', { ref_type: 'tag', ref_path: 'refs/tags/main' }],
    ['a short ref', { ref_path: 'main' }],
    ['a boolean where GitLab writes text', { ref_protected: true }],
    ['an unprotected branch', { ref_protected: 'false' }],
    ['a protected branch in capitals', { ref_protected: 'TRUE' }],
    ['an unprotected environment', { environment_protected: 'false' }],
    ['another namespace of the same name', { namespace_id: '73' }],
  ])('is denied with %s', async (_, claims) => {
    expect(await granted(pipeline, claims)).toBe(403);
  });
});
