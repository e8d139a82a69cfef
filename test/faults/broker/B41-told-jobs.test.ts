// B41, C34: what was answered 2xx is closed, whoever dies in between, and closed twice by nobody.
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Database } from '../../../src/broker/store/database.ts';
import { until } from '../../support/exec.ts';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { LiveBroker } from '../../support/broker/live-broker.ts';
import { startWatchedBroker, type WatchedBroker } from '../../support/broker/watched-broker.ts';
import {
  githubHeaders,
  githubSecret,
  otherSecret,
  postGithub,
  workflowJob,
} from '../../support/broker/webhooks.ts';

const hooks = `webhooks:
  - { platform: github, secret: "env:GITHUB_HOOK", owners: ["123456", "777"] }
  - { platform: github, secret: "env:OTHER_HOOK", repositories: ["456789"] }
`;
const env = { GITHUB_HOOK: githubSecret, OTHER_HOOK: otherSecret };
const closing = 'SELECT closed FROM job_events';

describe('B41 a broker that is killed', () => {
  const dyingHook = resolve('test/support/broker/die-at.ts');

  test.each([
    ['when the event is kept, and not answered', 'event-kept', 0],
    ['when it is answered, and not done', 'event-answered', 202],
    ['when the job is closed, and that is not written down', 'event-closed', 0],
    ['when that is written down, and the event not forgotten', 'event-written-down', 0],
  ])(
    '%s, does the rest when it is there again',
    async (_, place, status) => {
      const env = { GITHUB_HOOK: githubSecret };
      await using broker = await LiveBroker.prepare({
        yaml: (yaml) => yaml + hooks.split('\n', 2).join('\n'),
      });
      broker.run({ node: ['--import', dyingHook], env: { ...env, DIE_AT: place } });
      await broker.says('listens on');
      expect((await broker.borrow()).status).toBe(200);
      const content = JSON.stringify(workflowJob({ id: 1, run_id: 1 }));
      const headers = {
        'content-type': 'application/json',
        ...githubHeaders(content, { delivery: randomUUID() }),
      };
      const post = (): Promise<number> =>
        broker.ask('/webhooks/github', { method: 'POST', headers, body: content }).then(
          (answer) => answer.status,
          () => 0,
        );
      expect(await post()).toBe(status);
      if (status !== 0) broker.child.kill('SIGKILL');
      expect(await broker.ended).toBe('SIGKILL');
      const said = (message: string): string[] =>
        broker.audit().filter((line) => line.includes(`"${message}"`));
      broker.run({ env });
      await until(() => said('lease revoked').length > 0 && said('job closed').length > 0);
      // GitHub's own button.
      expect(await post()).toBe(200);
      broker.child.kill('SIGTERM');
      expect(await broker.ended).toBe(0);
      expect(said('lease revoked')).toHaveLength(1);
      const leaseId = /lse_[0-9a-f]+/.exec(said('lease revoked').join())?.[0] ?? 'none';
      const told = said('job closed');
      // Written down at least once: twice where the broker died before it knew.
      expect(told).toHaveLength(place === 'event-written-down' ? 2 : 1);
      for (const line of told) expect(line).toContain(leaseId);
      const store = new DatabaseSync(join(broker.folder, 'broker.db'));
      expect(store.prepare('SELECT id FROM job_events').all()).toEqual([]);
      store.close();
    },
    120_000,
  );
});

let broker: WatchedBroker | undefined;
afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

async function start(between?: (database: Database) => Database): Promise<WatchedBroker> {
  broker = await startWatchedBroker({ yaml: (yaml) => yaml + hooks, env, ...(between && { between }) });
  return broker;
}

const messages = (it: WatchedBroker, message: string): unknown[] =>
  it.world.auditLines().filter((line) => line.message === message);

/** A real database that does as it is told when a job is to be closed. */
function closings(): {
  at: (() => Promise<void>) | undefined;
  readonly between: (database: Database) => Database;
} {
  const it = {
    at: undefined as (() => Promise<void>) | undefined,
    between: (database: Database): Database => ({
      ...database,
      transaction: (work, purpose) =>
        database.transaction(
          (sql) =>
            work({
              ...sql,
              run: async (text, ...values) => {
                if (text.startsWith(closing)) await it.at?.();
                return sql.run(text, ...values);
              },
            }),
          purpose,
        ),
    }),
  };
  return it;
}

