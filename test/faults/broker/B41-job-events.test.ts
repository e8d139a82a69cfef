import { afterEach, describe, expect, test } from '@jest/globals';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { githubPolicy } from '../../support/broker/test-broker.ts';
import { startWatchedBroker, type WatchedBroker } from '../../support/broker/watched-broker.ts';
import {
  githubSecret,
  gitlabToken,
  jobHook,
  otherSecret,
  postGithub,
  postGitlab,
  signingToken,
  workflowJob,
} from '../../support/broker/webhooks.ts';

const jobClosed = { status: 403, body: { error: 'access_denied', reason: 'job-closed' } };
const closed = { status: 200, body: { status: 'closed' } };
const refused = { status: 403, body: { error: 'access_denied', reason: 'denied' } };

const hooks = `webhooks:
  - { platform: github, secret: "env:GITHUB_HOOK", owners: ["123456"] }
  - { platform: github, secret: "env:OTHER_HOOK", owners: ["777"] }
  - { platform: github, secret: "env:ONE_REPOSITORY", repositories: ["456789"] }
  - { platform: gitlab, secret: "env:GITLAB_HOOK", projects: ["20"] }
  - { platform: gitlab, secret: "env:GITLAB_SIGNED", namespaces: ["72"] }
  - { platform: gitlab, secret: "env:GITLAB_OTHER", namespaces: ["99"] }
`;
const env = {
  GITHUB_HOOK: githubSecret,
  OTHER_HOOK: otherSecret,
  ONE_REPOSITORY: 'a-secret-of-one-repository',
  GITLAB_HOOK: gitlabToken,
  GITLAB_SIGNED: signingToken,
  GITLAB_OTHER: 'a-token-of-another-group',
};

let broker: WatchedBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

async function start(policies?: Readonly<Record<string, string>>): Promise<WatchedBroker> {
  const more = policies === undefined ? {} : { policies };
  broker = await startWatchedBroker({ yaml: (yaml) => yaml + hooks, env, ...more });
  return broker;
}

async function stateOf(borrower: Borrower): Promise<unknown> {
  const answer = await borrower.giveBack();
  return (answer.body['leases'] as { state: string }[]).map(({ state }) => state);
}

