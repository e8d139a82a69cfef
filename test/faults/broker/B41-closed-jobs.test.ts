import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { closeJob } from '../../../src/broker/commands/close-job.ts';
import { readSettings } from '../../../src/broker/commands/read-settings.ts';
import { makeInstruments } from '../../../src/broker/commands/instruments.ts';
import { startBroker, type StartedBroker } from '../../../src/broker/commands/start-broker.ts';
import { createHandler } from '../../../src/broker/http/app.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import { openSqlStore } from '../../../src/broker/store/sql-store.ts';
import { sha256 } from '../../../src/protocol/dpop.ts';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { borrowMore, extend, tokenOf } from '../../support/broker/session-calls.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

const issuer = 'https://token.actions.githubusercontent.com';
const job = 'repository_id=456789/run_id=9876543210/run_attempt=1/check_run_id=5544332211';
const jobClosed = { status: 403, body: { error: 'access_denied', reason: 'job-closed' } };

let running: TestBroker | undefined;
let started: StartedBroker | undefined;

afterEach(async () => {
  await started?.close();
  await running?.stop();
  running = started = undefined;
});

/** A broker whose commands the test can call: what a webhook will do. */
async function start(): Promise<{ readonly test: TestBroker; readonly end: () => Promise<void> }> {
  running = await startTestBroker();
  const settings = await readSettings('/etc/broker/broker.yaml', running.world.files);
  const opened = await startBroker(
    { ...settings, store: { sqlite: ':memory:' } },
    running.world,
    await makeInstruments(settings, running.world),
  );
  started = opened;
  const handle = createHandler(opened.broker, settings);
  return { test: { ...running, handle }, end: () => closeJob(opened.broker, { issuer, job, by: 'test' }) };
}

test('B41 after its end a job borrows nothing more, and what it had is taken back', async () => {
  const { test: broker, end } = await start();
  const borrower = new Borrower(broker);
  const opened = await borrower.borrow();
  await end();
  expect(await borrower.borrow()).toMatchObject(jobClosed);
  expect(await new Borrower(broker).borrow({ roles: ['app-ro'] })).toMatchObject(jobClosed);
  expect(await extend(borrower, opened.body['session_id'])).toMatchObject(jobClosed);
  expect((await borrowMore(borrower, tokenOf(opened))).status).toBe(401);
  expect((await borrower.giveBack()).body['leases']).toMatchObject([
    { lease_id: leasesOf(opened)[0]?.lease_id, state: 'revoked' },
  ]);
});

test('B41 a job that never borrowed is closed as well, and other jobs are not', async () => {
  const { test: broker, end } = await start();
  await end();
  expect(await new Borrower(broker).borrow()).toMatchObject(jobClosed);
  const other = await new Borrower(broker).borrow({ token: { claims: { check_run_id: '1' } } });
  expect(other.status).toBe(200);
});

test('B41 a job stays closed until its tokens are too old', async () => {
  const { test: broker, end } = await start();
  await end();
  broker.world.clock.skip(600);
  expect(await new Borrower(broker).borrow()).toMatchObject(jobClosed);
  broker.world.clock.skip(60);
  expect((await new Borrower(broker).borrow()).status).toBe(200);
});

test('B41 tombstones of handles last five minutes', async () => {
  const { test: broker } = await start();
  const borrower = new Borrower(broker);
  expect((await borrower.giveBack()).body).toEqual({ leases: [] });
  broker.world.clock.skip(299);
  expect(await borrower.borrow()).toMatchObject({ status: 409, body: { reason: 'superseded' } });
  broker.world.clock.skip(1);
  expect((await borrower.borrow()).status).toBe(200);
});

test.each(['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`])(
  'B41 a handle that is %j has another length: 400, and no tombstone',
  async (handle) => {
    const { test: broker } = await start();
    expect(await new Borrower(broker).giveBack(handle)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
  },
);

test('B41 tombstones and ended jobs are bounded; beyond that one is told to come back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-b41-'));
  const database = openSqlite(join(folder, 'broker.db'));
  const store = await openSqlStore(database);
  const now = new Date('2026-11-20T12:00:00Z');
  const until = new Date('2026-11-20T12:05:00Z');
  const fill = (table: string, columns: string, values: string): Promise<unknown> =>
    database.transaction((sql) =>
      sql.run(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) ` +
          `INSERT INTO ${table} (${columns}) SELECT ${values} FROM n`,
      ),
    );
  const at = String(until.getTime());
  await fill('tombstones', 'handle_hash, expires_at', `'h' || i, ${at}`);
  await fill('jobs', 'issuer, job, issues, closed_until, expires_at', `'i', 'j' || i, 0, ${at}, ${at}`);
  const handle = { handleHash: sha256('one more'), tombstoneUntil: until };
  expect(await store.beginRevocation(handle, now)).toBe('full');
  expect(await store.closeJob({ issuer: 'i', job: 'one more', until, now })).toBe('full');
  expect(await store.closeJob({ issuer: 'i', job: 'j7', until, now })).toEqual([]);
  await store.purge(new Date(until.getTime() + 7 * 86_400_000));
  expect(await store.beginRevocation(handle, now)).toEqual([]);
  expect(await store.closeJob({ issuer: 'i', job: 'one more', until, now })).toEqual([]);
  await store.close();
  rmSync(folder, { recursive: true });
});
