// requirements B34: many leases at once, and a freeze that every replica heeds and no restart ends
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database, Sql } from '../../../src/broker/store/database.ts';
import { openSqlStore } from '../../../src/broker/store/sql-store.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import { openPostgres } from '../../../src/broker/store/postgres.ts';
import { readPostgresUrl } from '../../../src/broker/domain/postgres-url.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { backendName } from '../../../src/broker/domain/lease-record.ts';
import { Borrower, type Answer } from '../../support/broker/borrower.ts';
import { breakingEngine } from '../../support/broker/breaking-engine.ts';
import { lendMany } from '../../support/broker/many-leases.ts';
import { at, lend } from '../../support/broker/openings.ts';
import { startDesk, type OperatorDesk } from '../../support/broker/operator-desk.ts';
import { githubPolicy, type TestBrokerOptions } from '../../support/broker/test-broker.ts';
import { createAuthority } from '../../support/certificates.ts';
import { has, testWith } from '../../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../../support/postgres.ts';

const authority = createAuthority();
const drill = { reason: 'a drill', wait: 0 };
const breakingRole = '  deploy-prod: { engine: breaking }\n  plain: { engine: jwt,';

const sharedKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const withEngine = (options: TestBrokerOptions): TestBrokerOptions => ({
  ...options,
  policies: { 'github.yaml': githubPolicy },
  yaml: (yaml) => {
    const changed = yaml.replace('  deploy-prod: { engine: jwt,', breakingRole);
    return options.yaml?.(changed) ?? changed;
  },
});

const borrowAs = (job: string, { broker }: OperatorDesk): Promise<Answer> =>
  new Borrower(broker).borrow({ token: { claims: { check_run_id: job } } });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'B34-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('B34: one request revokes what many jobs hold', () => {
  const many = 10_000;

  test('ten thousand: every object of the backend is gone, and every session has ended', async () => {
    const storePath = join(folder, 'broker.db');
    const engine = breakingEngine();
    const database = openSqlite(storePath);
    const store = await openSqlStore(database);
    const ends = { createdAt: at(0), endsAt: at(900) };
    const objects = await lendMany(database, {
      count: many,
      engine: 'breaking',
      role: 'deploy-prod',
      ...ends,
    });
    await store.close();
    for (const object of objects) engine.objects.add(object);
    const desk = await startDesk(authority.cert, withEngine({ engines: [engine], storePath }));
    const selector = { repository: 'octo-org/octo-repo' };
    const done = await desk.post('/admin/leases/revoke', { ...drill, selector });
    expect(done.body).toMatchObject({ leases: many, sessions: many });
    // Each round does its share.
    for (let rounds = 0; engine.objects.size > 0 && rounds < many; rounds++) await desk.broker.tick();
    expect(engine.objects.size).toBe(0);
    const again = await desk.post('/admin/leases/revoke', { ...drill, selector });
    expect(again.body).toMatchObject({ leases: 0, sessions: 0 });
    expect((await desk.get('/admin/leases')).body).toEqual({ leases: [] });
    await desk.broker.stop();
  }, 180_000);
});

test('B34: whom the queue has forestalled waits for its attempt, and for no clock', async () => {
  const engine = breakingEngine();
  const held = heldClaims();
  const desk = await startDesk(authority.cert, withEngine({ engines: [engine], between: held.between }));
  expect((await borrowAs('1', desk)).status).toBe(200);
  held.onEnded = async () => {
    // The queue has claimed the lease, and is not told so yet.
    void desk.broker.tick();
    await held.byQueue;
  };
  // No time passes here.
  const done = await desk.post('/admin/leases/revoke', { ...drill, selector: { role: 'deploy-prod' } });
  expect(done.body).toMatchObject({ leases: 1, over: 1 });
  expect(engine.objects.size).toBe(0);
  await desk.broker.stop();
});

