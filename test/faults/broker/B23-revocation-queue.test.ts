// B23: revoking fails, for long or in one place only: nothing is given up, nothing else waits for it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { BackendFailure } from '../../../src/broker/domain/backend-failure.ts';
import { breakers } from '../../../src/broker/leases/breaker.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { breakingEngine, type BreakingEngine } from '../../support/broker/breaking-engine.ts';
import {
  githubPolicy,
  startTestBroker,
  type TestBroker,
  type TestBrokerOptions,
} from '../../support/broker/test-broker.ts';
import { whileTimePasses } from '../../support/broker/while-time-passes.ts';
import { testClock } from '../../support/broker/world.ts';

let broker: TestBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

const policy = githubPolicy.replace(
  '- { role: legacy',
  '- { role: second, access: write }\n  - { role: legacy',
);

async function start(
  first: BreakingEngine,
  second = breakingEngine('second'),
  changes: TestBrokerOptions = {},
): Promise<TestBroker> {
  const options: TestBrokerOptions = {
    engines: [first, second],
    yaml: (yaml) =>
      yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: first }\n  second: { engine: second }'),
    policies: { 'github.yaml': policy },
    ...changes,
  };
  broker = await startTestBroker(options);
  return broker;
}

async function pass(running: TestBroker, seconds: number, stepSeconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += stepSeconds) {
    running.world.clock.skip(stepSeconds);
    await running.tick();
  }
}

const alarms = (running: TestBroker, message: string): number =>
  running.world.auditLines().filter((line) => line.message === message && line.severity_id >= 4).length;

test('B23: a backend that is away for most of a credential’s life is asked until it is back', async () => {
  const engine = breakingEngine('first', 4 * 3600);
  const running = await start(engine);
  const job = new Borrower(running);
  await job.borrow();
  engine.revokeFails = true;
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoking' }]);
  await pass(running, 3 * 3600, 60);
  expect(engine.objects.size).toBe(1);
  // The third failure, and then about one an hour: not each of them.
  const told = alarms(running, 'revoking failed and will be tried again');
  expect(told).toBeGreaterThanOrEqual(2);
  expect(told).toBeLessThan(6);
  const failures = running.world
    .auditLines()
    .filter(({ message }) => message === 'revoking failed and will be tried again');
  expect(failures.slice(0, 4).map((line) => line.severity_id >= 4)).toEqual([false, false, true, false]);
  engine.revokeFails = false;
  await pass(running, 360, 60);
  expect(engine.objects.size).toBe(0);
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
});

test('B23: the audit log tells why an attempt failed, and so does the alarm in the log', async () => {
  const engine = breakingEngine('first', 4 * 3600);
  const running = await start(engine);
  const job = new Borrower(running);
  await job.borrow();
  engine.revoke = () =>
    Promise.reject(new BackendFailure('password=hunter2', { reason: 'refused', code: '2BP01' }));
  await job.giveBack();
  await pass(running, 600, 60);
  const told = { reason: 'refused', code: '2BP01' };
  const failures = running.world
    .auditLines()
    .filter(({ message }) => message === 'revoking failed and will be tried again');
  expect(failures[0]?.unmapped).toMatchObject({ ...told, engine: 'first', attempts: 1 });
  const log = running.world.logged.join('');
  expect(log).toMatch(/"reason":"refused","code":"2BP01"|"attempts":3,"reason":"refused"/);
  expect(log).toContain(String(failures[0]?.unmapped?.['lease_id']));
  const rests = running.world
    .auditLines()
    .find(({ message }) => message.startsWith('a backend does not revoke'));
  expect(rests?.unmapped).toMatchObject(told);
  expect(log + JSON.stringify(running.world.auditLines())).not.toContain('hunter2');
});

test('B23: what could never be revoked before its end is failed, with an alarm', async () => {
  const engine = breakingEngine('first', 3600);
  const running = await start(engine);
  const job = new Borrower(running);
  await job.borrow();
  engine.revokeFails = true;
  await job.giveBack();
  await pass(running, 3660, 60);
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'failed' }]);
  expect(alarms(running, 'lease failed')).toBe(1);
});

test('B23: a backend that never answers holds up neither another backend nor the end of leases', async () => {
  const dead = breakingEngine('first', 3600);
  const sound = breakingEngine('second', 3600);
  const asked = Promise.withResolvers<undefined>();
  dead.revoke = () => {
    asked.resolve(undefined);
    return new Promise<void>(() => undefined);
  };
  const running = await start(dead, sound);
  await new Borrower(running).borrow({ roles: ['deploy-prod', 'second'] });
  const gone = Promise.withResolvers<undefined>();
  const { revoke } = sound;
  sound.revoke = async (lease, signal) => {
    await revoke(lease, signal);
    gone.resolve(undefined);
  };
  running.world.clock.advance(901);
  await whileTimePasses(running, Promise.all([asked.promise, gone.promise]));
  expect([dead.objects.size, sound.objects.size]).toEqual([1, 0]);
  broker = undefined;
  await whileTimePasses(running, running.stop());
});

