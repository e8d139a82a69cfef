import { afterAll, expect } from '@jest/globals';
import type { Client } from 'pg';
import { testWith } from '../../support/peers.ts';
import { freshLease } from '../../support/broker/leases.ts';
import {
  inMinutes,
  loginOf,
  logIn,
  readyEngine,
  startPostgresScene,
  type PostgresScene,
} from '../../support/broker/postgres-scene.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';

let started: Promise<PostgresScene> | undefined;
const scene = (): Promise<PostgresScene> => (started ??= startPostgresScene({ log_statement: 'all' }));

afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]();
});

const pg = (name: string, body: () => Promise<void>): void => {
  testWith(['postgres'], name, body, 60_000);
};

const refused = async (login: Promise<Client>): Promise<string> => {
  try {
    await (await login).end();
    return 'let in';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
  }
};

pg('a lease is a login role of its name, with the rights of its groups and an end', async () => {
  const { url, cluster, roles } = await scene();
  await using ready = readyEngine({ 'env:URL': url() });
  const id = freshLease();
  const expiresAt = inMinutes(10);
  const issued = await ready.issue(id, { expiresAt });
  expect(loginOf(issued)).toMatchObject({ host: 'localhost', database: 'app', username: `ec_${id}` });
  expect(await roles()).toContain(`ec_${id}`);
  const [found] = await cluster.query(
    `SELECT rolvaliduntil, rolconnlimit, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = 'ec_${id}'`,
  );
  expect(found).toEqual({
    rolvaliduntil: expiresAt,
    rolconnlimit: 10,
    rolsuper: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolreplication: false,
    rolbypassrls: false,
  });
  const job = await logIn(issued);
  expect((await job.query('SELECT name FROM items')).rows).toEqual([{ name: 'one' }]);
  await expect(job.query("INSERT INTO items VALUES (2, 'two')")).rejects.toThrow('permission denied');
  await job.end();
  await ready.revoke(id);
  expect(await roles()).not.toContain(`ec_${id}`);
  expect(await refused(logIn(issued))).toBe('28P01');
});

pg('neither password nor URL is in what the server logged', async () => {
  const { url, cluster } = await scene();
  await using ready = readyEngine({ 'env:URL': url() });
  const id = freshLease();
  const { password = '' } = loginOf(await ready.issue(id));
  await ready.revoke(id);
  expect(cluster.log()).toContain(`ec_${id}`);
  expect(cluster.log()).toContain('SCRAM-SHA-256$4096:');
  expect(cluster.log()).not.toContain(password);
});

pg('nobody logs in after the end of the lease, revoked or not', async () => {
  const { url } = await scene();
  await using ready = readyEngine({ 'env:URL': url() });
  const id = freshLease();
  const issued = await ready.issue(id, { expiresAt: new Date(Date.now() - 1000) });
  expect(await refused(logIn(issued))).toBe('28P01');
  await ready.revoke(id);
});

pg('revoking ends sessions, also of a client that comes back at once each time', async () => {
  const { url, roles } = await scene();
  await using ready = readyEngine({ 'env:URL': url() });
  const id = freshLease();
  const issued = await ready.issue(id);
  let logins = 0;
  const busy = Array.from({ length: 5 }, async () => {
    for (;;) {
      const job = await logIn(issued);
      logins += 1;
      await job.query('SELECT pg_sleep(60)').catch(() => undefined);
      await job.end().catch(() => undefined);
    }
  });
  const over = Promise.allSettled(busy);
  while (logins < 5) await new Promise((resolve) => setImmediate(resolve));
  await ready.revoke(id);
  expect((await over).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  expect(await roles()).not.toContain(`ec_${id}`);
});

pg('what the job made in several databases goes with it, and nothing of others', async () => {
  const { url, cluster, roles } = await scene();
  await using ready = readyEngine(
    { 'env:URL': url() },
    { database: undefined, databases: ['app', 'reports'], grants: ['app_rw'] },
  );
  const id = freshLease();
  const issued = await ready.issue(id);
  for (const database of ['app', 'reports']) {
    const job = await logIn(issued, { database });
    await job.query(
      'CREATE TABLE public.scratch (n INT); CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    );
    await job.query(
      'GRANT SELECT ON public.scratch TO app_ro; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_ro',
    );
    await job.query('SELECT lo_create(0)');
    await job.end();
  }
  await ready.revoke(id);
  expect(await roles()).not.toContain(`ec_${id}`);
  for (const database of ['app', 'reports']) {
    expect(await cluster.query("SELECT to_regclass('public.scratch') AS gone", database)).toEqual([
      { gone: null },
    ]);
    expect(await cluster.query('SELECT count(*)::int AS n FROM public.items', database)).toEqual([{ n: 1 }]);
  }
});

pg('what the job made goes to the owner that the role names', async () => {
  const { url, cluster } = await scene();
  await using ready = readyEngine({ 'env:URL': url() }, { grants: ['app_rw'], owner: 'app_owner' });
  const id = freshLease();
  const job = await logIn(await ready.issue(id));
  await job.query('CREATE TABLE public.kept (n INT)');
  await job.end();
  await ready.revoke(id);
  expect(await cluster.query("SELECT tableowner FROM pg_tables WHERE tablename = 'kept'", 'app')).toEqual([
    { tableowner: 'app_owner' },
  ]);
});

pg(
  'where others depend on what the job made, nothing of theirs goes: the lease stays queued, its login is dead',
  async () => {
    const { url, cluster, roles } = await scene();
    await using ready = readyEngine({ 'env:URL': url() }, { grants: ['app_rw'] });
    const id = freshLease();
    const issued = await ready.issue(id);
    const job = await logIn(issued);
    await job.query('CREATE TABLE public.base (n INT)');
    await cluster.query('CREATE VIEW public.above AS SELECT * FROM public.base', 'app');
    const failed: unknown = await ready.revoke(id).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      message: expect.stringContaining('something of others depends on what the job made'),
      told: { reason: 'refused', code: '2BP01' },
    });
    expect(await refused(logIn(issued))).not.toBe('let in');
    await expect(job.query('SELECT 1')).rejects.toThrow();
    expect(await roles()).toContain(`ec_${id}`);
    await cluster.query('DROP VIEW public.above', 'app');
    await ready.revoke(id);
    expect(await roles()).not.toContain(`ec_${id}`);
  },
);