describe('GitHub', () => {
  test('B41 C34 a job whose runner was killed is closed by the event, and what it had is taken back at once', async () => {
    const it = await start();
    const borrower = new Borrower(it);
    const lent = await borrower.borrow();
    expect(await postGithub(it, workflowJob())).toMatchObject(closed);
    const [lease] = leasesOf(lent);
    expect(it.world.auditLines().filter(({ message }) => message === 'lease revoked')).toMatchObject([
      { unmapped: { lease_id: lease?.lease_id } },
    ]);
    expect(await borrower.borrow()).toMatchObject(jobClosed);
    expect(await new Borrower(it).borrow({ roles: ['app-ro'] })).toMatchObject(jobClosed);
  });

  test.each([-3600, 3600])(
    'B26 B41 a job is closed for as long as its tokens last, though the clock was set by %s s',
    async (seconds) => {
      const it = await start();
      it.world.clock.step(seconds);
      expect(await postGithub(it, workflowJob())).toMatchObject(closed);
      expect(await new Borrower(it).borrow({ roles: ['app-ro'] })).toMatchObject(jobClosed);
      it.world.clock.skip(661);
      expect((await new Borrower(it).borrow({ roles: ['app-ro'] })).status).toBe(200);
    },
  );

  test.each(['queued', 'in_progress', 'waiting'])('B41 the action %s closes nothing', async (action) => {
    const it = await start();
    expect((await postGithub(it, { ...workflowJob(), action })).status).toBe(204);
    expect((await new Borrower(it).borrow()).status).toBe(200);
  });

  test('B41 other events are passed over, and a ping is answered', async () => {
    const it = await start();
    expect((await postGithub(it, workflowJob(), { event: 'push' })).status).toBe(204);
    expect(await postGithub(it, { zen: 'Design for failure.' }, { event: 'ping' })).toMatchObject({
      status: 200,
      body: { status: 'pong' },
    });
    expect((await new Borrower(it).borrow()).status).toBe(200);
  });

  test('B41 an event that comes before its job does closes it all the same', async () => {
    const it = await start();
    expect(await postGithub(it, workflowJob())).toMatchObject(closed);
    expect(await new Borrower(it).borrow()).toMatchObject(jobClosed);
  });

  test('B41 an event that comes when all is over does no harm', async () => {
    const it = await start();
    const borrower = new Borrower(it);
    await borrower.borrow();
    await borrower.giveBack();
    it.world.clock.skip(86_400);
    expect(await postGithub(it, workflowJob())).toMatchObject(closed);
    expect(await stateOf(borrower)).toEqual(['revoked']);
  });

  test('B41 jobs of a matrix and of a reusable workflow are closed each by itself', async () => {
    const it = await start();
    const [one, other] = [new Borrower(it), new Borrower(it)];
    const called = { job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v3' };
    await one.borrow({ token: { claims: { check_run_id: '11', ...called } } });
    await other.borrow({ token: { claims: { check_run_id: '12', ...called } } });
    expect(await postGithub(it, workflowJob({ id: 11, name: 'deploy / deploy (eu)' }))).toMatchObject(closed);
    expect(await one.borrow({ token: { claims: { check_run_id: '11' } } })).toMatchObject(jobClosed);
    expect((await other.borrow({ token: { claims: { check_run_id: '12' } } })).status).toBe(200);
  });

  test('B41 C38 the end of the first attempt leaves the second its leases', async () => {
    const it = await start();
    const again = { run_attempt: '2', check_run_id: '99' };
    const second = new Borrower(it);
    await new Borrower(it).borrow();
    await second.borrow({ token: { claims: again } });
    expect(await postGithub(it, workflowJob())).toMatchObject(closed);
    expect((await second.borrow({ token: { claims: again } })).status).toBe(200);
    expect(await postGithub(it, workflowJob({ id: 99, run_attempt: 2 }))).toMatchObject(closed);
    expect(await second.borrow({ token: { claims: again } })).toMatchObject(jobClosed);
  });

  test('B41 a job is found by the end of check_run_url and by its id, should they differ', async () => {
    const it = await start();
    const event = workflowJob({
      id: 21,
      check_run_url: 'https://api.github.com/repos/octo-org/octo-repo/check-runs/22',
    });
    expect(await postGithub(it, event)).toMatchObject(closed);
    for (const check_run_id of ['21', '22'])
      expect(await new Borrower(it).borrow({ token: { claims: { check_run_id } } })).toMatchObject(jobClosed);
  });

  test('B41 a delivery that comes again within a day is answered, and does nothing', async () => {
    const it = await start();
    const options = { delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958' };
    expect(await postGithub(it, workflowJob(), options)).toMatchObject(closed);
    const before = it.mark();
    expect(await postGithub(it, workflowJob(), options)).toMatchObject({
      status: 200,
      body: { status: 'repeated' },
    });
    expect(it.mark()).toBe(before);
    it.world.clock.skip(86_400);
    await it.tick();
    expect(await postGithub(it, workflowJob(), options)).toMatchObject(closed);
  });

  test('B41 an event of a repository that no policy names is passed over, and nothing is stored', async () => {
    const it = await start();
    const before = it.mark();
    expect((await postGithub(it, workflowJob({}, { id: 1 }))).status).toBe(204);
    expect(it.mark()).toBe(before);
  });
});

describe('a hook speaks for its list only', () => {
  const alarms = (it: WatchedBroker): unknown[] =>
    it.world.auditLines().filter(({ message }) => message.startsWith('job event refused'));

  test('B41 another owner’s hook closes nothing, and it is told with an alarm', async () => {
    const it = await start();
    const borrower = new Borrower(it);
    await borrower.borrow();
    const before = it.mark();
    expect(await postGithub(it, workflowJob(), { secret: otherSecret })).toMatchObject(refused);
    expect(it.mark()).toBe(before);
    expect(alarms(it)).toMatchObject([
      { severity_id: 4, unmapped: { hook: { repository_owner_id: ['777'] } } },
    ]);
  });

  test('B41 whoever lies about the owner closes no job of another’s: its session says whose it is', async () => {
    const it = await start();
    await new Borrower(it).borrow();
    const before = it.mark();
    const event = workflowJob({}, { owner: { id: 777 } });
    expect(await postGithub(it, event, { secret: otherSecret })).toMatchObject(refused);
    expect(it.mark()).toBe(before);
  });

  test('B41 and none in advance: the policies say whose the repository is', async () => {
    const it = await start();
    const event = workflowJob({}, { owner: { id: 777 } });
    await it.expectRefused(() => postGithub(it, event, { secret: otherSecret }), refused);
    expect((await new Borrower(it).borrow()).status).toBe(200);
    expect(alarms(it)).toHaveLength(1);
  });

  test('B41 nor where a policy is of several owners: whose of them the repository is does not stand there', async () => {
    const shared = githubPolicy
      .replace('repository_id: "456789"', 'repository_id: ["456789", "1"]')
      .replace('repository_owner_id: "123456"', 'repository_owner_id: ["123456", "777"]');
    const it = await start({ 'github.yaml': shared });
    const event = workflowJob({}, { owner: { id: 777 } });
    const before = it.mark();
    expect((await postGithub(it, event, { secret: otherSecret })).status).toBe(204);
    expect(it.mark()).toBe(before);
    const borrower = new Borrower(it);
    expect((await borrower.borrow()).status).toBe(200);
    expect(await postGithub(it, event, { secret: otherSecret })).toMatchObject(refused);
    expect(await postGithub(it, workflowJob())).toMatchObject(closed);
    expect(await stateOf(borrower)).toEqual(['revoked']);
  });

  test('B41 what was lent is given back although no policy names the repository any more', async () => {
    const it = await start();
    const borrower = new Borrower(it);
    await borrower.borrow();
    it.world.disk.set('/etc/broker/policies/github.yaml', githubPolicy.replaceAll('"456789"', '"1"'));
    expect(await it.reload()).toMatchObject([{ outcome: 'taken' }]);
    expect(await postGithub(it, workflowJob())).toMatchObject(closed);
    expect(await stateOf(borrower)).toEqual(['revoked']);
  });

  test('B41 a hook of one repository', async () => {
    const it = await start();
    const secret = env.ONE_REPOSITORY;
    expect(await postGithub(it, workflowJob(), { secret })).toMatchObject(closed);
    expect(await postGithub(it, workflowJob({}, { id: 5 }), { secret })).toMatchObject(refused);
  });

  test('B41 a hook of a namespace: GitLab’s event does not name it, the job’s session does', async () => {
    const it = await start();
    const borrower = new Borrower(it, { issuer: it.gitlab });
    await borrower.borrow();
    expect(await postGitlab(it, jobHook(), { secret: env.GITLAB_OTHER })).toMatchObject(refused);
    expect((await borrower.borrow()).status).toBe(200);
    expect(await postGitlab(it, jobHook(), { secret: signingToken })).toMatchObject(closed);
    expect(await borrower.borrow()).toMatchObject(jobClosed);
  });
});

describe('GitLab', () => {
  test.each(['success', 'failed', 'canceled', 'skipped'])('B41 C34 C38 %s closes the job', async (status) => {
    const it = await start();
    const borrower = new Borrower(it, { issuer: it.gitlab });
    await borrower.borrow();
    expect(await postGitlab(it, jobHook({ build_status: status }))).toMatchObject(closed);
    expect(await borrower.borrow()).toMatchObject(jobClosed);
    const retried = { token: { claims: { job_id: '303' } } };
    expect((await new Borrower(it, { issuer: it.gitlab }).borrow(retried)).status).toBe(200);
  });

  test.each(['created', 'pending', 'running', 'canceling', 'manual', 7])(
    'B41 %s closes nothing',
    async (status) => {
      const it = await start();
      expect((await postGitlab(it, jobHook({ build_status: status }))).status).toBe(204);
      expect((await new Borrower(it, { issuer: it.gitlab }).borrow()).status).toBe(200);
    },
  );

  test('B41 an event by its older name, and others', async () => {
    const it = await start();
    expect((await postGitlab(it, jobHook(), { event: 'Pipeline Hook' })).status).toBe(204);
    expect(await postGitlab(it, jobHook(), { event: 'Build Hook' })).toMatchObject(closed);
  });

  test('B41 a repetition is known by its idempotency key', async () => {
    const it = await start();
    const options = { delivery: 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f' };
    expect(await postGitlab(it, jobHook(), options)).toMatchObject(closed);
    expect((await postGitlab(it, jobHook(), options)).body).toEqual({ status: 'repeated' });
    const unnamed = { headers: { 'idempotency-key': undefined } };
    expect(await postGitlab(it, jobHook(), unnamed)).toMatchObject(closed);
  });

  test('B41 a signature is good for five minutes, over this id and this content', async () => {
    const it = await start();
    const at = new Date(it.world.clock.now().getTime() - 301_000);
    const wrong = { status: 401, body: { error: 'invalid_client' } };
    for (const options of [
      { at },
      { headers: { 'webhook-id': 'another' } },
      { content: JSON.stringify(jobHook({ build_id: 1 })) },
      { headers: { 'webhook-signature': undefined } },
    ])
      await it.expectRefused(() => postGitlab(it, jobHook(), { secret: signingToken, ...options }), wrong);
    const another = `v1,${'A'.repeat(43)}=`;
    const headers = { 'webhook-signature': another };
    await it.expectRefused(() => postGitlab(it, jobHook(), { secret: signingToken, headers }), wrong);
    expect(await postGitlab(it, jobHook(), { secret: signingToken })).toMatchObject(closed);
  });

  test('B41 who has a signing token is not let in by showing it', async () => {
    const it = await start();
    const headers = { 'x-gitlab-token': signingToken };
    const show = (): ReturnType<typeof postGitlab> =>
      postGitlab(it, jobHook(), { secret: 'x'.repeat(20), headers });
    await it.expectRefused(show, { status: 401, body: { error: 'invalid_client' } });
  });
});
