import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { brokerTransport } from '../../../src/entry/broker-transport.ts';
import { Borrower, leasesOf, type Answer } from '../../support/broker/borrower.ts';
import {
  forgeToken,
  githubJob,
  githubJobPath,
  gitlabJob,
  gitlabJobPath,
  makeForge,
  type FakeForge,
} from '../../support/broker/forge.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

const forges = (keys: string): string => `forges:
  - { platform: github, token: "env:FORGE", ${keys} }
  - { platform: gitlab, token: "env:FORGE", ${keys} }
`;
const polling = forges('poll_jobs: { every: 30s }');
const verifying = forges('verify_job_running: true');
const jobClosed = { status: 403, body: { error: 'access_denied', reason: 'job-closed' } };

let broker: TestBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

interface Scene {
  readonly it: TestBroker;
  readonly github: FakeForge;
  readonly gitlab: FakeForge;
}

async function start(keys: string): Promise<Scene> {
  const [github, gitlab] = [makeForge('github'), makeForge('gitlab')];
  const it = await startTestBroker({
    yaml: (yaml) => yaml + keys,
    sites: [github, gitlab],
    env: { FORGE: forgeToken },
  });
  broker = it;
  return { it, github, gitlab };
}

async function stateOf(borrower: Borrower, lent: Answer): Promise<unknown> {
  const line = borrower.broker.world
    .auditLines()
    .filter(({ unmapped }) => unmapped?.['lease_id'] === leasesOf(lent)[0]?.lease_id)
    .at(-1);
  await Promise.resolve();
  return line?.message;
}

const messages = (it: TestBroker): string[] => it.world.auditLines().map(({ message }) => message);

describe('the poller', () => {
  test('C34 closes a job that has ended, where no webhook reaches us', async () => {
    const { it, github, gitlab } = await start(polling);
    const jobs = [new Borrower(it), new Borrower(it, { issuer: it.gitlab })] as const;
    const lent = [await jobs[0].borrow(), await jobs[1].borrow()] as const;
    github.pages.set(githubJobPath, githubJob('in_progress'));
    gitlab.pages.set(gitlabJobPath, gitlabJob('running'));
    await it.poll();
    expect(await stateOf(jobs[0], lent[0])).toBe('lease active');
    github.pages.set(githubJobPath, githubJob('completed'));
    gitlab.pages.set(gitlabJobPath, gitlabJob('canceled'));
    it.world.clock.skip(30);
    await it.poll();
    expect(await stateOf(jobs[0], lent[0])).toBe('lease revoked');
    expect(await stateOf(jobs[1], lent[1])).toBe('lease revoked');
    expect(await jobs[0].borrow()).toMatchObject(jobClosed);
    expect(await jobs[1].borrow()).toMatchObject(jobClosed);
  });

  test('asks once in so many seconds about jobs that have live leases, and not about others', async () => {
    const { it, github } = await start(polling);
    github.pages.set(githubJobPath, githubJob('in_progress'));
    const borrower = new Borrower(it);
    await borrower.borrow();
    await it.poll();
    await it.poll();
    it.world.clock.skip(29);
    await it.poll();
    expect(github.answered).toEqual([`${githubJobPath} 200`]);
    it.world.clock.skip(1);
    await it.poll();
    // An answer that has not changed costs no share of GitHub's rate limit.
    expect(github.answered).toEqual([`${githubJobPath} 200`, `${githubJobPath} 304`]);
    await borrower.giveBack();
    it.world.clock.skip(60);
    await it.poll();
    expect(github.answered).toHaveLength(2);
  });

  test('an answer that is long for its steps is not kept until the next question', async () => {
    const { it, github } = await start(polling);
    github.pages.set(githubJobPath, githubJob('in_progress', { steps: 'step '.repeat(14_000) }));
    await new Borrower(it).borrow();
    for (let n = 0; n < 2; n++) {
      await it.poll();
      it.world.clock.skip(30);
    }
    expect(github.answered).toEqual([`${githubJobPath} 200`, `${githubJobPath} 200`]);
  });

  test('B26 asks on in its time though the clock was set back', async () => {
    const { it, github } = await start(polling);
    github.pages.set(githubJobPath, githubJob('in_progress'));
    await new Borrower(it).borrow();
    await it.poll();
    it.world.clock.step(-3600);
    it.world.clock.skip(30);
    await it.poll();
    expect(github.answered).toHaveLength(2);
  });

  test('closes nothing without an answer that counts, and tells an operator once', async () => {
    const { it, github } = await start(polling);
    const borrower = new Borrower(it);
    const lent = await borrower.borrow();
    const answers = [
      () => (github.trouble = 'silent'),
      () => (github.trouble = { status: 500 }),
      () => (github.trouble = { status: 301, headers: { location: 'https://evil.example' } }),
      () => (github.trouble = { body: Buffer.from('{') }),
      () => (github.trouble = undefined),
      () => github.pages.set(githubJobPath, githubJob('completed', { run_id: 1 })),
      () => github.pages.set(githubJobPath, githubJob('completed', { run_attempt: 2 })),
      () => github.pages.set(githubJobPath, githubJob('completed', { id: '5544332211' })),
    ];
    for (const change of answers) {
      change();
      it.world.clock.skip(30);
      await it.poll();
    }
    expect(await stateOf(borrower, lent)).toBe('lease active');
    expect(it.world.fetched.some((url) => url.includes('evil'))).toBe(false);
    const told = it.world.auditLines().filter(({ message }) => message.includes('no answer that counts'));
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(4);
    expect(told[0]).toMatchObject({ severity_id: 4 });
    expect(JSON.stringify(told)).not.toContain(forgeToken);
  });

  test('leaves a platform alone for as long as it asks, and then goes on at once', async () => {
    const { it, github } = await start(polling);
    const reset = String(it.world.clock.now().getTime() / 1000 + 300);
    github.trouble = {
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
    };
    await new Borrower(it).borrow();
    await it.poll();
    github.trouble = undefined;
    github.pages.set(githubJobPath, githubJob('in_progress'));
    it.world.clock.skip(299);
    await it.poll();
    expect(github.answered).toEqual([`${githubJobPath} 403`]);
    expect(messages(it)).toContain(
      'https://api.github.com gives no answer that counts: it wants no request for 300 s (rate limit)',
    );
    it.world.clock.skip(1);
    await it.poll();
    expect(github.answered).toEqual([`${githubJobPath} 403`, `${githubJobPath} 200`]);
    expect(messages(it)).toContain('https://api.github.com answers again');
  });
});

