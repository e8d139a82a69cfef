// B19: the broker’s process is killed in the middle of lending. What may exist afterwards is revoked, or is a lease’s.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { LiveBroker, type ProcessOptions } from '../../support/broker/live-broker.ts';
import { startPostgresScene, type PostgresScene } from '../../support/broker/postgres-scene.ts';
import { testWith } from '../../support/peers.ts';
import { startTcpProxy, type Fate, type TcpProxy } from '../../support/tcp-proxy.ts';

let started: Promise<PostgresScene> | undefined;
const scene = (): Promise<PostgresScene> => (started ??= startPostgresScene());

afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]();
});

const pg = (name: string, body: () => Promise<void>): void => {
  testWith(['postgres'], name, body, 90_000);
};

const dyingHook = resolve('test/support/broker/die-at.ts');

/** A broker whose ways to its store and to the backend go through the test. */
interface Stage extends AsyncDisposable {
  readonly broker: LiveBroker;
  readonly toBackend: TcpProxy;
  readonly toStore: TcpProxy;
  /** Its leases by id; in PostgreSQL only. */
  leases(): Promise<Map<string, string>>;
  /** What others would see half a minute later: nobody is at a mint any more. */
  ageMints(): Promise<void>;
  /** @param dieAt where it is to kill itself */
  startAgain(dieAt?: string): Promise<void>;
}

async function stage(store: 'sqlite' | 'postgres'): Promise<Stage> {
  const { cluster, url } = await scene();
  const database = await cluster.freshDatabase();
  const [toBackend, toStore] = await Promise.all([startTcpProxy(cluster.port), startTcpProxy(cluster.port)]);
  const storeUrl = new URL(database.url);
  storeUrl.port = String(toStore.port);
  storeUrl.searchParams.set('sslmode', 'disable');
  const role = 'deploy-prod: { engine: postgres, url: "env:APP_URL", database: app, grants: [app_ro] }';
  const options: ProcessOptions = {
    env: { APP_URL: url({ port: toBackend.port }), STORE_URL: storeUrl.href },
    yaml: (yaml) => {
      const lending = yaml.replace(/deploy-prod: \{.*\}(?= \})/, role);
      return store === 'sqlite'
        ? lending
        : lending.replace(
            /store: .*/,
            'store: { postgres: "env:STORE_URL" }\nsigning_key: ./signing.pem\naudit_key: ./audit.pem',
          );
    },
  };
  const broker = await LiveBroker.prepare(options);
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(broker.folder, 'signing.pem'), pem, { mode: 0o600 });
  const start = async (dieAt?: string): Promise<void> => {
    const dying = dieAt && { node: ['--import', dyingHook], env: { ...options.env, DIE_AT: dieAt } };
    broker.run({ ...options, ...dying });
    await broker.says('listens on');
  };
  await start();
  return {
    broker,
    toBackend,
    toStore,
    leases: async () => {
      const rows = await cluster.query('SELECT id, state FROM leases', database.name);
      return new Map(rows.map(({ id, state }) => [String(id), String(state)]));
    },
    ageMints: async () => {
      await cluster.query(
        'UPDATE leases SET created_at = created_at - 31000 WHERE minting = 1',
        database.name,
      );
    },
    startAgain: start,
    [Symbol.asyncDispose]: async () => {
      await broker[Symbol.asyncDispose]();
      await Promise.all([toBackend, toStore].map((proxy) => proxy[Symbol.asyncDispose]()));
    },
  };
}

/** Where it is killed: what it says there, over which way, and how far that comes. */
interface Step {
  readonly over: 'toBackend' | 'toStore';
  readonly saying: string;
  /** Said on the same connection before it. */
  readonly after?: string;
  readonly fate: Fate;
}

const activation = "UPDATE leases SET state = CASE state WHEN 'intent'";
const beforeEngine: Step = { over: 'toBackend', saying: 'CREATE ROLE', fate: 'cut' };
const afterEngine: Step = { over: 'toBackend', saying: 'COMMIT', after: 'CREATE ROLE', fate: 'pass' };
const beforeActivation: Step = { over: 'toStore', saying: activation, fate: 'cut' };
const beforeAnswer: Step = { over: 'toStore', saying: 'COMMIT', after: activation, fate: 'pass' };