pg('a transaction that the job prepared is rolled back, in whatever database', async () => {
  const { url, cluster, roles } = await scene();
  await using ready = readyEngine({ 'env:URL': url() }, { grants: ['app_rw'] });
  const id = freshLease();
  const issued = await ready.issue(id);
  for (const database of ['app', 'reports']) {
    const job = await logIn(issued, { database });
    await job.query(`BEGIN; CREATE TABLE public.prepared (n INT); PREPARE TRANSACTION 'it''s ${database}'`);
    await job.end();
  }
  await ready.revoke(id);
  expect(await cluster.query('SELECT gid FROM pg_prepared_xacts')).toEqual([]);
  expect(await roles()).not.toContain(`ec_${id}`);
});

pg('what was never issued, and what was revoked, is revoked again without a word', async () => {
  const { url } = await scene();
  await using ready = readyEngine({ 'env:URL': url() });
  const id = freshLease();
  await ready.revoke(id);
  await ready.issue(id);
  await Promise.allSettled([ready.revoke(id), ready.revoke(id), ready.revoke(id)]);
  await ready.revoke(id);
});

pg('a role is not lent that could make logins of its own, or leave the database', async () => {
  const { url, cluster, roles } = await scene();
  for (const statement of [
    'CREATE ROLE mighty CREATEROLE',
    'CREATE ROLE nested',
    'GRANT mighty TO nested',
    'CREATE ROLE writes_files',
    'GRANT pg_write_server_files TO writes_files',
    'GRANT mighty, nested, writes_files TO broker WITH ADMIN OPTION',
  ])
    await cluster.query(statement);
  for (const [group, named] of [
    ['mighty', 'mighty'],
    ['nested', 'mighty'],
    ['writes_files', 'pg_write_server_files'],
  ]) {
    await using ready = readyEngine({ 'env:URL': url() }, { grants: ['app_ro', group] });
    const id = freshLease();
    await expect(ready.issue(id)).rejects.toThrow(`the role ${String(named)}, which it would hold`);
    expect(await roles()).not.toContain(`ec_${id}`);
  }
});

pg('a grant that fails leaves nothing, and the message says why without a statement in it', async () => {
  const { url, roles } = await scene();
  await using ready = readyEngine({ 'env:URL': url() }, { grants: ['app_ro', 'not_there'] });
  const id = freshLease();
  await expect(ready.issue(id)).rejects.toThrow(
    'PostgreSQL: creating the login role failed (42704: a role that is named does not exist)',
  );
  expect(await roles()).not.toContain(`ec_${id}`);
  await using closed = readyEngine({ 'env:URL': url() }, { database: 'postgres2' });
  await expect(closed.issue()).rejects.toThrow('(3D000: there is no such database)');
  await (await scene()).cluster.query('CREATE DATABASE closed');
  await (await scene()).cluster.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
  await using shut = readyEngine({ 'env:URL': url() }, { database: 'closed' });
  await expect(shut.issue()).rejects.toThrow('none of its roles may connect to the database closed');
});

