/** Three real brokers on one real PostgreSQL. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { verifyAudit } from '../../../src/broker/commands/verify-audit.ts';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import {
  newHandle,
  startReplicas,
  type PreparedRequest,
  type ReplicaJob,
  type Replicas,
} from '../../support/broker/replicas.ts';
import { has, testWith } from '../../support/peers.ts';
import { startPostgres, type FreshDatabase, type PostgresCluster } from '../../support/postgres.ts';

let cluster: PostgresCluster;
let database: FreshDatabase;
let replicas: Replicas;

beforeAll(async () => {
  if (has('postgres')) cluster = await startPostgres();
});

beforeEach(async () => {
  database = await cluster.freshDatabase();
  replicas = await startReplicas(3, database);
}, 60_000);

afterEach(async () => {
  await replicas[Symbol.asyncDispose]();
});

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const test = (name: string, body: () => Promise<void>): void => {
  testWith(['postgres'], name, body, 120_000);
};

/** Each request at another replica, all at once. @returns status and reason of each */
async function atOnce(requests: readonly PreparedRequest[]): Promise<string[]> {
  const answers = await Promise.all(requests.map((each, index) => replicas.send(index, '/token', each)));
  return answers.map(({ status, body }) => [status, body['reason']].join(' ').trim()).toSorted();
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('three brokers on one PostgreSQL', () => {
  test('B11 B28: a proof is taken by one of them, and by none after a restart', async () => {
    const request = await replicas.prepare(replicas.job(), 'deploy');
    const replayed = '400 proof-replayed';
    expect(await atOnce(times(6, request))).toEqual(['200', ...times(5, replayed)]);
    await replicas.kill(1, 'SIGKILL');
    await replicas.kill(2, 'SIGTERM');
    await Promise.all([replicas.start(1), replicas.start(2)]);
    expect(await atOnce(times(3, request))).toEqual(times(3, replayed));
  });

  test('B28: one session per job and role, budgets and caps hold across them', async () => {
    const job = (): ReplicaJob => replicas.job();
    const prepare = (each: ReplicaJob, role: string): Promise<PreparedRequest> =>
      replicas.prepare(each, role);
    const first = job();
    const others: ReplicaJob[] = [first, { ...job(), id: first.id }, { ...job(), id: first.id }];
    const one = await Promise.all(others.map((each) => prepare(each, 'deploy')));
    expect(await atOnce(one)).toEqual(['200', ...times(2, '403 role-in-use')]);

    const eager = job();
    const nine = await Promise.all(times(9, eager).map((each) => prepare(each, 'deploy')));
    expect(await atOnce(nine)).toEqual([...times(5, '200'), ...times(4, '403 denied')]);

    const capped = await Promise.all(times(9, 0).map(() => prepare(job(), 'capped')));
    expect(await atOnce(capped)).toEqual([...times(3, '200'), ...times(6, '403 denied')]);
  });

  test('B28: under load, one killed at random: what was lent is given back, and nothing is lost', async () => {
    const jobs = times(60, 0).map(() => ({ job: replicas.job(), handle: newHandle() }));
    const victim = Math.floor(Math.random() * replicas.count);
    let asked = 0;
    const story = async ({ job, handle }: (typeof jobs)[number], index: number): Promise<void> => {
      await untilTaken(index, async (at) =>
        replicas.send(at, '/token', await replicas.prepare(job, 'deploy', handle)),
      );
      asked += 1;
      if (asked === 20) {
        await replicas.kill(victim, 'SIGKILL');
        await replicas.start(victim);
      }
      await untilTaken(index + 1, (at) => replicas.giveBack(at, handle));
    };
    const lanes = times(12, 0).map(async (_, lane) => {
      for (let index = lane; index < jobs.length; index += 12) {
        const mine = jobs[index];
        if (mine !== undefined) await story(mine, index);
      }
    });
    await Promise.all(lanes);

    const live = await cluster.query(
      "SELECT id, state, minting FROM leases WHERE NOT (state IN ('revoked', 'superseded', 'void') OR (state = 'revoking'))",
      database.name,
    );
    expect(live).toEqual([]);
    const sessions = await cluster.query(
      'SELECT COUNT(*) AS number FROM sessions WHERE ended = 1',
      database.name,
    );
    expect(sessions).toEqual([{ number: '60' }]);
    await Promise.all([0, 1, 2].map((index) => replicas.kill(index, 'SIGTERM')));
    const { files } = brokerHost(new AbortController().signal);
    for (const log of replicas.logs)
      expect((await verifyAudit({ files: [log], allowGaps: false }, files)).problems).toEqual([]);
  });

  test('B27: while the store is away nothing is lent or given back, all say so, and go on without a restart', async () => {
    const { handle, lent } = await lendOne();
    expect(lent).toBe(200);
    for (const [away, back] of [
      [
        () => {
          cluster.pause();
        },
        () => {
          cluster.resume();
        },
      ],
      [() => cluster.stop('immediate'), () => cluster.start()],
    ] as const) {
      await away();
      const asked = await replicas.send(0, '/token', await replicas.prepare(replicas.job(), 'deploy'));
      expect([asked.status, asked.body['reason']]).toEqual([503, 'store']);
      expect((await replicas.giveBack(1, handle)).status).toBe(503);
      await untilReadiness(2, 503);
      await back();
      for (const index of [0, 1, 2]) await untilReadiness(index, 200);
      expect((await lendOne()).lent).toBe(200);
    }
    const { status, body } = await replicas.giveBack(1, handle);
    expect([status, (body['leases'] as { state: string }[])[0]?.state]).toEqual([200, 'revoked']);
  });
});

async function lendOne(): Promise<{ handle: string; lent: number }> {
  const handle = newHandle();
  const request = await replicas.prepare(replicas.job(), 'deploy', handle);
  return { handle, lent: (await replicas.send(0, '/token', request)).status };
}

/** As clients do: whoever does not answer, or cannot, is asked again, or another is. */
async function untilTaken(
  first: number,
  ask: (index: number) => Promise<{ status: number; body: unknown }>,
): Promise<void> {
  for (let index = first; index < first + 200; index++) {
    const { status, body } = await ask(index);
    if (status === 200) return;
    if (status !== 0 && status !== 503) throw new Error(`${String(status)} ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nobody took it');
}

/** Each finds out once a second at most. */
async function untilReadiness(index: number, status: 200 | 503): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if ((await replicas.ready(index)) === status) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`/readyz never answered ${String(status)}`);
}
