// B26: leases end on time: at use, by the reaper, and whatever becomes of the clock.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { leaseClock } from '../../../src/broker/leases/lease-clock.ts';
import { openSqlStore } from '../../../src/broker/store/sql-store.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { breakingEngine, type BreakingEngine } from '../../support/broker/breaking-engine.ts';
import { borrowMore, detail, leaseState, tokenOf } from '../../support/broker/session-calls.ts';
import { at, lend } from '../../support/broker/openings.ts';
import {
  startTestBroker,
  type TestBroker,
  type TestBrokerOptions,
} from '../../support/broker/test-broker.ts';
import { testClock } from '../../support/broker/world.ts';

const hour = 3600;
let folder: string;
let engine: BreakingEngine;
let broker: TestBroker | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ec-time-'));
  engine = breakingEngine('first', hour);
});

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
  rmSync(folder, { recursive: true });
});

async function start(options: TestBrokerOptions = {}): Promise<TestBroker> {
  broker = await startTestBroker({
    engines: [engine],
    yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: first }'),
    storePath: join(folder, 'broker.db'),
    ...options,
  });
  return broker;
}

/** Lives so many seconds more, to within a few. */
async function expectToEndIn(running: TestBroker, seconds: number): Promise<void> {
  running.world.clock.skip(seconds - 3);
  await running.tick();
  expect(engine.objects.size).toBe(1);
  running.world.clock.skip(6);
  await running.tick();
  expect(engine.objects.size).toBe(0);
}

describe('B26: the wall clock is set', () => {
  test.each([
    ['an hour ahead', [hour]],
    ['an hour back', [-hour]],
    ['an hour ahead and back', [hour, -hour]],
    ['an hour back and ahead', [-hour, hour]],
  ])('%s while a lease lives: it ends when its time is over', async (_, steps) => {
    const running = await start();
    expect((await new Borrower(running).borrow()).status).toBe(200);
    for (const step of steps) {
      running.world.clock.step(step);
      await running.tick();
    }
    await expectToEndIn(running, 900);
  });

  test.each([hour, -hour])('by %s s before a lease is lent: it lives as long as it should', async (step) => {
    const running = await start();
    running.world.clock.step(step);
    const answer = await new Borrower(running).borrow();
    const [lease] = leasesOf(answer);
    expect(lease?.expires_in).toBe(900);
    // What is told is the wall's time, by which everyone else judges.
    expect(lease?.expires_at).toBe(new Date(running.world.clock.now().getTime() + 900_000).toISOString());
    await expectToEndIn(running, 900);
  });

  test('an hour back while the broker is away: what it lent does not live longer for it', async () => {
    const running = await start();
    await new Borrower(running).borrow();
    running.world.clock.skip(600);
    await running.tick();
    await running.stop();
    running.world.clock.step(-hour);
    await expectToEndIn(await start({ world: running.world }), 300);
  });

  test('an hour ahead while the broker is away, and back: nothing lives longer than its time', async () => {
    engine = breakingEngine('first', 4 * hour);
    const running = await start();
    await new Borrower(running).borrow();
    await running.stop();
    running.world.clock.step(hour);
    const second = await start({ world: running.world });
    await second.tick();
    expect(engine.objects.size).toBe(0);
    second.world.clock.step(-hour);
    await second.stop();
    const third = await start({ world: running.world });
    expect((await new Borrower(third, { issuer: running.github }).borrow()).status).toBe(200);
    await expectToEndIn(third, 900);
  });
});

test('B26: a machine that slept has let the time pass', () => {
  const clock = testClock();
  const leaseTime = leaseClock(clock, clock.now());
  const before = leaseTime.now().getTime();
  clock.skip(hour);
  expect(leaseTime.now().getTime() - before).toBe(hour * 1000);
  clock.step(-hour);
  expect(leaseTime.toWall(leaseTime.now())).toEqual(clock.now());
  expect(leaseTime.fromWall(clock.now())).toEqual(leaseTime.now());
});

describe('B26: past its end, though nobody has ended it yet, a lease', () => {
  const lent = async (): Promise<{ job: Borrower; token: string; id: string }> => {
    const job = new Borrower(await start());
    const answer = await job.borrow({ form: { authorization_details: shortLease } });
    const [lease] = leasesOf(answer);
    broker?.world.clock.skip(301);
    return { job, token: tokenOf(answer), id: lease?.lease_id ?? '' };
  };
  const shortLease = JSON.stringify([detail('deploy-prod', { ttl: 300 })]);

  test('is expired for whoever asks how it stands', async () => {
    const { job, token, id } = await lent();
    expect((await leaseState(job, token, id)).body).toMatchObject({ state: 'expired', expires_in: 0 });
  });

  test('is not renewed', async () => {
    const { job, token, id } = await lent();
    const members = { authorization_detail: detail('deploy-prod'), replaces: id };
    const { status, body } = await borrowMore(job, token, members);
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
    expect(engine.objects).toEqual(new Set([`ec_${id}`]));
  });
});

test('B26: an hour ahead while the broker is away: what looks long over is revoked once all the same', async () => {
  engine = breakingEngine('first');
  const running = await start();
  const job = new Borrower(running);
  await job.borrow();
  await running.stop();
  running.world.clock.step(hour);
  const second = await start({ world: running.world });
  await second.tick();
  expect(engine.objects.size).toBe(0);
});

test('B26: what is noticed late and cannot be revoked has failed, with an alarm, and is not just over', async () => {
  engine = breakingEngine('first');
  const running = await start();
  const job = new Borrower(running);
  await job.borrow();
  engine.revokeFails = true;
  running.world.clock.skip(901 + hour);
  await running.tick();
  await running.tick();
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'failed' }]);
  expect(running.world.auditLines().some(({ message }) => message === 'lease failed')).toBe(true);
});

test('B26: ten thousand leases that end at once are ended in bites, none left', async () => {
  const store = await openSqlStore(openSqlite(':memory:'));
  const many = 10_000;
  for (let made = 0; made < many / 10; made++)
    await lend(store, { roles: Array.from({ length: 10 }, (_unused, index) => `role-${String(index)}`) });
  let ended = 0;
  let longest = 0;
  for (;;) {
    const bite = await store.expire(at(900));
    longest = Math.max(longest, bite.length);
    if (bite.length === 0) break;
    ended += bite.length;
  }
  expect(ended).toBe(many);
  expect(longest).toBeLessThanOrEqual(1000);
  await store.close();
}, 60_000);