test('B34: of a store of its own what nobody is at any more is not waited for', async () => {
  const engine = breakingEngine();
  const held = heldClaims('lost');
  const desk = await startDesk(authority.cert, withEngine({ engines: [engine], between: held.between }));
  expect((await borrowAs('1', desk)).status).toBe(200);
  // The queue has claimed the lease, and is never told so.
  held.onEnded = () => desk.broker.tick().catch(() => undefined);
  const done = await desk.post('/admin/leases/revoke', { ...drill, selector: { role: 'deploy-prod' } });
  expect(done.body).toMatchObject({ leases: 1, over: 0, revoking: 1 });
  await desk.broker.stop();
});

interface HeldClaims {
  readonly between: (database: Database) => Database;
  /** Called once, when an operator's request has ended leases and before it is told. */
  onEnded: (() => Promise<void>) | undefined;
  /** Resolves when the queue's claim is in the store. */
  readonly byQueue: Promise<undefined>;
}

/** A real database that answers the queue's claim of a lease only after a request has failed to claim it, and looked; or never. */
function heldClaims(answer: 'late' | 'lost' = 'late'): HeldClaims {
  const [byQueue, byRequest] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const held: HeldClaims = {
    onEnded: undefined,
    byQueue: byQueue.promise,
    between: (database) => ({
      ...database,
      transaction: async (work, purpose) => {
        const said = new Set<string>();
        const noting = (sql: Sql): Sql => ({
          ...sql,
          run: async (text, ...values) => {
            const rows = await sql.run(text, ...values);
            if (text.startsWith('UPDATE leases SET next_at = $2 WHERE')) said.add('request');
            if (rows.length > 0 && text.startsWith('WITH due') && text.includes('leases')) said.add('queue');
            if (rows.length > 0 && text.startsWith("UPDATE leases SET state = 'revoking'")) said.add('ended');
            return rows;
          },
        });
        const result = await database.transaction((sql) => work(noting(sql)), purpose);
        const { onEnded } = held;
        if (said.has('ended') && onEnded !== undefined) {
          held.onEnded = undefined;
          await onEnded();
        }
        if (said.has('queue')) {
          byQueue.resolve(undefined);
          if (answer === 'lost') throw new Error('a fault of the test');
          await byRequest.promise;
        }
        if (said.has('request'))
          void turns(20).then(() => {
            byRequest.resolve(undefined);
          });
        return result;
      },
    }),
  };
  return held;
}

