/** Whoever may end leases does it at the same moment: three real brokers, a real backend, one database. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { Client } from 'pg';
import { openPostgres } from '../../../src/broker/store/postgres.ts';
import { openSqlStore } from '../../../src/broker/store/sql-store.ts';
import type { Store } from '../../../src/broker/store/store.ts';
import { postgresOptions } from '../../support/broker/databases.ts';
import { at, lend, mintsOf } from '../../support/broker/openings.ts';
import { startPostgres, type PostgresCluster } from '../../support/postgres.ts';
import { verifyAudit } from '../../../src/broker/commands/verify-audit.ts';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { newHandle, startReplicas } from '../../support/broker/replicas.ts';
import { startPostgresScene } from '../../support/broker/postgres-scene.ts';
import { githubHeaders, githubSecret, workflowJob } from '../../support/broker/webhooks.ts';
import { createAuthority } from '../../support/certificates.ts';
import { testWith } from '../../support/peers.ts';
import { closedPort } from '../../support/socket-server.ts';

const jobs = 30;

interface AuditLine {
  readonly message: string;
  readonly unmapped: { readonly lease_id?: string };
}

async function soon(isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await isSo()); attempt++) {
    if (attempt === 600) throw new Error('It never came true.');
    await pause(50);
  }
}

testWith(
  ['postgres'],
  'B34 B24 B41: operators, platform and jobs that end the same leases end each once, and none is left',
  async () => {
    await using backend = await startPostgresScene({ log_statement: 'ddl' });
    const database = await backend.cluster.freshDatabase();
    const servers = createAuthority('servers');
    const operators = createAuthority('operators');
    const ports = [await closedPort(), await closedPort(), await closedPort()];
    const own = servers.issue();
    const bob = operators.issue({ names: ['bob'] });
    await using replicas = await startReplicas(3, database, {
      env: { HOOK: githubSecret, APP_DB: backend.url() },
      files: { 'admin.crt': own.cert, 'admin.key': own.key, 'operators.crt': operators.cert },
      yaml: (yaml, index) =>
        `${yaml
          .replace(/_timeout: 2s/g, '_timeout: 30s')
          .replace(
            /  capped: .*/,
            '  capped: { engine: postgres, url: "env:APP_DB", database: app, grants: [app_ro] }',
          )}webhooks: [ { platform: github, secret: "env:HOOK", owners: ["123456"] } ]
admin:
  listen: 127.0.0.1:${String(ports[index])}
  tls: { certificate: admin.crt, key: admin.key, client_ca: operators.crt }
  operators: [ { id: bob, certificate: { subject: "CN=bob" }, rights: [read, revoke] } ]
