import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { denied } from '../../../src/broker/domain/refusal.ts';
import type { PreparedRole } from '../../../src/broker/engines/engine.ts';
import { breakingEngine } from '../../support/broker/breaking-engine.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { failingDatabase } from '../../support/broker/failing-database.ts';
import { engineTools } from '../../support/broker/engine-tools.ts';
import {
  githubPolicy,
  startTestBroker,
  type TestBroker,
  type TestBrokerOptions,
} from '../../support/broker/test-broker.ts';
import { whileTimePasses } from '../../support/broker/while-time-passes.ts';

let broker: TestBroker | undefined;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ec-faults-'));
});

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
  rmSync(folder, { recursive: true });
});

async function start(options: TestBrokerOptions = {}): Promise<TestBroker> {
  broker = await startTestBroker({ storePath: join(folder, 'broker.db'), ...options });
  return broker;
}

const policy = githubPolicy.replace(
  '- { role: legacy',
  '- { role: second, access: write }\n  - { role: legacy',
);

function twoBackends(first = breakingEngine('first'), second = breakingEngine('second')): TestBrokerOptions {
  return {
    engines: [first, second],
    yaml: (yaml) =>
      yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: first }\n  second: { engine: second }'),
    policies: { 'github.yaml': policy },
  };
}

describe('when the audit log cannot be written', () => {
  test('nothing is minted', async () => {
    const engine = breakingEngine('first');
    const running = await start(twoBackends(engine));
    const job = new Borrower(running);
    running.world.auditFails = true;
    const answer = await job.borrow();
    expect(answer).toMatchObject({
      status: 503,
      body: { error: 'temporarily_unavailable', reason: 'audit' },
    });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(engine.objects.size).toBe(0);
    running.world.auditFails = false;
    expect((await job.giveBack()).body).toEqual({ leases: [] });
  });

  test('after minting, what was minted is taken back', async () => {
    const engine = breakingEngine('first');
    engine.issueFails = 'hangs';
    const running = await start(twoBackends(engine));
    const job = new Borrower(running);
    const lending = job.borrow();
    await engine.waiting;
    running.world.auditFails = true;
    engine.release();
    expect(await lending).toMatchObject({ status: 503, body: { reason: 'audit' } });
    expect(engine.objects.size).toBe(0);
  });

  test('giving back still works', async () => {
    const engine = breakingEngine('first');
    const running = await start(twoBackends(engine));
    const job = new Borrower(running);
    await job.borrow();
    running.world.auditFails = true;
    expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
    expect(engine.objects.size).toBe(0);
  });
});

describe('when a backend fails', () => {
  test.each(['before', 'after'] as const)(
    '%s it made the object, nothing of the request stays alive',
    async (when) => {
      const first = breakingEngine('first');
      const second = breakingEngine('second');
      second.issueFails = when;
      const running = await start(twoBackends(first, second));
      const job = new Borrower(running);
      const answer = await job.borrow({ roles: ['deploy-prod', 'second', 'legacy'] });
      expect(answer).toMatchObject({
        status: 503,
        body: { error: 'temporarily_unavailable', reason: 'backend' },
      });
      expect(JSON.stringify(answer.body)).not.toContain('the backend');
      expect([...first.objects, ...second.objects]).toEqual([]);
      expect(String(running.world.auditLines().at(-1)?.unmapped?.['cause'])).toMatch('the backend');
    },
  );

  test('B20: of several roles what was minted is revoked, the last first, and what fails there stays queued', async () => {
    const engines = ['first', 'second', 'third'].map((name) => breakingEngine(name));
    const [first, second, third] = engines;
    const order: string[] = [];
    for (const engine of engines) {
      const { revoke } = engine;
      engine.revoke = (lease, signal) => {
        order.push(engine.name);
        return revoke(lease, signal);
      };
    }
    if (first === undefined || second === undefined || third === undefined) throw new Error('three engines');
    const options = twoBackends(first, second);
    const running = await start({
      engines,
      yaml: (yaml) =>
        (options.yaml?.(yaml) ?? yaml).replace('  second:', '  third: { engine: third }\n  second:'),
      policies: {
        'github.yaml': policy.replace(
          '- { role: second',
          '- { role: third, access: write }\n  - { role: second',
        ),
      },
    });
    third.issueFails = 'after';
    second.revokeFails = true;
    const job = new Borrower(running);
    const answer = await job.borrow({ roles: ['deploy-prod', 'second', 'third'] });
    expect(answer.status).toBe(503);
    expect(order).toEqual(['third', 'second', 'first']);
    expect([first, second, third].map(({ objects }) => objects.size)).toEqual([0, 1, 0]);
    second.revokeFails = false;
    running.world.clock.skip(2);
    await running.tick();
    expect(second.objects.size).toBe(0);
  });

  test('what could never be taken back was not even tried, whatever was asked for first', async () => {
    const first = breakingEngine('first');
    first.issueFails = 'after';
    const job = new Borrower(await start(twoBackends(first)));
    await job.borrow({ roles: ['legacy', 'deploy-prod'] });
    expect((await job.giveBack()).body['leases']).toMatchObject([
      { state: 'revoked', revocability: 'immediate' },
    ]);
  });

  test('the same request again succeeds once it works', async () => {
    const first = breakingEngine('first');
    first.issueFails = 'after';
    const job = new Borrower(await start(twoBackends(first)));
    expect((await job.borrow()).status).toBe(503);
    first.issueFails = 'never';
    expect((await job.borrow()).status).toBe(200);
    expect(first.objects.size).toBe(1);
  });

  test('by not answering, the request ends after 15 seconds and what comes later is taken back by name', async () => {
    const first = breakingEngine('first');
    first.issueFails = 'hangs';
    const running = await start(twoBackends(first));
    const job = new Borrower(running);
    const lending = job.borrow();
    await first.waiting;
    running.world.clock.advance(16);
    expect(await lending).toMatchObject({ status: 503, body: { reason: 'backend' } });
    first.release();
    await new Promise(setImmediate);
    expect(first.objects.size).toBe(1);
    running.world.clock.advance(15);
    await running.tick();
    expect(first.objects.size).toBe(0);
    expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
  });
});

