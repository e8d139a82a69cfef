import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Database } from '../../../src/broker/store/database.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { forgeToken, githubJob, githubJobPath, makeForge } from '../../support/broker/forge.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import type { TestWorld } from '../../support/broker/world.ts';
import { githubSecret, postGithub, workflowJob } from '../../support/broker/webhooks.ts';
import { has, testWith } from '../../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../../support/postgres.ts';

let cluster: PostgresCluster | undefined;

beforeAll(async () => {
  if (has('postgres')) cluster = await startPostgres();
});

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
});

const signingKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const more = `webhooks: [ { platform: github, secret: "env:HOOK", owners: ["123456"] } ]
forges: [ { platform: github, token: "env:FORGE", poll_jobs: { every: 30s } } ]
`;

interface Replicas {
  readonly one: TestBroker;
  readonly other: TestBroker;
  readonly forge: ReturnType<typeof makeForge>;
}

/** Two brokers on one database, which share their signing key and what they ask. */
async function start(between?: (database: Database) => Database): Promise<Replicas> {
  const { url } = (await cluster?.freshDatabase()) ?? { url: '' };
  const forge = makeForge('github');
  const replica = (
    name: string,
    world?: TestWorld,
    between?: (database: Database) => Database,
  ): Promise<TestBroker> =>
    startTestBroker({
      ...(between && { between }),
      yaml: (yaml) =>
        yaml
          .replace('store: { sqlite: ./broker.db }', 'store: { postgres: "env:DATABASE" }')
          .replace('audit.jsonl', `audit-${name}.jsonl`) + `audit_key: ./audit-${name}.pem\n${more}`,
      beforeStart: ({ disk }) => void disk.set('/etc/broker/signing.pem', signingKey),
      sites: [forge],
      env: { DATABASE: url, HOOK: githubSecret, FORGE: forgeToken },
      ...(world === undefined ? {} : { world }),
    });
  const one = await replica('one', undefined, between);
  const other = await replica('other', one.world);
  return { one, other: { ...other, github: one.github, gitlab: one.gitlab }, forge };
}

const jobClosed = { status: 403, body: { error: 'access_denied', reason: 'job-closed' } };

testWith(['postgres'], 'B28 B41 an event that comes to one replica closes the job on all', async () => {
  const { one, other } = await start();
  const borrower = new Borrower(one);
  expect((await borrower.borrow()).status).toBe(200);
  const options = { delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958' };
  expect((await postGithub(other, workflowJob(), options)).body).toEqual({ status: 'closed' });
  expect((await postGithub(one, workflowJob(), options)).body).toEqual({ status: 'repeated' });
  expect(await borrower.borrow()).toMatchObject(jobClosed);
  expect(await new Borrower(other).borrow()).toMatchObject(jobClosed);
  await Promise.all([one.stop(), other.stop()]);
});

testWith(['postgres'], 'B28 B41 what one replica took and cannot do another does, once', async () => {
  const { one, other } = await start((database) => ({
    ...database,
    transaction: (work, purpose) =>
      database.transaction(
        (sql) =>
          work({
            ...sql,
            run: (text, ...values) =>
              text.startsWith('SELECT closed FROM job_events')
                ? Promise.reject(new Error('a fault of the test'))
                : sql.run(text, ...values),
          }),
        purpose,
      ),
  }));
  const borrower = new Borrower(one);
  await borrower.borrow();
  expect(await postGithub(one, workflowJob())).toMatchObject({ status: 202, body: { status: 'queued' } });
  const closed = (): number =>
    one.world.auditLines().filter(({ message }) => message === 'job closed').length;
  await other.tick();
  expect(closed()).toBe(0);
  one.world.clock.skip(20);
  await Promise.all([other.tick(), other.tick()]);
  expect(closed()).toBe(1);
  expect(await borrower.borrow()).toMatchObject(jobClosed);
  await Promise.all([one.stop(), other.stop()]);
});

testWith(['postgres'], 'B28 replicas ask about a job once between them', async () => {
  const { one, other, forge } = await start();
  forge.pages.set(githubJobPath, githubJob('in_progress'));
  const borrower = new Borrower(one);
  await borrower.borrow();
  await Promise.all([one.poll(), other.poll(), one.poll(), other.poll()]);
  expect(forge.answered).toEqual([`${githubJobPath} 200`]);
  forge.pages.set(githubJobPath, githubJob('completed'));
  one.world.clock.skip(30);
  await other.poll();
  expect(await borrower.borrow()).toMatchObject(jobClosed);
  await Promise.all([one.stop(), other.stop()]);
});