test('B41 what cannot be done at once is answered 202, and done as soon as it can be', async () => {
  const store = closings();
  const it = await start(store.between);
  const borrower = new Borrower(it);
  const lent = await borrower.borrow();
  store.at = () => Promise.reject(new Error('a fault of the test'));
  expect(await postGithub(it, workflowJob())).toMatchObject({ status: 202, body: { status: 'queued' } });
  store.at = undefined;
  await it.tick();
  expect(messages(it, 'job closed')).toEqual([]);
  it.world.clock.skip(20);
  await it.tick();
  expect(messages(it, 'job closed')).toHaveLength(1);
  expect(messages(it, 'lease revoked')).toMatchObject([
    { unmapped: { lease_id: leasesOf(lent)[0]?.lease_id } },
  ]);
  it.world.clock.skip(20);
  await it.tick();
  expect(messages(it, 'job closed')).toHaveLength(1);
});

test('B41 a platform waits no longer than two seconds to be told that its event is kept', async () => {
  const store = closings();
  const it = await start(store.between);
  const [reached, gate] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  store.at = () => {
    reached.resolve(undefined);
    return gate.promise;
  };
  const answer = postGithub(it, workflowJob());
  await reached.promise;
  it.world.clock.advance(2);
  expect(await answer).toMatchObject({ status: 202, body: { status: 'queued' } });
  gate.resolve(undefined);
  await until(() => messages(it, 'job closed').length > 0);
});

test('B32 B41 what cannot be written down is closed all the same, and told as soon as it can be', async () => {
  const it = await start();
  const lent = await new Borrower(it).borrow();
  it.world.auditFails = true;
  await postGithub(it, workflowJob());
  it.world.auditFails = false;
  expect(await new Borrower(it).borrow()).toMatchObject({ status: 403, body: { reason: 'job-closed' } });
  expect(messages(it, 'job closed')).toEqual([]);
  it.world.clock.skip(30);
  await it.tick();
  expect(messages(it, 'job closed')).toMatchObject([
    { unmapped: { by: 'webhook', leases: [leasesOf(lent)[0]?.lease_id] } },
  ]);
});

test('B29 B41 an owner’s flood is refused before anything of it is stored, with an alarm, and others are heard', async () => {
  let database: Database | undefined;
  const it = await start((real) => (database = real));
  const issuer = 'https://token.actions.githubusercontent.com';
  await database?.transaction((sql) =>
    sql.run(
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) ' +
        'INSERT INTO job_events (id, owner, event, received_at, next_at, expires_at) ' +
        `SELECT 'e' || i, $1, '{}', 0, ${String(Number.MAX_SAFE_INTEGER)}, ${String(Number.MAX_SAFE_INTEGER)} FROM n`,
      JSON.stringify([issuer, 'repository_owner_id', '123456']),
    ),
  );
  const options = { delivery: randomUUID() };
  await it.expectRefused(() => postGithub(it, workflowJob(), options), {
    status: 503,
    body: { error: 'temporarily_unavailable', reason: 'store' },
  });
  const told = it.world.auditLines().filter(({ message }) => message.startsWith('job event not taken'));
  expect(told.map(({ message, severity_id }) => [severity_id, message.includes('of this owner')])).toEqual([
    [4, true],
  ]);
  // The same job by a hook of its repository: another's room.
  expect(await postGithub(it, workflowJob(), { secret: otherSecret })).toMatchObject({ status: 200 });
  await database?.transaction((sql) => sql.run("DELETE FROM job_events WHERE id = 'e7'"));
  expect(await postGithub(it, workflowJob({ id: 7 }), options)).toMatchObject({ status: 200 });
});

test('B41 an event for others is refused and written down before anything of it is kept', async () => {
  const it = await start();
  const before = it.mark();
  const event = workflowJob({}, { owner: { id: 888 } });
  expect(await postGithub(it, event)).toMatchObject({ status: 403, body: { reason: 'denied' } });
  expect(it.mark()).toBe(before);
  const alarms = it.world.auditLines().filter(({ message }) => message.startsWith('job event refused'));
  expect(alarms).toMatchObject([{ severity_id: 4, unmapped: { says: { repository_owner_id: '888' } } }]);
});
