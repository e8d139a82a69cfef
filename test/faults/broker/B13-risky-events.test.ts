import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { githubEvents, refusedEvents } from '../../../src/broker/issuers/github-events.ts';
import { pipelineSources } from '../../../src/broker/issuers/gitlab-sources.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { startTestBroker } from '../../support/broker/test-broker.ts';
import { startWatchedBroker, type WatchedBroker } from '../../support/broker/watched-broker.ts';
import type { Claims } from '../../support/issuer.ts';

const policy = (lines: string): string => `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
${lines}
`;

/** Says nothing of events: what is refused is refused by default. */
const anyEvent = policy(`metadata: { id: any-event, owner: platform }
issuer: https://token.actions.githubusercontent.com
match: { repository_id: "456789", repository_owner_id: "123456" }
grants: [ { role: app-ro, access: read } ]
examples:
  allow: [ { repository_id: "456789", repository_owner_id: "123456", event_name: push } ]
  deny: [ { event_name: pull_request } ]`);

const anySource = (project: string, more = ''): string =>
  policy(`metadata: { id: project-${project}, owner: platform }
issuer: https://gitlab.example.com
match: { project_id: "${project}", namespace_id: "72" }
grants: [ { role: app-ro, access: read } ]
${more}
examples:
  allow: [ { project_id: "${project}", namespace_id: "72", pipeline_source: push, job_project_id: "${project}" } ]
  deny: [ { pipeline_source: external_pull_request_event } ]`);

const mergeRequests = anySource('30', 'allow_merge_request: same-project');

let broker: WatchedBroker;

beforeAll(async () => {
  broker = await startWatchedBroker({
    policies: { 'a.yaml': anyEvent, 'b.yaml': anySource('20'), 'c.yaml': mergeRequests },
  });
});

afterAll(() => broker.stop());

const denied = { status: 403, body: { error: 'access_denied', reason: 'denied' } };
let jobs = 0;
const job = (claims: Claims): { roles: string[]; token: { claims: Claims } } => ({
  roles: ['app-ro'],
  token: { claims: { check_run_id: String(100 + jobs), job_id: String(100 + jobs++), ...claims } },
});
const onGithub = (claims: Claims): (() => ReturnType<Borrower['borrow']>) => {
  const order = job(claims);
  return () => new Borrower(broker).borrow(order);
};
const onGitlab = (claims: Claims): (() => ReturnType<Borrower['borrow']>) => {
  const order = job(claims);
  return () => new Borrower(broker, { issuer: broker.gitlab }).borrow(order);
};

describe('B13 on GitHub', () => {
  test.each<[unknown]>([
    ...refusedEvents.map((event) => [event] as [unknown]),
    [undefined],
    [['push']],
    [7],
    ['an_event_of_next_year'],
  ])('%p is denied', async (event_name) => {
    await broker.expectRefused(onGithub({ event_name }), denied);
  });

  test('every other event is granted, where the policy does not say which', async () => {
    for (const event_name of githubEvents.filter((event) => !refusedEvents.includes(event as never)))
      expect((await onGithub({ event_name })()).status).toBe(200);
  });

  test('pull requests cannot be opted in to where nobody can be asked: the claims do not tell a fork’s', async () => {
    await expect(
      startTestBroker({ policies: { 'a.yaml': `${anyEvent}allow_pull_request: same-repository\n` } }),
    ).rejects.toThrow(/allow_pull_request: a fork cannot be told from the claims/);
    await expect(
      startTestBroker({ policies: { 'a.yaml': `${anyEvent}allow_merge_request: same-project\n` } }),
    ).rejects.toThrow(/allow_merge_request: github has no merge requests/);
  });
});

describe('B13 on GitLab', () => {
  const refused = ['merge_request_event', 'external_pull_request_event'];

  test.each<[unknown]>([
    ...refused.map((source) => [source] as [unknown]),
    [undefined],
    [7],
    ['a_source_of_next_year'],
  ])('%p is denied by default', async (pipeline_source) => {
    await broker.expectRefused(onGitlab({ pipeline_source }), denied);
  });

  test('every other source is granted, where the policy does not say which', async () => {
    for (const pipeline_source of pipelineSources.filter((source) => !refused.includes(source)))
      expect((await onGitlab({ pipeline_source })()).status).toBe(200);
  });

  const own = { project_id: '30', job_project_id: '30', pipeline_source: 'merge_request_event' };

  test('a merge request of the project itself is granted what a policy lets it read', async () => {
    expect((await onGitlab(own)()).status).toBe(200);
  });

  test.each<[string, Claims]>([
    ['a fork’s, that runs in its parent (since 18.2.2)', { project_id: '31', job_project_id: '30' }],
    ['a fork’s, that speaks for its parent', { job_project_id: '31' }],
    ['one that does not say where it runs (before 18.4)', { job_project_id: undefined }],
    ['one that says so by a number', { job_project_id: 30 }],
    ['one that says so by nothing', { job_project_id: '' }],
    ['an external one', { pipeline_source: 'external_pull_request_event' }],
  ])('and %s, is denied all the same', async (_, claims) => {
    await broker.expectRefused(onGitlab({ ...own, ...claims }), denied);
  });

  test('merge requests are never lent what writes', async () => {
    const writing = mergeRequests
      .replace('access: read', 'access: write')
      .replace('match: {', 'match: { ref_protected: true, runner_environment: gitlab-hosted,');
    await expect(startTestBroker({ policies: { 'c.yaml': writing } })).rejects.toThrow(
      /grants\[0\]\.access: what merge requests may borrow is access: read/,
    );
    await expect(
      startTestBroker({ policies: { 'c.yaml': `${writing}accept_risk: we trust each other well\n` } }),
    ).rejects.toThrow(/what merge requests may borrow is access: read/);
  });
});
