/** B23: a PostgreSQL that is slow, and more to be revoked in it than this broker has connections. */
import { afterAll, afterEach, expect, jest } from '@jest/globals';
import { postgres } from '../../../src/broker/engines/postgres.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { freshLease } from '../../support/broker/leases.ts';
import { readyEngine, startPostgresScene, type PostgresScene } from '../../support/broker/postgres-scene.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import { testWith } from '../../support/peers.ts';

let started: Promise<PostgresScene> | undefined;
const scene = (): Promise<PostgresScene> => (started ??= startPostgresScene());
let broker: TestBroker | undefined;

afterEach(async () => {
  jest.useRealTimers();
  await broker?.stop();
  broker = undefined;
});

afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]();
});

const pg = (name: string, body: () => Promise<void>): void => {
  testWith(['postgres'], name, body, 60_000);
};

/** Only what limits the time of connecting and of statements stands still: `jest.advanceTimersByTime`. */
function holdTimers(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
}

const connected = 4;

pg(
  'B23: who waits for a connection of ours that is in use is not told after 5 s that the server is away',
  async () => {
    const { url, cluster, roles } = await scene();
    await using ready = readyEngine({ 'env:URL': url() });
    const ids = Array.from({ length: 24 }, freshLease);
    for (const id of ids) await ready.issue(id);
    holdTimers();
    // So many connections are open from here on, and as many drops wait for their first answer.
    await Promise.all(ids.splice(0, connected).map((id) => ready.revoke(id)));
    cluster.pause();
    const drops = Promise.allSettled(ids.map((id) => ready.revoke(id)));
    await new Promise((resolve) => setImmediate(resolve));
    // Longer than connecting may take, and shorter than a statement.
    jest.advanceTimersByTime(6000);
    cluster.resume();
    expect((await drops).filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await roles()).toEqual([]);
  },
);

pg(
  'B23: who waits for a connection of ours goes when nobody wants the answer any more, and leaves nothing behind',
  async () => {
    const { url, cluster } = await scene();
    await using ready = readyEngine({ 'env:URL': url() });
    const ids = Array.from({ length: 8 }, freshLease);
    for (const id of ids) await ready.issue(id);
    cluster.pause();
    holdTimers();
    // At once, and while the first four connect.
    for (const turns of [0, 3]) {
      const ending = new AbortController();
      const drops = Promise.allSettled(ids.map((id) => ready.revoke(id, ending.signal)));
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      ending.abort(new Error('nobody waits for it'));
      expect((await drops).map(({ status }) => status)).toEqual(Array(8).fill('rejected'));
    }
    cluster.resume();
    await Promise.all(ids.map((id) => ready.revoke(id)));
  },
);

pg('B23: a server that lets nobody in still ends the attempt in 5 s', async () => {
  const { url, cluster } = await scene();
  await using ready = readyEngine({ 'env:URL': url() });
  cluster.pause();
  holdTimers();
  const drops = Promise.allSettled(Array.from({ length: 6 }, () => ready.revoke(freshLease())));
  const over = new AbortController();
  void drops.then(() => {
    over.abort();
  });
  // Those that wait for the first four are let try after them.
  while (!over.signal.aborted) {
    jest.advanceTimersByTime(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  cluster.resume();
  expect(await drops).toMatchObject(
    Array(6).fill({ reason: { message: 'PostgreSQL: dropping the login role failed (no answer)' } }),
  );
});

pg(
  'B23: twenty logins whose dropping takes four seconds each are dropped without one attempt that fails',
  async () => {
    const { url, roles } = await scene();
    const engine = {
      ...postgres,
      name: 'slow-postgres',
      open: (tools: Parameters<typeof postgres.open>[0]) => {
        const open = postgres.open(tools);
        return {
          ...open,
          revoke: async (...asked: Parameters<typeof open.revoke>) => {
            running.world.clock.advance(4);
            await open.revoke(...asked);
          },
        };
      },
    };
    const running = await startTestBroker({
      engines: [engine],
      env: { URL: url() },
      yaml: (yaml) =>
        yaml.replace(
          / {2}deploy-prod: .*/,
          '  deploy-prod: { engine: slow-postgres, url: "env:URL", database: app, grants: [app_ro], host: db.example.com }',
        ),
    });
    broker = running;
    for (let job = 0; job < 20; job++)
      await new Borrower(running).borrow({ token: { claims: { check_run_id: String(500 + job) } } });
    expect(await roles()).toHaveLength(20);
    running.world.clock.advance(901);
    const failures = (): unknown[] =>
      running.world.auditLines().filter(({ message }) => message.startsWith('revoking failed'));
    while ((await roles()).length > 0 && failures().length === 0) await running.tick();
    expect(failures()).toEqual([]);
    expect(await roles()).toEqual([]);
  },
);