`,
    });

    const operate = (index: number, selector: Record<string, string>): Promise<number> =>
      new Promise((done, fail) => {
        const body = JSON.stringify({ selector, reason: 'INC-7', wait: 5 });
        const sent = request(
          `https://localhost:${String(ports[index % 3])}/admin/leases/revoke`,
          { method: 'POST', ca: servers.cert, ...bob, headers: { 'content-type': 'application/json' } },
          (answer) => {
            answer.resume();
            answer.on('end', () => {
              done(answer.statusCode ?? 0);
            });
          },
        );
        sent.on('error', fail).end(body);
      });

    const lent = await Promise.all(
      Array.from({ length: jobs }, async (_, index) => {
        const job = replicas.job();
        const handle = newHandle();
        const { status } = await replicas.send(
          index,
          '/token',
          await replicas.prepare(job, 'capped', handle),
        );
        return { job, handle, status };
      }),
    );
    expect(lent.map(({ status }) => status)).toEqual(lent.map(() => 200));
    const logins = async (): Promise<string[]> =>
      (await backend.roles()).filter((name) => name.startsWith('ec_lse_'));
    expect(await logins()).toHaveLength(jobs);

    const acts = lent.flatMap(({ job, handle }, index) => {
      const body = JSON.stringify(workflowJob({ id: Number(job.id), run_id: Number(job.id) }));
      return [
        replicas.giveBack(index, handle),
        replicas.giveBack(index + 1, handle),
        replicas.send(index + 2, '/webhooks/github', {
          body,
          headers: { 'content-type': 'application/json', ...githubHeaders(body) },
        }),
      ];
    });
    const swept = [
      { repository: 'octo-org/octo-repo' },
      { role: 'capped' },
      { policy: 'deploy' },
      { repository_id: '456789' },
      { role: 'capped' },
    ].map((selector, index) => operate(index, selector));
    // An event that another broker is at is queued.
    for (const { status } of await Promise.all(acts)) expect([200, 202]).toContain(status);
    expect(await Promise.all(swept)).toEqual(swept.map(() => 200));

    const left = (): Promise<readonly unknown[]> =>
      backend.cluster.query("SELECT id FROM leases WHERE state <> 'revoked'", database.name);
    await soon(async () => (await left()).length === 0);
    expect(await logins()).toEqual([]);
    await soon(
      async () => (await backend.cluster.query('SELECT id FROM job_events', database.name)).length === 0,
    );
    await Promise.all([0, 1, 2].map((index) => replicas.kill(index, 'SIGTERM')));

    const said = backend.cluster.log();
    const dropped = [...said.matchAll(/statement: DROP ROLE IF EXISTS "?(ec_lse_\w+)/g)].map(
      ([, name]) => name,
    );
    expect(dropped).toHaveLength(jobs);
    expect(new Set(dropped).size).toBe(jobs);
    // Nobody waits in a circle.
    expect(said).not.toContain('deadlock detected');
    const revoked = replicas.logs
      .flatMap((log) => readFileSync(log, 'utf8').split('\n').filter(Boolean))
      .map((line) => JSON.parse(line) as AuditLine)
      .filter(({ message }) => message === 'lease revoked')
      .map(({ unmapped }) => unmapped.lease_id);
    expect(revoked).toHaveLength(jobs);
    expect(new Set(revoked).size).toBe(jobs);
    const { files } = brokerHost(new AbortController().signal);
    for (const log of replicas.logs)
      expect((await verifyAudit({ files: [log], allowGaps: false }, files)).problems).toEqual([]);
  },
  120_000,
);

interface Scene extends AsyncDisposable {
  readonly cluster: PostgresCluster;
  readonly store: Store;
  /** Somebody else who is in the middle of something. */
  readonly other: Client;
  readonly ids: readonly string[];
  /** Resolves when a statement of the store waits for somebody's lock. */
  untilWaiting(): Promise<void>;
}

async function startScene(): Promise<Scene> {
  await using made = new AsyncDisposableStack();
  const cluster = made.use(await startPostgres());
  const { url, name } = await cluster.freshDatabase();
  const store = await openSqlStore(await openPostgres(postgresOptions(url, { statementMs: 30_000 })));
  made.defer(() => store.close());
  const other = new Client({ connectionString: url });
  await other.connect();
  made.defer(() => other.end());
  const { leases } = await lend(store, { roles: ['deploy', 'other'] });
  expect(await store.activate(mintsOf(leases), at(1))).toBe('active');
  const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = '${name}' AND wait_event_type = 'Lock'`;
  const all = made.move();
  return {
    cluster,
    store,
    other,
    ids: leases.map(({ id }) => id),
    untilWaiting: () => soon(async () => (await cluster.query(waiting)).length === 1),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

testWith(
  ['postgres'],
  'B34: what is revoked while an operator’s revocation waits for it is not revoked again',
  async () => {
    await using scene = await startScene();
    const { store, other, ids } = scene;
    await other.query("BEGIN; UPDATE leases SET state = 'revoked'");
    const ending = store.endSelected({ role: 'deploy' }, { limit: 10, now: at(2) });
    await scene.untilWaiting();
    await other.query('COMMIT');
    expect((await ending).leases).toEqual([]);
    expect((await store.leases(ids)).map(({ state }) => state)).toEqual(['revoked', 'revoked']);
  },
  60_000,
);

testWith(
  ['postgres'],
  'B34: an operator’s revocation that waits for a job holds none of its leases',
  async () => {
    await using scene = await startScene();
    const { store, other } = scene;
    await other.query('BEGIN; UPDATE sessions SET ended = 1');
    const ending = store.endSelected({ role: 'deploy' }, { limit: 10, now: at(2) });
    await scene.untilWaiting();
    // As whoever ends a job goes on.
    await other.query("UPDATE leases SET state = 'revoking' WHERE role = 'deploy'");
    await other.query('COMMIT');
    expect((await ending).leases).toEqual([]);
    expect(scene.cluster.log()).not.toContain('deadlock detected');
  },
  60_000,
);