pg('an answer that is lost: the role is found by its name and revoked', async () => {
  const { url, cluster, roles } = await scene();
  await using proxy = await startTcpProxy(cluster.port);
  await using ready = readyEngine({ 'env:URL': url({ port: proxy.port }) });
  await ready.issue();
  const id = freshLease();
  proxy.judge = (piece) => (piece.includes('COMMIT') ? 'lose' : 'pass');
  await expect(ready.issue(id)).rejects.toThrow('creating the login role failed');
  proxy.judge = () => 'pass';
  while (!(await roles()).includes(`ec_${id}`)) await new Promise((resolve) => setImmediate(resolve));
  await ready.revoke(id);
  expect(await roles()).not.toContain(`ec_${id}`);
});

pg('a COMMIT that is held up on its way does not make the role after it was revoked', async () => {
  const { url, cluster, roles } = await scene();
  await using proxy = await startTcpProxy(cluster.port);
  await using slow = readyEngine({ 'env:URL': url({ port: proxy.port }) });
  await using direct = readyEngine({ 'env:URL': url() });
  const id = freshLease();
  const over = new AbortController();
  proxy.judge = (piece) => {
    if (!piece.includes('COMMIT')) return 'pass';
    over.abort();
    return 'hold';
  };
  await expect(slow.issue(id, { signal: over.signal })).rejects.toThrow('creating the login role failed');
  const revoking = direct.revoke(id);
  const waits = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
  while ((await cluster.query(waits)).length === 0) await new Promise((resolve) => setImmediate(resolve));
  proxy.letGo();
  await revoking;
  expect(await roles()).not.toContain(`ec_${id}`);
});

pg('a CREATE ROLE that is held up on its way comes to nothing', async () => {
  const { url, cluster, roles } = await scene();
  await using proxy = await startTcpProxy(cluster.port);
  await using slow = readyEngine({ 'env:URL': url({ port: proxy.port }) });
  const id = freshLease();
  const over = new AbortController();
  proxy.judge = (piece) => {
    if (!piece.includes('CREATE ROLE')) return 'pass';
    over.abort();
    return 'hold';
  };
  await expect(slow.issue(id, { signal: over.signal })).rejects.toThrow('creating the login role failed');
  await using direct = readyEngine({ 'env:URL': url() });
  await direct.revoke(id);
  proxy.letGo();
  const ended = `SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%${id}%'`;
  while (!cluster.log().includes(`CREATE ROLE "ec_${id}"`))
    await new Promise((resolve) => setImmediate(resolve));
  while ((await cluster.query(ended)).length > 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await roles()).not.toContain(`ec_${id}`);
});

pg('the password of the broker’s role may change at its place', async () => {
  const { url, cluster } = await scene();
  const secrets = { 'env:URL': url() };
  await using ready = readyEngine(secrets);
  const id = freshLease();
  await ready.issue(id);
  await cluster.query("CREATE ROLE broker2 LOGIN CREATEROLE PASSWORD 'changed'");
  await cluster.query('GRANT app_ro TO broker2 WITH ADMIN OPTION');
  await cluster.query('GRANT CONNECT ON DATABASE app TO broker2');
  secrets['env:URL'] = url().replace(/broker:[^@]+/, 'broker2:changed');
  await ready.issue();
  const users = await cluster.query(
    "SELECT DISTINCT usename FROM pg_stat_activity WHERE usename LIKE 'broker%'",
  );
  expect(users).toEqual([{ usename: 'broker2' }]);
});

pg('however many leases there were, four connections serve them, and none is left at the end', async () => {
  const { url, cluster, roles } = await scene();
  const before = await roles();
  const connections = async (): Promise<unknown> => {
    const count = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename LIKE 'broker%'";
    return (await cluster.query(count))[0]?.['n'];
  };
  const ready = readyEngine({ 'env:URL': url() });
  const round = async (): Promise<void> => {
    const id = freshLease();
    await ready.issue(id);
    await ready.revoke(id);
  };
  for (let rounds = 0; rounds < 3; rounds++) await Promise.all(Array.from({ length: 20 }, round));
  expect(await connections()).toBe(4);
  expect(await roles()).toEqual(before);
  await ready[Symbol.asyncDispose]();
  await expect(round()).rejects.toThrow('creating the login role failed');
  while ((await connections()) !== 0) await new Promise((resolve) => setImmediate(resolve));
});

pg('its objects are listed, and no role of others whose name only begins like theirs', async () => {
  const { url, roles, cluster } = await scene();
  await using ready = readyEngine({ 'env:URL': url() });
  await ready.issue();
  const ours = await roles();
  const id = 'ec_lse_0123456789abcdef01234567';
  const others = [
    'ec_admin',
    'ec_lse_mine',
    'ec_lse_',
    `${id}x`,
    `${id}_`,
    `${id}_2_old`,
    `x${id}`,
    id.toUpperCase(),
  ];
  await cluster.query(others.map((name) => `CREATE ROLE "${name}"`).join('; '));
  expect((await ready.role.list?.(new AbortController().signal))?.toSorted()).toEqual(ours);
  await cluster.query(others.map((name) => `DROP ROLE "${name}"`).join('; '));
});