test('B23: what a broker has claimed and not done when it ends is taken up at once by the next', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-queue-'));
  const engine = breakingEngine('first', 3600);
  const { revoke } = engine;
  const asked = Promise.withResolvers<undefined>();
  engine.revoke = () => {
    asked.resolve(undefined);
    return new Promise<void>(() => undefined);
  };
  const storePath = join(folder, 'broker.db');
  const running = await start(engine, undefined, { storePath });
  await new Borrower(running).borrow();
  running.world.clock.advance(901);
  await whileTimePasses(running, asked.promise);
  await whileTimePasses(running, running.stop());
  engine.revoke = revoke;
  const next = await start(engine, undefined, { storePath, world: running.world });
  await next.tick();
  expect(engine.objects.size).toBe(0);
  await next.stop();
  broker = undefined;
  rmSync(folder, { recursive: true });
});

describe('B23: a backend that takes two revocations at once, each of which takes four seconds', () => {
  const many = 12;

  interface Lent {
    readonly running: TestBroker;
    readonly jobs: readonly Borrower[];
    readonly objects: ReadonlySet<string>;
    /** How many were asked for at a time. */
    readonly most: () => number;
  }

  async function lend(): Promise<Lent> {
    const engine = breakingEngine('first', 3600);
    engine.atOnce = 2;
    const { revoke } = engine;
    let now = 0;
    let most = 0;
    engine.revoke = async (lease, signal) => {
      now += 1;
      most = Math.max(most, now);
      // Whoever else could begin by now has begun.
      await new Promise((resolve) => setImmediate(resolve));
      running.world.clock.advance(4);
      now -= 1;
      await revoke(lease, signal);
    };
    const running = await start(engine);
    const jobs = Array.from({ length: many }, () => new Borrower(running));
    for (const [number, job] of jobs.entries())
      await job.borrow({ token: { claims: { check_run_id: String(500 + number) } } });
    expect(engine.objects.size).toBe(many);
    return { running, jobs, objects: engine.objects, most: () => most };
  }

  const states = async (jobs: readonly Borrower[]): Promise<unknown[]> => {
    const answers = await Promise.all(jobs.map((job) => job.giveBack()));
    return answers.flatMap(({ body }) =>
      (body['leases'] as { readonly state: string }[]).map((each) => each.state),
    );
  };

  const failures = ({ world }: TestBroker): unknown[] =>
    world.auditLines().filter(({ message }) => message.startsWith('revoking failed'));

  test('is asked for no more, and none fails since it waited for another of ours', async () => {
    const { running, jobs, objects, most } = await lend();
    running.world.clock.advance(901);
    while (objects.size > 0 && failures(running).length === 0) await running.tick();
    expect(most()).toBe(2);
    expect(failures(running)).toEqual([]);
    expect(await states(jobs)).toEqual(Array(many).fill('revoked'));
  });

  test('nor when the jobs ask for it themselves, all at the same time: who has to wait is left to the queue', async () => {
    const { running, jobs, objects, most } = await lend();
    const first = await states(jobs);
    expect(first).toContain('revoked');
    while (objects.size > 0 && failures(running).length === 0) await running.tick();
    expect(most()).toBe(2);
    expect(failures(running)).toEqual([]);
    expect(await states(jobs)).toEqual(Array(many).fill('revoked'));
  });
});

describe('B23: the breaker of a backend', () => {
  const made = (): { clock: ReturnType<typeof testClock>; of: ReturnType<typeof breakers> } => {
    const clock = testClock();
    return { clock, of: breakers(clock, () => 1) };
  };

  test('lets it rest after five failures, asks once, and goes on when that succeeds', () => {
    const { clock, of } = made();
    const outcomes = [1, 2, 3, 4, 5].map(() => of.noted('db', false));
    expect(outcomes).toEqual([undefined, undefined, undefined, undefined, 'rests']);
    expect([of.room('db'), of.room('other')]).toEqual([0, Infinity]);
    clock.skip(1);
    expect(of.room('db')).toBe(1);
    expect(of.noted('db', false)).toBeUndefined();
    clock.skip(1);
    expect(of.room('db')).toBe(0);
    clock.skip(1);
    expect(of.room('db')).toBe(1);
    expect(of.noted('db', true)).toBe('back');
    expect(of.room('db')).toBe(Infinity);
  });

  test('counts only failures without a success in between, and rests for a minute at most', () => {
    const { clock, of } = made();
    for (let round = 0; round < 10; round++) {
      for (let failure = 0; failure < 4; failure++) of.noted('db', false);
      of.noted('db', true);
    }
    expect(of.room('db')).toBe(Infinity);
    for (let failure = 0; failure < 50; failure++) {
      of.noted('db', false);
      clock.skip(61);
      expect(of.room('db')).toBe(failure < 4 ? Infinity : 1);
    }
  });
});