test('B20: where an engine refuses the job itself, its backend is not asked to revoke what never was', async () => {
  const [first, second] = [breakingEngine('first'), breakingEngine('second')];
  const opened = second.open(engineTools());
  const revoked: string[] = [];
  second.open = () => ({
    ...opened,
    prepare: () => ({ ...opened.prepare({}), issue: () => Promise.reject(denied(new Error('unfit'))) }),
    revoke: ({ id }) => Promise.resolve(void revoked.push(id)),
  });
  const running = await start(twoBackends(first, second));
  const job = new Borrower(running);
  const answer = await job.borrow({ roles: ['deploy-prod', 'second'] });
  expect([answer.status, answer.body['reason']]).toEqual([403, 'denied']);
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
  expect([revoked, first.objects.size]).toEqual([[], 0]);
});

describe('what is lent at once', () => {
  /** What the store holds when the broker has ended. */
  async function statesAfter(running: TestBroker): Promise<unknown[]> {
    await running.stop();
    broker = undefined;
    const database = new DatabaseSync(join(folder, 'broker.db'));
    const rows = database.prepare('SELECT state FROM leases ORDER BY created_at').all();
    database.close();
    return rows.map(({ state }) => state);
  }

  test('is void when the audit log cannot be written', async () => {
    const running = await start();
    running.world.auditFails = true;
    expect((await new Borrower(running).borrow()).status).toBe(503);
    running.world.auditFails = false;
    expect(await statesAfter(running)).toEqual(['void']);
  });

  test('B22: is void if nobody received it, whichever answer of the store is lost', async () => {
    const database = failingDatabase();
    const running = await start({ between: database.between });
    let lent = 0;
    for (let from = 0, reached = true; reached; from++) {
      database.begin({ fault: 'lost', from, count: 1 });
      const id = String(from + 1);
      const { status } = await new Borrower(running).borrow({
        token: { claims: { check_run_id: id, run_id: id } },
      });
      reached = database.end();
      if (status === 200) lent++;
      else expect(status).toBe(503);
      const alive = await database.rows("SELECT id FROM leases WHERE state IN ('intent', 'active')");
      expect(alive).toHaveLength(lent);
    }
  });

  test('is void when it cannot be issued, and the log says so', async () => {
    const engine = breakingEngine('first');
    engine.issueFails = 'before';
    const opened = engine.open(engineTools());
    const prepare = (): PreparedRole => ({ ...opened.prepare({}), inMemory: true });
    engine.open = () => ({ ...opened, prepare });
    const running = await start(twoBackends(engine));
    expect(await new Borrower(running).borrow()).toMatchObject({ status: 503, body: { reason: 'backend' } });
    const states = running.world.auditLines().flatMap(({ message }) => /^lease .*/.exec(message) ?? []);
    expect(states).toEqual(['lease active', 'lease void']);
    expect(await statesAfter(running)).toEqual(['void']);
  });

  test.each([
    ['all only sign', 'jwt, audience: b', ['lease active']],
    ['one has a backend', 'first', ['lease intent', 'lease active']],
    [
      'one is a value that exists',
      'static, kind: bearer-token, value: "env:LEGACY_TOKEN"',
      ['lease intent', 'lease active'],
    ],
  ])('is a role of several parts where %s: %s', async (_, second, said) => {
    const parts = `{ name: a, engine: jwt, audience: a }, { name: b, engine: ${second} }`;
    const running = await start({
      engines: [breakingEngine('first')],
      yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, `  deploy-prod: { parts: [${parts}] }`),
    });
    const job = new Borrower(running);
    expect((await job.borrow()).status).toBe(200);
    const states = running.world.auditLines().flatMap(({ message }) => /^lease .*/.exec(message) ?? []);
    expect(states).toEqual(said);
    await job.giveBack();
  });

  test('is an intent first where a backend has a part in the request', async () => {
    const running = await start(twoBackends());
    await new Borrower(running).borrow({ roles: ['deploy-prod', 'app-ro'] });
    const lines = running.world.auditLines().filter(({ message }) => message === 'lease intent');
    expect(lines).toHaveLength(2);
  });
});

