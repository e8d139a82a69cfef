import { afterEach, describe, expect, test } from '@jest/globals';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import {
  forgeToken,
  githubRun,
  githubRunPath,
  makeForge,
  type FakeForge,
} from '../../support/broker/forge.ts';
import { borrowMore, tokenOf } from '../../support/broker/session-calls.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

const policy = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: previews, owner: platform }
issuer: https://token.actions.githubusercontent.com
match: { repository_id: "456789", repository_owner_id: "123456" }
allow_pull_request: same-repository
grants: [ { role: app-ro, access: read }, { role: deploy-prod, access: read } ]
examples:
  allow: [ { repository_id: "456789", repository_owner_id: "123456", event_name: pull_request, base_ref: main } ]
  deny: [ { event_name: pull_request_target } ]
`;

const forges = 'forges: [ { platform: github, token: "env:FORGE" } ]\n';
const denied = { status: 403, body: { error: 'access_denied', reason: 'denied' } };
const pullRequest = { event_name: 'pull_request', ref: 'refs/pull/7/merge', base_ref: 'main', head_ref: 'x' };
const own = 456789;

let broker: TestBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

async function start(text = policy): Promise<{ readonly it: TestBroker; readonly forge: FakeForge }> {
  const forge = makeForge('github');
  const it = await startTestBroker({
    yaml: (yaml) => yaml + forges,
    policies: { 'p.yaml': text },
    sites: [forge],
    env: { FORGE: forgeToken },
  });
  broker = it;
  return { it, forge };
}

const ask = (it: TestBroker, claims: Record<string, unknown> = {}): Promise<Answer> =>
  new Borrower(it).borrow({ roles: ['app-ro'], token: { claims: { ...pullRequest, ...claims } } });

const states = (it: TestBroker): (string | undefined)[] =>
  it.world.auditLines().flatMap(({ message }) => (message.startsWith('lease ') ? [message] : []));

describe('B13 allow_pull_request', () => {
  test('B13 a pull request of the repository itself is granted once GitHub has said so', async () => {
    const { it, forge } = await start();
    forge.pages.set(githubRunPath, githubRun(own));
    expect((await ask(it)).status).toBe(200);
    expect(forge.answered).toEqual([`${githubRunPath} 200`]);
    expect(states(it)).toEqual(['lease intent', 'lease active']);
  });

  test.each<[string, number | null]>([
    ['a fork’s', 5],
    ['one of a fork that was deleted', null],
  ])('B13 %s is denied, nothing is minted, and why stands in the audit log', async (_, head) => {
    const { it, forge } = await start();
    forge.pages.set(githubRunPath, githubRun(head));
    expect(await ask(it)).toMatchObject(denied);
    expect(states(it)).toEqual(['lease intent']);
    expect(it.world.auditLines().map(({ message }) => message)).toContain(
      'roles denied: the pull request’s head is not in the repository itself',
    );
  });

  test.each<[string, Record<string, unknown>]>([
    ['another run', { id: 1 }],
    ['another repository of the same name', { repository: { id: 5 } }],
    ['another event', { event: 'push' }],
    ['no repository', { repository: null }],
  ])('B13 an answer that is of %s confirms nothing: 503', async (_, changes) => {
    const { it, forge } = await start();
    forge.pages.set(githubRunPath, githubRun(own, changes));
    expect(await ask(it)).toMatchObject({
      status: 503,
      body: { error: 'temporarily_unavailable', reason: 'issuer' },
    });
    expect(states(it)).toEqual(['lease intent']);
  });

  test('B13 no answer is no confirmation', async () => {
    const { it, forge } = await start();
    for (const trouble of ['silent', { status: 500 }, { status: 301 }] as const) {
      forge.trouble = trouble;
      expect((await ask(it)).status).toBe(503);
    }
    forge.trouble = undefined;
    expect((await ask(it)).status).toBe(503);
    expect(states(it)).not.toContain('lease active');
  });

  test.each(['pull_request_target', 'pull_request_review', 'workflow_run', 'issue_comment'])(
    'B13 %s stays denied, and GitHub is not even asked',
    async (event_name) => {
      const { it, forge } = await start();
      forge.pages.set(githubRunPath, githubRun(own, { event: event_name }));
      expect(await ask(it, { event_name })).toMatchObject(denied);
      expect(forge.answered).toEqual([]);
    },
  );

  test('B13 of a push GitHub is not asked', async () => {
    const { it, forge } = await start();
    expect((await ask(it, { event_name: 'push' })).status).toBe(200);
    expect(forge.answered).toEqual([]);
  });

  test('B13 a further role in the session is asked about anew', async () => {
    const { it, forge } = await start();
    forge.pages.set(githubRunPath, githubRun(own));
    const borrower = new Borrower(it);
    const opened = await borrower.borrow({ roles: ['app-ro'], token: { claims: pullRequest } });
    expect(leasesOf(opened)).toHaveLength(1);
    forge.pages.set(githubRunPath, githubRun(5));
    expect((await borrowMore(borrower, tokenOf(opened))).status).toBe(403);
    expect(states(it).filter((state) => state === 'lease active')).toHaveLength(1);
  });

  test('B13 what a pull request may borrow is read only, and broker.yaml names whom to ask', async () => {
    const writing = policy.replace('deploy-prod, access: read', 'deploy-prod, access: write');
    await expect(start(`${writing}accept_risk: we trust each other well\n`)).rejects.toThrow(
      /grants\[1\]\.access: what pull requests may borrow is access: read/,
    );
    await expect(startTestBroker({ policies: { 'p.yaml': policy } })).rejects.toThrow(
      /allow_pull_request: a fork cannot be told from the claims, and nobody can be asked/,
    );
  });
});