test('an API is only asked at addresses of the public Internet, unless it is said otherwise', async () => {
  for (const [more, expected] of [
    ['', 'public'],
    [', allow_private: true', 'any'],
  ] as const) {
    const { it, github } = await start(forges(`verify_job_running: true${more}`));
    github.pages.set(githubJobPath, githubJob('in_progress'));
    expect((await new Borrower(it).borrow()).status).toBe(200);
    expect([...github.networks]).toEqual([expected]);
    await it.stop();
  }
  broker = undefined;
});

describe('over a real connection', () => {
  const answers: Record<string, (response: ServerResponse) => void> = {
    job: (response) => response.end(JSON.stringify(githubJob('in_progress'))),
    redirect: (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    endless: (response) => response.write('x'.repeat(2 * 1024 * 1024)),
    cut: (response) => {
      response.writeHead(200, { 'content-length': '99' }).write('{');
      response.destroy();
    },
  };

  test.each([
    ['job', 200],
    ['redirect', 503],
    ['endless', 503],
    ['cut', 503],
  ] as const)('an answer that is %s: %i', async (kind, status) => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`);
      answers[kind]?.(response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const api = `forges: [ { platform: github, api: "${url}/api/v3", token: "env:FORGE", verify_job_running: true } ]\n`;
    const it = await startTestBroker({
      yaml: (yaml) => yaml + api,
      sites: [{ url, answer: brokerTransport({}) }],
      env: { FORGE: forgeToken },
    });
    broker = it;
    expect((await new Borrower(it).borrow()).status).toBe(status);
    expect(seen).toEqual([`/api/v3${githubJobPath} Bearer ${forgeToken}`]);
    expect(JSON.stringify(it.world.auditLines())).not.toContain(forgeToken);
    server.closeAllConnections();
    server.close();
  });
});

describe('verify_job_running', () => {
  test('a job that runs borrows, one that has ended is closed', async () => {
    const { it, github } = await start(verifying);
    github.pages.set(githubJobPath, githubJob('in_progress'));
    const borrower = new Borrower(it);
    const lent = await borrower.borrow();
    expect(lent.status).toBe(200);
    github.pages.set(githubJobPath, githubJob('completed'));
    expect(await borrower.borrow({ roles: ['app-ro'], handle: 'B'.repeat(43) })).toMatchObject(jobClosed);
    expect(await stateOf(borrower, lent)).toBe('lease revoked');
    const asked = github.answered.length;
    expect(await new Borrower(it).borrow()).toMatchObject(jobClosed);
    expect(github.answered).toHaveLength(asked);
  });

  test('on GitLab', async () => {
    const { it, gitlab } = await start(verifying);
    gitlab.pages.set(gitlabJobPath, gitlabJob('success'));
    expect(await new Borrower(it, { issuer: it.gitlab }).borrow()).toMatchObject(jobClosed);
    expect(messages(it)).not.toContain('lease active');
  });

  test('without an answer nothing is lent', async () => {
    const { it, github } = await start(verifying);
    const borrower = new Borrower(it);
    const wanting = { status: 503, body: { error: 'temporarily_unavailable', reason: 'issuer' } };
    for (const trouble of ['silent', { status: 502 }, undefined] as const) {
      github.trouble = trouble;
      expect(await borrower.borrow()).toMatchObject(wanting);
    }
    expect(messages(it)).not.toContain('lease active');
    github.pages.set(githubJobPath, githubJob('in_progress'));
    expect((await borrower.borrow()).status).toBe(200);
  });

  test('a token that does not name its job is not confirmed', async () => {
    const { it } = await start(verifying);
    const token = { claims: { check_run_id: undefined } };
    expect((await new Borrower(it).borrow({ token })).status).toBe(503);
  });

  test('its rate limit is an answer, too: nothing is lent, and nobody is asked until it is over', async () => {
    const { it, github } = await start(verifying);
    github.trouble = { status: 429, headers: { 'retry-after': '60' } };
    expect((await new Borrower(it).borrow()).status).toBe(503);
    github.trouble = undefined;
    github.pages.set(githubJobPath, githubJob('in_progress'));
    expect((await new Borrower(it).borrow()).status).toBe(503);
    expect(github.answered).toEqual([`${githubJobPath} 429`]);
    it.world.clock.skip(60);
    expect((await new Borrower(it).borrow()).status).toBe(200);
  });
});
