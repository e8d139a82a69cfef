/** A real PostgreSQL with a standby that takes over, and three brokers that work on it. */
import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { openPostgres } from '../../../src/broker/store/postgres.ts';
import { postgresOptions } from '../../support/broker/databases.ts';
import { verifyAudit } from '../../../src/broker/commands/verify-audit.ts';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import {
  newHandle,
  startReplicas,
  type PreparedRequest,
  type Replicas,
} from '../../support/broker/replicas.ts';
import { until } from '../../support/exec.ts';
import { testWith } from '../../support/peers.ts';
import {
  startPostgres,
  type FreshDatabase,
  type PostgresCluster,
  type StandbyCluster,
} from '../../support/postgres.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

const test = (name: string, body: () => Promise<void>): void => {
  testWith(['postgres'], name, body, 120_000);
};

interface Scene extends AsyncDisposable {
  readonly primary: PostgresCluster;
  readonly standby: StandbyCluster;
  readonly database: FreshDatabase;
  readonly replicas: Replicas;
  /** The primary is gone, and the address leads to the standby. */
  failOver(): Promise<void>;
}

async function startScene(how: 'synchronous' | 'asynchronous'): Promise<Scene> {
  await using made = new AsyncDisposableStack();
  const primary = made.use(await startPostgres());
  const database = await primary.freshDatabase();
  const standby = made.use(await primary.standby());
  if (how === 'synchronous') await replicateAtOnce(primary);
  const proxy: TcpProxy = made.use(await startTcpProxy(primary.port));
  const url = database.url.replace(`:${String(primary.port)}/`, `:${String(proxy.port)}/`);
  const replicas = made.use(await startReplicas(3, { ...database, url }));
  const all = made.move();
  return {
    primary,
    standby,
    database,
    replicas,
    failOver: async () => {
      await primary.stop('immediate');
      await standby.promote();
      proxy.target = standby.port;
      proxy.cutAll();
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** From now on each commit waits for a standby that is not there. */
async function holdCommits(primary: PostgresCluster): Promise<void> {
  await primary.query("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  await primary.query('SELECT pg_reload_conf()');
  let tried = 0;
  // The server's processes hear of it one after the other.
  await soon(async () => {
    primary.query(`CREATE TABLE probe_${String(tried++)} ()`).catch(() => undefined);
    return (await primary.query("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'")).length > 0;
  });
}

/** From now on each commit waits for the standby. */
async function replicateAtOnce(primary: PostgresCluster): Promise<void> {
  await holdCommits(primary);
  await primary.query("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
  await primary.query('SELECT pg_reload_conf()');
  await soon(async () => {
    const [row] = await primary.query('SELECT sync_state FROM pg_stat_replication');
    return row?.['sync_state'] === 'sync';
  });
}

interface Lent {
  readonly handle: string;
  readonly request: PreparedRequest;
}

async function lendOne({ replicas }: Scene, index: number): Promise<Lent & { readonly status: number }> {
  const handle = newHandle();
  const request = await replicas.prepare(replicas.job(), 'deploy', handle);
  const { status } = await replicas.send(index, '/token', request);
  return { handle, request, status };
}

async function soon(isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await isSo()); attempt++) {
    if (attempt === 400) throw new Error('It never came true.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function untilReady({ replicas }: Scene): Promise<void> {
  for (const index of [0, 1, 2]) {
    await soon(async () => (await replicas.ready(index)) === 200);
  }
}

const alarms = ({ logs }: Replicas): string[] =>
  logs.flatMap((log) =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.includes('restored from a backup')),
  );

test('B11 B28: a synchronous standby that takes over under load knows every proof and every lease', async () => {
  await using scene = await startScene('synchronous');
  const { replicas } = scene;
  const lent: Lent[] = [];
  let asked = 0;
  let over = false;
  const lanes = Array.from({ length: 9 }, async (_, lane) => {
    while (!over) {
      const one = await lendOne(scene, lane);
      if (one.status === 200) lent.push(one);
      asked += 1;
    }
  });
  await until(() => lent.length >= 60);
  await scene.failOver();
  const before = asked;
  await until(() => asked > before + 20);
  over = true;
  await Promise.all(lanes);
  await untilReady(scene);
  for (const [index, { request }] of lent.entries()) {
    const { status, body } = await replicas.send(index, '/token', request);
    expect([status, body['reason']]).toEqual([400, 'proof-replayed']);
  }
  for (const [index, { handle }] of lent.entries()) {
    const { status, body } = await replicas.giveBack(index, handle);
    expect([status, body['leases']]).toMatchObject([200, [{ state: 'revoked' }]]);
  }
  expect((await lendOne(scene, 1)).status).toBe(200);
  expect(alarms(replicas)).toEqual([]);
  await Promise.all([0, 1, 2].map((index) => replicas.kill(index, 'SIGTERM')));
  const { files } = brokerHost(new AbortController().signal);
  for (const log of replicas.logs)
    expect((await verifyAudit({ files: [log], allowGaps: false }, files)).problems).toEqual([]);
});

test('B28 B42: one that lags behind is taken for a store that was restored', async () => {
  await using scene = await startScene('asynchronous');
  const { replicas, standby } = scene;
  const known = await lendOne(scene, 0);
  const [at] = await scene.primary.query('SELECT pg_current_wal_lsn() AS at');
  await soon(async () => {
    const [row] = await standby.query(`SELECT pg_last_wal_replay_lsn() >= '${String(at?.['at'])}' AS there`);
    return row?.['there'] === true;
  });
  await standby.stop('immediate');
  const lost = await lendOne(scene, 1);
  expect([known.status, lost.status]).toEqual([200, 200]);
  // Each broker has marked how far the store had come.
  const marked = await scene.primary.query(
    'SELECT MAX(reached) AS at FROM broker_marks',
    scene.database.name,
  );
  await soon(async () => {
    const [row] = await scene.primary.query(
      `SELECT COUNT(*) AS number FROM broker_marks WHERE reached > ${String(marked[0]?.['at'])}`,
      scene.database.name,
    );
    return Number(row?.['number']) >= 2;
  });
  await scene.primary.stop('immediate');
  await standby.start();
  await scene.failOver();
  await untilReady(scene);
  await soon(() => Promise.resolve(alarms(replicas).length > 0));
  expect(alarms(replicas)).toHaveLength(1);
  for (const index of [0, 1, 2]) {
    await soon(async () => {
      const { body } = await replicas.send(index, '/token', lost.request);
      return body['reason'] === 'token-too-old';
    });
  }
  const { body } = await replicas.giveBack(0, known.handle);
  expect(body['leases']).toMatchObject([{ state: 'revoked' }]);
  // A token of the second in which it was noticed is from before.
  await soon(async () => (await lendOne(scene, 0)).status === 200);
});

test('B28: what is committed here, and maybe not on the synchronous standby, is not taken for durable', async () => {
  await using primary = await startPostgres();
  const { url } = await primary.freshDatabase();
  await holdCommits(primary);
  const database = await openPostgres(postgresOptions(url));
  const waiting =
    "FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'ephemeral-creds'";
  const outcome = database
    .transaction((sql) => sql.run('CREATE TABLE things (name TEXT)'))
    .then(
      () => 'durable',
      (error: unknown) => error,
    );
  await soon(async () => (await primary.query(`SELECT pid ${waiting}`)).length === 1);
  await primary.query(`SELECT pg_cancel_backend(pid) ${waiting}`);
  expect(await outcome).toMatchObject({
    name: 'StoreError',
    cause: { message: expect.stringMatching(/^the transaction may be lost: canceling wait for synchronous/) },
  });
  await database.close();
});
