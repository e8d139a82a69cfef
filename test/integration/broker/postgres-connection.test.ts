/** How the broker reaches its PostgreSQL, and what becomes of it when that is away. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { openPostgres, type PostgresOptions } from '../../../src/broker/store/postgres.ts';
import type { Database } from '../../../src/broker/store/database.ts';
import { StoreError } from '../../../src/broker/store/store.ts';
import { createAuthority } from '../../support/certificates.ts';
import { has, testWith } from '../../support/peers.ts';
import { startPostgres, type FreshDatabase, type PostgresCluster } from '../../support/postgres.ts';
import { postgresOptions } from '../../support/broker/databases.ts';

const authority = createAuthority();
const { cert, key } = authority.issue({ names: ['localhost'] });
const short = { connectMs: 500, statementMs: 500 };
let cluster: PostgresCluster;
let fresh: FreshDatabase;
let opened: Database[] = [];

const test = (name: string, body: () => Promise<void>): void => {
  testWith(['postgres'], name, body);
};

beforeAll(async () => {
  if (!has('postgres')) return;
  cluster = await startPostgres({
    files: { 'server.crt': cert, 'server.key': key },
    settings: { ssl: 'on', max_connections: '30' },
  });
  fresh = await cluster.freshDatabase();
});

afterEach(async () => {
  await Promise.all(opened.map((database) => database.close()));
  opened = [];
});

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

/** @param mode undefined: the URL says nothing */
async function open(
  { mode = 'disable', host = '127.0.0.1' }: { mode?: string | null; host?: string } = {},
  options: Partial<PostgresOptions> = short,
): Promise<Database> {
  const url = new URL(fresh.url.replace('127.0.0.1', host));
  if (mode === null) url.searchParams.delete('sslmode');
  else url.searchParams.set('sslmode', mode);
  const database = await openPostgres(postgresOptions(url.href, options));
  opened.push(database);
  return database;
}

async function whyNot(database: Database): Promise<string> {
  const error: unknown = await secure(database).catch((reason: unknown) => reason);
  // The errors of the system are of another realm here.
  return error instanceof StoreError ? String(error.cause) : String(error);
}

/** Whether the connection has TLS, as the server sees it. */
async function secure(database: Database): Promise<unknown> {
  const [row] = await database.transaction((sql) =>
    sql.run('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'),
  );
  return row?.['ssl'];
}

test('without a word about TLS the server must prove its name by a known authority', async () => {
  const { cert: ca } = authority;
  const host = 'localhost';
  expect(await secure(await open({ mode: null, host }, { ...short, ca }))).toBe(true);
  expect(await whyNot(await open({ mode: null, host }))).toMatch(/unable to verify|self.signed/);
  const other = createAuthority('another authority').cert;
  expect(await whyNot(await open({ mode: null, host }, { ...short, ca: other }))).toMatch(/unable to verify/);
  // The certificate is for the name, not for the address.
  expect(await whyNot(await open({ mode: null }, { ...short, ca }))).toMatch(
    "IP: 127.0.0.1 is not in the cert's list",
  );
});

test('a password that the URL does not name is looked for nowhere else', async () => {
  const url = new URL(fresh.url);
  const folder = mkdtempSync(join(tmpdir(), 'ec-pgpass-'));
  const file = join(folder, 'pgpass');
  writeFileSync(file, `*:*:*:*:${url.password}\n`, { mode: 0o600 });
  const { password } = url;
  url.password = '';
  for (const [name, value] of [
    ['PGPASSWORD', password],
    ['PGPASSFILE', file],
  ] as const) {
    process.env[name] = value;
    const database = await openPostgres(postgresOptions(url.href, short));
    opened.push(database);
    expect(await whyNot(database)).toMatch('password must be a non-empty string');
    Reflect.deleteProperty(process.env, name);
  }
  rmSync(folder, { recursive: true });
});

test('a weaker way has to be said', async () => {
  const { cert: ca } = authority;
  expect(await secure(await open({ mode: 'require' }))).toBe(true);
  expect(await whyNot(await open({ mode: 'verify-ca' }))).toMatch(/unable to verify|self.signed/);
  expect(await secure(await open({ mode: 'verify-ca' }, { ...short, ca }))).toBe(true);
  expect(await secure(await open({ mode: 'disable' }))).toBe(false);
});

