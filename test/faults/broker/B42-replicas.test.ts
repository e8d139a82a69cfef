// B42 with replicas: a restored store is found out by whoever knows better, whoever else was there first.
import { generateKeyPairSync } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { Borrower } from '../../support/broker/borrower.ts';
import { breakingEngine, type BreakingEngine } from '../../support/broker/breaking-engine.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import type { TestWorld } from '../../support/broker/world.ts';
import { has, testWith } from '../../support/peers.ts';
import { startPostgres, type FreshDatabase, type PostgresCluster } from '../../support/postgres.ts';

const message = 'the store was restored from a backup: what it lent is taken back';
const signingKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

let cluster: PostgresCluster;
let database: FreshDatabase;
let engine: BreakingEngine;
let running: TestBroker[];
let world: TestWorld | undefined;

const pg = (name: string, body: () => Promise<void>): void => {
  testWith(['postgres'], name, body);
};

beforeAll(async () => {
  if (has('postgres')) cluster = await startPostgres();
});

beforeEach(async () => {
  if (!has('postgres')) return;
  database = await cluster.freshDatabase();
  engine = breakingEngine('first', 3600);
  running = [];
  world = undefined;
});

afterEach(async () => {
  await Promise.all(running.map((broker) => broker.stop()));
});

afterAll(async () => {
  if (has('postgres')) await cluster[Symbol.asyncDispose]();
});

/** One of several brokers on one store. */
async function start(name: string, checkpoint: boolean): Promise<TestBroker> {
  const broker = await startTestBroker({
    engines: [engine],
    yaml: (yaml) =>
      (checkpoint ? `checkpoint: ./${name}.checkpoint\n` : '') +
      yaml
        .replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: first }')
        .replace('store: { sqlite: ./broker.db }', 'store: { postgres: "env:DATABASE" }')
        .replace('audit.jsonl', `audit-${name}.jsonl`) +
      `audit_key: ./audit-${name}.pem\n`,
    beforeStart: ({ disk }) => void disk.set('/etc/broker/signing.pem', signingKey),
    env: { DATABASE: database.url },
    ...(world && { world }),
  });
  world = broker.world;
  const [first = broker] = running;
  running.push(broker);
  return { ...broker, github: first.github, gitlab: first.gitlab };
}

async function tables(): Promise<string[]> {
  const rows = await cluster.query(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    database.name,
  );
  return rows.map((row) => String(row['tablename']));
}

async function backUp(): Promise<void> {
  const copies = (await tables()).map((name) => `CREATE TABLE backup.${name} AS TABLE public.${name}`);
  await cluster.query(`CREATE SCHEMA backup; ${copies.join('; ')}`, database.name);
}

/** As a backup is put back under brokers that run. */
async function restore(): Promise<void> {
  const back = (await tables()).map(
    (name) => `TRUNCATE public.${name}; INSERT INTO public.${name} TABLE backup.${name}`,
  );
  await cluster.query(`BEGIN; ${back.join('; ')}; COMMIT`, database.name);
}

const pass = (seconds: number): void => world?.clock.skip(seconds);
const restores = (): number =>
  world?.auditLines().filter((line) => line.message === message && line.severity_id === 4).length ?? 0;

let jobs = 0;
function newJob(broker: TestBroker): { job: Borrower; token: Promise<string> } {
  const job = new Borrower(broker);
  const id = String(++jobs);
  return { job, token: job.idToken({ claims: { check_run_id: id, run_id: id } }) };
}

async function lend(broker: TestBroker): Promise<{ readonly job: Borrower; readonly token: string }> {
  const { job, token } = newJob(broker);
  expect((await job.borrow({ idToken: await token })).status).toBe(200);
  return { job, token: await token };
}

/** `knows` lends something after a backup, and `others` see the time pass as well; then the backup is there again. */
async function lendAndRestore(knows: TestBroker, ...others: readonly TestBroker[]): Promise<void> {
  const tick = async (): Promise<void> => {
    for (const broker of [knows, ...others]) await broker.tick();
  };
  await tick();
  await backUp();
  pass(60);
  await lend(knows);
  await tick();
  pass(60);
  await restore();
}

pg('B42: who has no checkpoint and ticks first does not hide the restore from who knows better', async () => {
  const knows = await start('one', true);
  await lendAndRestore(knows);
  const late = await start('late', false);
  // By then it has come further than the other ever saw.
  pass(300);
  await late.tick();
  expect([restores(), engine.objects.size]).toEqual([0, 1]);
  await knows.tick();
  expect([restores(), engine.objects.size]).toEqual([1, 0]);
});

pg('B42: a checkpoint says it also to the next process, though others ticked first', async () => {
  const knows = await start('one', true);
  await lendAndRestore(knows);
  await knows.stop();
  running = [];
  const late = await start('late', false);
  pass(300);
  await late.tick();
  const again = await start('one', true);
  await again.tick();
  expect([restores(), engine.objects.size]).toEqual([1, 0]);
});

pg('B42: one that came after the backup, which has no mark of it at all, knows it, too', async () => {
  const early = await start('early', false);
  await early.tick();
  await backUp();
  pass(60);
  const knows = await start('one', true);
  await lend(knows);
  await knows.tick();
  pass(60);
  await restore();
  pass(300);
  await early.tick();
  expect([restores(), engine.objects.size]).toEqual([0, 1]);
  await knows.tick();
  expect([restores(), engine.objects.size]).toEqual([1, 0]);
});

pg('B42: once one has found it, no other takes an old token, not even before it looks', async () => {
  const knows = await start('one', true);
  const other = await start('other', false);
  await lendAndRestore(knows);
  const { job, token } = newJob(other);
  const idToken = await token;
  pass(2);
  await knows.tick();
  expect(restores()).toBe(1);
  expect(await job.borrow({ idToken })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant', reason: 'token-too-old' },
  });
  pass(2);
  await lend(other);
});

pg('B42: what one has found the others do not find again, and what is lent since goes on', async () => {
  const knows = await start('one', true);
  const other = await start('other', true);
  await lendAndRestore(knows, other);
  pass(1);
  await knows.tick();
  pass(2);
  await lend(knows);
  for (let round = 0; round < 3; round++) {
    await other.tick();
    await knows.tick();
    pass(1);
  }
  expect([restores(), engine.objects.size]).toEqual([1, 1]);
});

/** So many wait for somebody’s lock. */
async function waiting(count: number): Promise<void> {
  let found = 0;
  while (found < count) {
    const rows = await cluster.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = '${database.name}' AND wait_event_type = 'Lock'`,
    );
    found = rows.length;
  }
}

pg('B42: two that were given one checkpoint take each other’s marks for no restore', async () => {
  const one = await start('one', true);
  await lend(one);
  // Started later, it is some milliseconds ahead.
  const two = await start('one', true);
  const lock = new Client({ connectionString: database.url });
  await lock.connect();
  await lock.query('BEGIN');
  await lock.query('SELECT * FROM lease_clock FOR UPDATE');
  pass(20);
  const later = two.tick();
  await waiting(1);
  const earlier = one.tick();
  await waiting(2);
  await lock.query('COMMIT');
  await lock.end();
  await Promise.all([later, earlier]);
  pass(20);
  await two.tick();
  await one.tick();
  expect([restores(), engine.objects.size]).toEqual([0, 1]);
});