/** So many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((next) => setImmediate(next));
}

test('B34: a freeze survives a restart', async () => {
  const storePath = join(folder, 'broker.db');
  const first = await startDesk(authority.cert, { storePath });
  await first.post('/admin/freeze', { frozen: true, reason: 'INC-7' });
  await first.broker.stop();
  const second = await startDesk(authority.cert, { storePath });
  expect((await new Borrower(second.broker).borrow()).status).toBe(503);
  expect((await second.get('/admin/freeze')).body).toMatchObject({ frozen: true, reason: 'INC-7' });
  await second.post('/admin/freeze', { frozen: false, reason: 'over' });
  expect((await new Borrower(second.broker).borrow()).status).toBe(200);
  await second.broker.stop();
});

describe('B34: of two brokers on one PostgreSQL', () => {
  let cluster: PostgresCluster;
  const desks: OperatorDesk[] = [];

  beforeAll(async () => {
    if (has('postgres')) cluster = await startPostgres();
  });

  afterEach(async () => {
    await Promise.all(desks.splice(0).map(({ broker }) => broker.stop()));
  });

  afterAll(async () => {
    if (has('postgres')) await cluster[Symbol.asyncDispose]();
  });

  async function replicas(
    engine = breakingEngine(),
    fill?: (url: string) => Promise<void>,
  ): Promise<readonly [OperatorDesk, OperatorDesk]> {
    const { url } = await cluster.freshDatabase();
    await fill?.(url);
    const start = (): Promise<OperatorDesk> =>
      startDesk(
        authority.cert,
        withEngine({
          engines: [engine],
          env: { STORE: url },
          yaml: (yaml) =>
            yaml.replace(
              '{ sqlite: ./broker.db }',
              '{ postgres: "env:STORE" }\naudit_key: /etc/broker/audit.pem',
            ),
          beforeStart: ({ disk }) => void disk.set('/etc/broker/signing.pem', sharedKey),
        }),
      );
    const [one, other] = [await start(), await start()];
    desks.push(one, other);
    return [one, other];
  }

  testWith(['postgres'], 'what the one is told the other heeds at once', async () => {
    const [one, other] = await replicas();
    expect((await borrowAs('1', other)).status).toBe(200);
    await one.post('/admin/freeze', { frozen: true, reason: 'INC-7' });
    expect((await borrowAs('2', other)).status).toBe(503);
    await other.post('/admin/freeze', { frozen: false, reason: 'over' });
    expect((await borrowAs('2', one)).status).toBe(200);
  });

  testWith(
    ['postgres'],
    'a mint that the other has under way is not delivered, and leaves nothing',
    async () => {
      const engine = breakingEngine();
      const [one, other] = await replicas(engine);
      engine.issueFails = 'hangs';
      const answer = new Borrower(other.broker).borrow();
      await engine.waiting;
      await one.post('/admin/freeze', { frozen: true, reason: 'INC-7' });
      engine.release();
      expect((await answer).status).toBe(503);
      expect(engine.objects.size).toBe(0);
    },
  );

  testWith(
    ['postgres'],
    'one request revokes what many jobs hold, both work it off, and each lease is revoked once',
    async () => {
      const many = 60;
      const engine = breakingEngine();
      const revoked: string[] = [];
      const { revoke } = engine;
      engine.revoke = (lease, signal) => {
        revoked.push(lease.id);
        return revoke(lease, signal);
      };
      const [one, other] = await replicas(engine, async (url) => {
        const address = readPostgresUrl(new Secret(url), 'env:STORE');
        const limits = { connections: 5, connectMs: 30_000, statementMs: 30_000 };
        const store = await openSqlStore(await openPostgres({ address, ca: undefined, ...limits }));
        // The clock is the database's.
        const atSeconds = Math.floor((Date.now() - at(0).getTime()) / 1000);
        const differing = { engine: 'breaking', roles: ['deploy-prod'], atSeconds };
        const lent = await Promise.all(Array.from({ length: many }, () => lend(store, differing)));
        for (const { leases } of lent) for (const { id } of leases) engine.objects.add(backendName(id));
        await store.close();
      });
      const selector = { policy: 'p' };
      // A server that is slow runs into time limits, and what was claimed is free again after a while.
      const seconds = setInterval(() => {
        for (const { broker } of [one, other]) broker.world.clock.advance(1);
      }, 1000);
      try {
        const done = await one.post('/admin/leases/revoke', { ...drill, selector });
        expect(done.body).toMatchObject({ leases: many, sessions: many });
        while (engine.objects.size > 0) await Promise.all([one.broker.tick(), other.broker.tick()]);
      } finally {
        clearInterval(seconds);
      }
      expect(new Set(revoked).size).toBe(many);
      expect(revoked).toHaveLength(many);
      expect((await other.get('/admin/leases')).body).toEqual({ leases: [] });
    },
    180_000,
  );

  testWith(['postgres'], 'the one ends sessions of the other', async () => {
    const engine = breakingEngine();
    const [one, other] = await replicas(engine);
    await new Borrower(other.broker).borrow();
    expect(engine.objects.size).toBe(1);
    const done = await one.post('/admin/leases/revoke', { ...drill, selector: { role: 'deploy-prod' } });
    expect(done.body).toMatchObject({ leases: 1, sessions: 1, over: 1 });
    expect(engine.objects.size).toBe(0);
  });
});