test('its sessions are durable and limited in time; each statement sees what was committed before it', async () => {
  await cluster.query(`ALTER DATABASE ${fresh.name} SET synchronous_commit = off`);
  const database = await open();
  const rows = await database.transaction((sql) =>
    sql.run(
      "SELECT current_setting('synchronous_commit') AS durable, current_setting('statement_timeout') AS statement, " +
        "current_setting('idle_in_transaction_session_timeout') AS idle, " +
        "current_setting('transaction_isolation') AS isolation, current_setting('application_name') AS name",
    ),
  );
  const row = { durable: 'on', statement: '500ms', idle: '500ms', name: 'ephemeral-creds' };
  expect(rows).toEqual([{ ...row, isolation: 'read committed' }]);
});

test('numbers are numbers, whatever PostgreSQL calls them', async () => {
  const database = await open();
  const rows = await database.transaction((sql) =>
    sql.run(
      'SELECT CAST($1 AS BIGINT) AS big, COUNT(*) AS count, SUM(CAST($1 AS BIGINT)) AS sum, MAX(CAST($1 AS BIGINT)) AS max',
      1_790_000_000_000,
    ),
  );
  expect(rows).toEqual([
    { big: 1_790_000_000_000, count: 1, sum: 1_790_000_000_000, max: 1_790_000_000_000 },
  ]);
});

test('its time is the database’s', async () => {
  const database = await open();
  const before = Date.now();
  const time = await database.time?.();
  expect(time?.getTime()).toBeGreaterThanOrEqual(before - 1);
  expect(time?.getTime()).toBeLessThanOrEqual(Date.now());
});

test('B27: a transaction of which a statement failed is not taken for done, though the work went on', async () => {
  const database = await open();
  await database.transaction((sql) => sql.run('CREATE TABLE kept (number BIGINT)'));
  const work = database.transaction(async (sql) => {
    await sql.run('INSERT INTO kept VALUES (1)');
    await sql.run('SELECT nothing FROM nowhere').catch(() => undefined);
    return 'done';
  });
  await expect(work).rejects.toThrow(StoreError);
  expect(await database.transaction((sql) => sql.run('SELECT number FROM kept'))).toEqual([]);
});

test('B27: a COMMIT whose answer is lost is not taken for done', async () => {
  const database = await open();
  await database.transaction((sql) => sql.run('CREATE TABLE lost (number BIGINT)'));
  const work = database.transaction(async (sql) => {
    await sql.run('INSERT INTO lost VALUES (1)');
    cluster.pause();
  });
  await expect(work).rejects.toThrow(StoreError);
  cluster.resume();
  expect(await secure(database)).toBe(false);
});

test('B27: down, standing still, read-only, without a connection left: an error in time, and it goes on by itself', async () => {
  const database = await open({}, { ...short, connections: 4 });
  const fails = async (): Promise<void> => {
    await expect(database.transaction((sql) => sql.run('SELECT 1 AS one'))).rejects.toThrow(StoreError);
  };
  const works = async (): Promise<void> => {
    expect(await database.transaction((sql) => sql.run('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  };
  await works();
  await cluster.stop('immediate');
  await fails();
  await fails();
  await cluster.start();
  await works();

  cluster.pause();
  await Promise.all([fails(), fails(), fails(), fails(), fails(), fails()]);
  cluster.resume();
  await works();

  await database.transaction((sql) => sql.run('CREATE TABLE written (number BIGINT)'));
  const write = (): Promise<unknown> =>
    database.transaction((sql) => sql.run('INSERT INTO written VALUES (1)'));
  await cluster.query(`ALTER DATABASE ${fresh.name} SET default_transaction_read_only = on`);
  await cluster.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ' + `'${fresh.user}'`,
  );
  await fails().catch(() => undefined);
  await expect(write()).rejects.toThrow(StoreError);
  await cluster.query(`ALTER DATABASE ${fresh.name} RESET default_transaction_read_only`);
  await write();

  await cluster.query(`ALTER ROLE ${fresh.user} CONNECTION LIMIT 0`);
  await cutOff();
  await fails();
  await cluster.query(`ALTER ROLE ${fresh.user} CONNECTION LIMIT -1`);
  await works();
});

/** Ends the broker's connections, and waits until they are gone. */
async function cutOff(): Promise<void> {
  await cluster.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '${fresh.user}'`,
  );
}