/** Stops the process in the middle of what it does, and kills it when that has had its effect. */
async function killAt(on: Stage, step: Step, effect: () => Promise<boolean>): Promise<void> {
  const reached = Promise.withResolvers<undefined>();
  const prepared = new Set<number>();
  on[step.over].judge = (piece, connection) => {
    if (step.after !== undefined && piece.includes(step.after)) prepared.add(connection);
    if (!piece.includes(step.saying) || (step.after !== undefined && !prepared.has(connection)))
      return 'pass';
    on.broker.child.kill('SIGSTOP');
    reached.resolve(undefined);
    return step.fate;
  };
  const lent = on.broker.borrow().then(
    ({ status }) => status,
    () => 'no answer',
  );
  await reached.promise;
  await eventually(effect);
  on.broker.child.kill('SIGKILL');
  await on.broker.ended;
  expect(await lent).toBe('no answer');
  on[step.over].judge = () => 'pass';
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

const mintsAreOpen = (on: Stage) => async (): Promise<boolean> =>
  [...(await on.leases()).values()].join() === 'intent';
/** The backend's objects; owners of the test's databases have names that begin alike. */
const objects = async (): Promise<string[]> =>
  (await (await scene()).roles()).filter((name) => name.startsWith('ec_lse_'));
const rolesAre = (count: number) => async (): Promise<boolean> => (await objects()).length === count;

describe('B19: killed, with the store in PostgreSQL,', () => {
  pg('before the engine was asked: what never was is revoked by name', async () => {
    await using on = await stage('postgres');
    await killAt(on, beforeEngine, mintsAreOpen(on));
    await on.ageMints();
    await on.startAgain();
    await eventually(async () => [...(await on.leases()).values()].join() === 'revoked');
    expect(await rolesAre(0)()).toBe(true);
  });

  pg('after the engine made its object: it is revoked by name', async () => {
    await using on = await stage('postgres');
    await killAt(on, afterEngine, rolesAre(1));
    expect(await mintsAreOpen(on)()).toBe(true);
    await on.ageMints();
    await on.startAgain();
    await eventually(rolesAre(0));
    await eventually(async () => [...(await on.leases()).values()].join() === 'revoked');
  });

  pg('before the lease is active: the object that nobody received is revoked', async () => {
    await using on = await stage('postgres');
    await killAt(on, beforeActivation, rolesAre(1));
    expect(await mintsAreOpen(on)()).toBe(true);
    await on.ageMints();
    await on.startAgain();
    await eventually(rolesAre(0));
  });

  pg('before the answer: the object is an active lease’s, and the job’s handle gives it back', async () => {
    await using on = await stage('postgres');
    await killAt(on, beforeAnswer, async () => [...(await on.leases()).values()].join() === 'active');
    await on.startAgain();
    const [[id = '', state] = []] = await on.leases();
    expect([await objects(), state]).toEqual([[`ec_${id}`], 'active']);
    const body = new URLSearchParams({ token: on.broker.handles[0] ?? '' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await on.broker.post('/revoke', { headers, body })).status).toBe(200);
    await eventually(rolesAre(0));
  });
});

/** What the audit log says of leases, in its order; the store is the broker's alone. */
const said = (on: Stage): string[] =>
  on.broker
    .audit()
    .map((line) => (JSON.parse(line) as { message: string }).message)
    .filter((message) => message.startsWith('lease '));

describe('B19: killed, with the store in SQLite,', () => {
  pg('before the engine was asked: what never was is taken up before anyone is answered', async () => {
    await using on = await stage('sqlite');
    await killAt(on, beforeEngine, () => Promise.resolve(true));
    await on.startAgain();
    expect(said(on).slice(0, 2)).toEqual(['lease intent', 'lease revoking']);
    await eventually(() => Promise.resolve(said(on).includes('lease revoked')));
    expect(await rolesAre(0)()).toBe(true);
  });

  pg('after the engine made its object: it is taken up before anyone is answered, and revoked', async () => {
    await using on = await stage('sqlite');
    await killAt(on, afterEngine, rolesAre(1));
    await on.startAgain();
    expect(said(on).slice(0, 2)).toEqual(['lease intent', 'lease revoking']);
    await eventually(rolesAre(0));
  });

  /** It kills itself there, since no proxy stands between it and its file. */
  async function dieAt(on: Stage, place: 'activation' | 'answer'): Promise<void> {
    on.broker.child.kill('SIGKILL');
    await on.broker.ended;
    await on.startAgain(place);
    await expect(on.broker.borrow()).rejects.toThrow('fetch failed');
    expect(await on.broker.ended).toBe('SIGKILL');
    expect([said(on), await rolesAre(1)()]).toEqual([['lease intent', 'lease active'], true]);
    await on.startAgain();
  }

  pg(
    'before the lease is active: its object is taken up before anyone is answered, and revoked',
    async () => {
      await using on = await stage('sqlite');
      await dieAt(on, 'activation');
      expect(said(on)[2]).toBe('lease revoking');
      await eventually(rolesAre(0));
    },
  );

  pg('before the answer: the object lives, and the job’s handle gives it back', async () => {
    await using on = await stage('sqlite');
    await dieAt(on, 'answer');
    expect([said(on)[2], await rolesAre(1)()]).toEqual([undefined, true]);
    const body = new URLSearchParams({ token: on.broker.handles[0] ?? '' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await on.broker.post('/revoke', { headers, body });
    expect(JSON.parse(answer.text)).toMatchObject({ leases: [{ state: 'revoked' }] });
    expect(await rolesAre(0)()).toBe(true);
  });
});

describe('B19: killed, where all is lent at once,', () => {
  test.each(['audit', 'delivery'])(
    'at the %s: the same request counts no more, and the handle gives back what nobody received',
    async (place) => {
      await using broker = await LiveBroker.prepare();
      broker.run({ node: ['--import', dyingHook], env: { DIE_AT: place } });
      await broker.says('listens on');
      let sent: Parameters<typeof broker.post>[1] | undefined;
      const lending = broker.borrow((path, init) => broker.post(path, (sent = init)));
      await expect(lending).rejects.toThrow('fetch failed');
      expect(await broker.ended).toBe('SIGKILL');
      broker.run();
      await broker.says('listens on');
      expect((await broker.post('/token', sent ?? { headers: {}, body: '' })).status).toBe(400);
      const body = new URLSearchParams({ token: broker.handles[0] ?? '' }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await broker.post('/revoke', { headers, body });
      expect(JSON.parse(answer.text)).toMatchObject({ leases: [{ state: 'revoked' }] });
    },
    60_000,
  );
});
