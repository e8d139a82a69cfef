import { closeSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { Borrower } from '../../support/broker/borrower.ts';
import { LiveBroker } from '../../support/broker/live-broker.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let broker: TestBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

const running = (): TestBroker => {
  if (broker === undefined) throw new Error('no broker');
  return broker;
};

/** A second goes by at each turn of the event loop until it is done. */
async function whileTimePasses<T>(work: Promise<T>): Promise<T> {
  const ended = { isDone: false };
  void work.finally(() => (ended.isDone = true));
  while (!ended.isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    running().world.clock.advance(1);
  }
  return work;
}

const ready = async (running: TestBroker): Promise<unknown> => {
  const answer = await running.handle(new Request('https://broker.example.com/readyz'), {
    peer: '192.0.2.9',
  });
  return [answer.status, await answer.json()];
};

test('B32 while a required sink takes nothing, nothing is lent, giving back goes on, and /readyz says which part; then it recovers by itself', async () => {
  broker = await startTestBroker();
  const { world } = broker;
  const job = new Borrower(broker);
  expect((await job.borrow()).status).toBe(200);
  world.auditFails = true;
  expect(await new Borrower(broker).borrow({ token: { claims: { check_run_id: '2' } } })).toMatchObject({
    status: 503,
    body: { reason: 'audit' },
  });
  expect(await job.giveBack()).toMatchObject({ status: 200, body: { leases: [{ state: 'revoked' }] } });
  expect(await ready(broker)).toEqual([503, { status: 'not-ready', missing: ['audit'] }]);
  world.auditFails = false;
  // The answer holds for a second.
  expect(await ready(broker)).toEqual([503, { status: 'not-ready', missing: ['audit'] }]);
  world.clock.advance(1);
  expect(await ready(broker)).toEqual([200, { status: 'ready' }]);
  expect(
    world.auditLines().filter(({ message }) => message === 'the audit log takes lines again'),
  ).toHaveLength(1);
  expect(world.logged.join('')).toMatch(/not ready[^]*ready again/);
  expect((await new Borrower(broker).borrow({ token: { claims: { check_run_id: '3' } } })).status).toBe(200);
});

test('B32 while a sink hangs, nothing is lent, and giving back waits for it five seconds once', async () => {
  broker = await startTestBroker();
  const { world } = broker;
  const [job, other] = [new Borrower(broker), new Borrower(broker)];
  await job.borrow();
  await other.borrow({ token: { claims: { check_run_id: '2' } } });
  const disk = Promise.withResolvers<undefined>();
  world.auditHangs = disk.promise;
  const given = job.giveBack();
  expect(await whileTimePasses(given)).toMatchObject({
    status: 200,
    body: { leases: [{ state: 'revoked' }] },
  });
  expect(await other.giveBack()).toMatchObject({ status: 200, body: { leases: [{ state: 'revoked' }] } });
  const third = (): ReturnType<Borrower['borrow']> =>
    new Borrower(running()).borrow({ token: { claims: { check_run_id: '3' } } });
  expect(await third()).toMatchObject({ status: 503, body: { reason: 'audit' } });
  disk.resolve(undefined);
  world.auditHangs = undefined;
  await disk.promise;
  expect((await third()).status).toBe(200);
  const lines = world.auditLines().map(({ message }) => message);
  expect(lines.at(-1)).toBe('lease active');
});

test('B32 a sink that is not required keeps nobody from borrowing, and one that is does', async () => {
  const sinks = (first: string, second: string) => (yaml: string) =>
    yaml.replace('[ { file: ./audit.jsonl } ]', `[ ${first}, ${second} ]`);
  broker = await startTestBroker({
    yaml: sinks('{ file: ./audit.jsonl, required: false }', '{ stdout: true }'),
  });
  broker.world.auditFails = true;
  expect((await new Borrower(broker).borrow()).status).toBe(200);
  expect(await ready(broker)).toEqual([200, { status: 'ready' }]);
  expect(broker.world.printed.join('')).toContain('lease active');
});

test('B32 on a disk that is full', async () => {
  await using live = await LiveBroker.prepare();
  // Each write to it fails with ENOSPC, as to a file on a full disk.
  closeSync(openSync('/dev/full', 'a'));
  symlinkSync('/dev/full', join(live.folder, 'full.jsonl'));
  live.rewrite((yaml) =>
    yaml.replace(
      '[ { file: ./audit.jsonl } ]',
      '[ { file: ./audit.jsonl }, { file: ./full.jsonl, required: false } ]',
    ),
  );
  live.run();
  await live.says('listens on');
  expect((await live.borrow()).status).toBe(200);
  live.child.kill('SIGTERM');
  expect(await live.ended).toBe(0);
  live.rewrite((yaml) => yaml.replace(', required: false', ''));
  live.run();
  expect(await live.ended).toBe(64);
  expect(live.said).toContain('The audit log does not take a line.');
});
