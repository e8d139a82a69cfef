// GitHub says once that a job has ended: https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { createDoor } from '../../../src/broker/http/passage.ts';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { forgeToken, githubJob, githubJobPath, makeForge } from '../../support/broker/forge.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import { githubSecret, postGithub, workflowJob } from '../../support/broker/webhooks.ts';
import { testClock } from '../../support/broker/world.ts';

const hook = 'webhooks: [ { platform: github, secret: "env:GITHUB_HOOK", owners: ["123456"] } ]\n';
const polling = 'forges: [ { platform: github, token: "env:FORGE", poll_jobs: { every: 30s } } ]\n';

let broker: TestBroker | undefined;
afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

test('C34 a thousand jobs that end at the same moment are all closed, those that had something among them', async () => {
  const it = await startTestBroker({ yaml: (text) => text + hook, env: { GITHUB_HOOK: githubSecret } });
  broker = it;
  const last = new Borrower(it);
  const lent = await last.borrow({ token: { claims: { check_run_id: '1000' } } });
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, each) => postGithub(it, workflowJob({ id: each + 1 }))),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const revoked = it.world.auditLines().filter(({ message }) => message === 'lease revoked');
  expect(revoked).toMatchObject([{ unmapped: { lease_id: leasesOf(lent)[0]?.lease_id } }]);
}, 60_000);

test('C34 jobs that end together are closed few at a time: the store is asked by no more', async () => {
  let [running, most] = [0, 0];
  const it = await startTestBroker({
    yaml: (text) => text + hook,
    env: { GITHUB_HOOK: githubSecret },
    between: (database) => ({
      ...database,
      transaction: async (body) => {
        running += 1;
        most = Math.max(most, running);
        // A store that takes its time: meanwhile more events are found to be sound.
        await setTimeout(50);
        return database.transaction(body).finally(() => {
          running -= 1;
        });
      },
    }),
  });
  broker = it;
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, each) => postGithub(it, workflowJob({ id: each + 1 }))),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  // Eight closings, and what the broker does by itself.
  expect(most).toBeLessThan(16);
}, 60_000);

test('C34 of what was refused all the same an operator is told, and the poller finds it out', async () => {
  const forge = makeForge('github');
  const it = await startTestBroker({
    yaml: (text) => text + hook + polling,
    sites: [forge],
    env: { GITHUB_HOOK: githubSecret, FORGE: forgeToken },
  });
  broker = it;
  const borrower = new Borrower(it);
  await borrower.borrow();
  // The clock stands: as many as a hook may say at once.
  for (let round = 0; round < 30; round++)
    await Promise.all(
      Array.from({ length: 200 }, (_, each) =>
        // Of a repository that no policy names: nothing is stored.
        postGithub(it, workflowJob({}, { id: 1 }), { peer: `192.0.2.${String(each)}` }),
      ),
    );
  expect(await postGithub(it, workflowJob())).toMatchObject({ status: 429 });
  const told = it.world.auditLines().filter(({ message }) => message.startsWith('job event not taken'));
  expect(told).toMatchObject([{ severity_id: 4 }]);
  forge.pages.set(githubJobPath, githubJob('completed'));
  await it.poll();
  expect(it.world.auditLines().some(({ message }) => message === 'lease revoked')).toBe(true);
}, 120_000);

test('C34 events wait where they hold no more memory than is set aside, and not behind requests of jobs', async () => {
  const rates = { requestsPerSecond: 100, repositoryRequestsPerMinute: 100, jobRequestsPerMinute: 100 };
  const door = createDoor({ clock: testClock(), cores: 2 }, rates);
  const at = (address: string) => door.passage(address, { peer: address, headerBytes: 1024 });
  const gate = Promise.withResolvers<undefined>();
  const held = at('192.0.2.1').verify(() => gate.promise);
  await expect(at('192.0.2.1').verifyEvent(2 ** 18, () => Promise.resolve('read'))).resolves.toBe('read');
  const first = at('192.0.2.1').verifyEvent(2 ** 18, () => gate.promise);
  const waiting = Array.from({ length: 128 }, () =>
    at('192.0.2.1').verifyEvent(2 ** 18 - 9 * 2 ** 10, () => gate.promise),
  );
  await expect(at('192.0.2.1').verifyEvent(0, () => gate.promise)).rejects.toMatchObject({
    error: 'rate_limited',
  });
  const other = at('192.0.2.2').verifyEvent(2 ** 18, () => gate.promise);
  expect(door.load().strange_events).toEqual({ running: 1, waiting: 129 });
  gate.resolve(undefined);
  await Promise.all([held, first, other, ...waiting]);
});

test('C34 empty events of many networks wait no more than full ones', async () => {
  const rates = { requestsPerSecond: 100, repositoryRequestsPerMinute: 100, jobRequestsPerMinute: 100 };
  const door = createDoor({ clock: testClock(), cores: 2 }, rates);
  const gate = Promise.withResolvers<undefined>();
  const waits = Array.from({ length: 20_000 }, async (_, each) => {
    const address = `192.0.2.${String(each % 10)}`;
    return door
      .passage(address, { peer: address, headerBytes: 1024 })
      .verifyEvent(0, () => gate.promise.then(() => 'read'))
      .catch(() => 'refused');
  });
  // 64 MiB of 9 KiB each, and the one that is read.
  const most = Math.floor((64 * 1024) / 9);
  expect(door.load().strange_events).toEqual({ running: 1, waiting: most });
  gate.resolve(undefined);
  const taken = (await Promise.all(waits)).filter((what) => what === 'read');
  expect(taken).toHaveLength(most + 1);
});

test('C34 B29 jobs of one owner that end together do not hold up another’s', async () => {
  const rates = { requestsPerSecond: 100, repositoryRequestsPerMinute: 100, jobRequestsPerMinute: 100 };
  const door = createDoor({ clock: testClock(), cores: 2 }, rates);
  const passage = door.passage('192.0.2.1', { peer: '192.0.2.1', headerBytes: 1024 });
  for (const step of ['take', 'close', 'revoke'] as const) {
    const done: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const end = (owner: string): Promise<void> =>
      passage.ending(step, { owner, octets: 0 }, () => gate.promise.then(() => void done.push(owner)));
    const flood = Array.from({ length: 500 }, () => end('flooding'));
    const other = end('other');
    gate.resolve(undefined);
    await other;
    // Four were at it, and the turn after the first of them that was done is the other's at the latest.
    expect(done.filter((owner) => owner === 'flooding').length).toBeLessThan(20);
    await Promise.all(flood);
  }
});