test('when audit log and store fail together after minting, nothing stays alive that nobody received', async () => {
  const engine = breakingEngine('first');
  const first = await start(twoBackends(engine));
  const { world, github } = first;
  await first.stop();
  const files = { ...world.files };
  let ending: Promise<void> | undefined;
  Object.assign(world.files, {
    openLog: async (path: string) => {
      const log = await files.openLog(path);
      const append = async (text: string): Promise<void> => {
        if (!text.includes('lease active')) return log.append(text);
        ending = running.stop();
        await new Promise((resolve) => setTimeout(resolve, 50));
        throw new Error('no space left on device');
      };
      return { ...log, append };
    },
  });
  const running = await start({ ...twoBackends(engine), world });
  expect((await new Borrower(running, { issuer: github }).borrow()).status).toBe(503);
  await ending;
  expect(engine.objects.size).toBe(1);
  Object.assign(world.files, files);
  const again = await start({ ...twoBackends(engine), world });
  await again.tick();
  expect(engine.objects.size).toBe(0);
});

test('a backend that does not answer does not keep the broker from ending', async () => {
  const engine = breakingEngine('first', 3600);
  const asked = Promise.withResolvers<undefined>();
  engine.revoke = () => {
    asked.resolve(undefined);
    return new Promise<void>(() => undefined);
  };
  const running = await start(twoBackends(engine));
  await new Borrower(running).borrow();
  running.world.clock.advance(901);
  await asked.promise;
  broker = undefined;
  await whileTimePasses(running, running.stop());
});

describe('when the broker dies', () => {
  test('in the middle of a mint, the next start revokes by name what may exist', async () => {
    const engine = breakingEngine('first');
    const running = await start(twoBackends(engine));
    const job = new Borrower(running);
    engine.issueFails = 'hangs';
    const lending = job.borrow();
    await engine.waiting;
    await running.stop();
    engine.release();
    await lending;
    expect(engine.objects.size).toBe(1);
    const again = await start({ ...twoBackends(engine), world: running.world });
    await again.tick();
    expect(engine.objects.size).toBe(0);
  });

  test('its leases are still there: they can be given back, and they end', async () => {
    const engine = breakingEngine('first');
    const running = await start(twoBackends(engine));
    const job = new Borrower(running);
    await job.borrow();
    await running.stop();
    const again = await start({ ...twoBackends(engine), world: running.world });
    const after = new Borrower(again, { key: job.key });
    expect((await after.giveBack(job.handle)).body['leases']).toMatchObject([{ state: 'revoked' }]);
  });

  test('a proof that was used stays used', async () => {
    const running = await start();
    const job = new Borrower(running, { issuer: running.gitlab });
    const idToken = await job.idToken();
    await job.borrow({ idToken });
    await running.stop();
    const again = await start({ world: running.world });
    const thief = new Borrower({ ...again, gitlab: running.gitlab }, { issuer: running.gitlab });
    expect((await thief.borrow({ idToken })).body['reason']).toBe('token-bound-to-other-key');
  });
});

test('when the store is gone nothing is granted, and a revocation is not claimed', async () => {
  const running = await start();
  const job = new Borrower(running);
  await job.borrow();
  const stopped = running;
  await stopped.stop();
  broker = undefined;
  expect(await job.borrow()).toMatchObject({ status: 503, body: { reason: 'store' } });
  expect(await job.giveBack()).toMatchObject({ status: 503, body: { reason: 'store' } });
  const ready = await job.send(new Request('https://broker.example.com/readyz'));
  expect(ready.status).toBe(503);
  const alive = await job.send(new Request('https://broker.example.com/healthz'));
  expect(alive.status).toBe(200);
});

test('a credential that outlives its lease is revoked when the lease ends', async () => {
  const engine = breakingEngine('first', 3600);
  const running = await start(twoBackends(engine));
  await new Borrower(running).borrow();
  running.world.clock.advance(899);
  await running.tick();
  expect(engine.objects.size).toBe(1);
  running.world.clock.advance(2);
  await running.tick();
  expect(engine.objects.size).toBe(0);
});

test('a second broker on the same store is told so', async () => {
  const running = await start();
  await expect(
    startTestBroker({ storePath: join(folder, 'broker.db'), world: running.world }),
  ).rejects.toThrow(/Another process has the store .* open/);
});
