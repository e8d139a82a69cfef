// B42: a store that was restored from a backup lends nothing on what it has forgotten, and what it lent dies.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSqlStore } from '../../../src/broker/store/sql-store.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { breakingEngine, type BreakingEngine } from '../../support/broker/breaking-engine.ts';
import { createAuthority } from '../../support/certificates.ts';
import { at, lend } from '../../support/broker/openings.ts';
import { carol, startDesk, type OperatorDesk } from '../../support/broker/operator-desk.ts';
import { startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import type { TestWorld } from '../../support/broker/world.ts';

let folder: string;
let engine: BreakingEngine;
let broker: TestBroker | undefined;
const message = 'the store was restored from a backup: what it lent is taken back';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ec-restore-'));
  engine = breakingEngine('first', 3600);
});

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
  rmSync(folder, { recursive: true });
});

async function start(world?: TestWorld, role = '{ engine: first }'): Promise<TestBroker> {
  broker = await startTestBroker({
    engines: [engine],
    yaml: (yaml) =>
      'checkpoint: ./broker.checkpoint\n' + yaml.replace(/ {2}deploy-prod: .*/, `  deploy-prod: ${role}`),
    storePath: join(folder, 'broker.db'),
    ...(world && { world }),
  });
  return broker;
}

const restores = ({ world }: TestBroker): number =>
  world.auditLines().filter((line) => line.message === message && line.severity_id === 4).length;

/** Lends one lease before a backup and one after it, and puts the backup in the store's place. */
async function lendAndRestore(): Promise<{ first: TestBroker; early: Borrower; old: string }> {
  const first = await start();
  const early = new Borrower(first);
  expect((await early.borrow()).status).toBe(200);
  await first.stop();
  const store = join(folder, 'broker.db');
  copyFileSync(store, join(folder, 'backup.db'));
  const second = await start(first.world);
  second.world.clock.skip(60);
  const late = new Borrower(second, { issuer: first.github });
  const old = await late.idToken({ claims: { check_run_id: '2' } });
  expect((await late.borrow({ idToken: old })).status).toBe(200);
  await second.tick();
  expect(engine.objects.size).toBe(2);
  await second.stop();
  for (const end of ['', '-wal', '-shm']) rmSync(store + end, { force: true });
  copyFileSync(join(folder, 'backup.db'), store);
  first.world.clock.skip(60);
  return { first, early, old };
}

test('B42: what the backup lent, and what it does not know, is revoked, with an alarm', async () => {
  const { first, early } = await lendAndRestore();
  const running = await start(first.world);
  expect(restores(running)).toBe(1);
  await running.tick();
  expect(engine.objects.size).toBe(0);
  expect(running.world.auditLines().map((line) => line.message)).toContain(
    'objects that the restored store did not know are revoked',
  );
  const after = new Borrower(running, { key: early.key, issuer: first.github });
  expect((await after.giveBack(early.handle)).body['leases']).toMatchObject([{ state: 'revoked' }]);
});

test('B42: of a role of several parts each object is found, and those of a lease that lives are left alone', async () => {
  const { first } = await lendAndRestore();
  const lost = ['ec_lse_000000000000000000000000', 'ec_lse_000000000000000000000000_2'];
  for (const name of lost) engine.objects.add(name);
  const { list } = engine;
  const listed = Promise.withResolvers<undefined>();
  engine.list = async () => {
    await listed.promise;
    return list();
  };
  const parts = '{ parts: [{ name: a, engine: first }, { name: b, engine: first }] }';
  const running = await start(first.world, parts);
  const answer = await new Borrower(running, { issuer: first.github }).borrow();
  const id = leasesOf(answer)[0]?.lease_id ?? '';
  listed.resolve(undefined);
  await running.tick();
  expect([...engine.objects]).toEqual([`ec_${id}`, `ec_${id}_2`]);
});

test('B42: ID tokens from before the restore are refused, later ones are taken, also after another start', async () => {
  const { first, old } = await lendAndRestore();
  const running = await start(first.world);
  const thief = new Borrower(running, { issuer: first.github });
  const stolen = await thief.idToken({
    at: new Date(running.world.clock.now().getTime() - 5000),
    claims: { check_run_id: '3' },
  });
  expect(await thief.borrow({ idToken: stolen })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant', reason: 'token-too-old' },
  });
  expect((await thief.borrow({ idToken: old })).status).toBe(400);
  await running.stop();
  const again = await start(first.world);
  expect(restores(again)).toBe(1);
  const refused = new Borrower(again, { issuer: first.github, key: thief.key });
  expect((await refused.borrow({ idToken: stolen })).body['reason']).toBe('token-too-old');
  again.world.clock.skip(2);
  expect((await new Borrower(again, { issuer: first.github }).borrow()).status).toBe(200);
});

test('B42: a backend that cannot be searched is searched until it can, also by the next process', async () => {
  const { first } = await lendAndRestore();
  const { list } = engine;
  engine.list = () => Promise.reject(new Error('the backend is away'));
  const running = await start(first.world);
  await expect(running.tick()).rejects.toThrow(
    'the backend of deploy-prod could not be searched after the restore',
  );
  expect(engine.objects.size).toBeGreaterThan(0);
  await running.stop();
  engine.list = list;
  const again = await start(first.world);
  await again.tick();
  expect(engine.objects.size).toBe(0);
});

test('B42: a lease that is lent after the restore is not taken for an unknown one', async () => {
  const { first } = await lendAndRestore();
  const running = await start(first.world);
  running.world.clock.skip(2);
  expect((await new Borrower(running, { issuer: first.github }).borrow()).status).toBe(200);
  await running.tick();
  expect(engine.objects.size).toBe(1);
});

test('B42: a store that was not restored goes on as it was', async () => {
  const first = await start();
  await new Borrower(first).borrow();
  for (let round = 0; round < 3; round++) {
    first.world.clock.skip(20);
    await broker?.tick();
    await broker?.stop();
    await start(first.world);
  }
  if (broker === undefined) throw new Error('there is no broker');
  expect(restores(broker)).toBe(0);
  expect(engine.objects.size).toBe(1);
});

test.each([
  'yesterday',
  '',
  '1763790000000 brk_12',
  '1763790000000',
  '9999999999999999 brk_0123456789abcdef01234567',
])('B42: a checkpoint that is none is told: “%s”', async (text) => {
  const { world } = await start();
  await broker?.stop();
  broker = undefined;
  world.disk.set('/etc/broker/broker.checkpoint', text);
  await expect(start(world)).rejects.toThrow('The checkpoint /etc/broker/broker.checkpoint is not one.');
});

/** A disk that takes no checkpoint. */
function fullDisk({ files }: TestWorld): { readonly makeRoom: () => void } {
  const before = { ...files };
  Object.assign(files, {
    replace: () => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    },
  });
  return { makeRoom: () => void Object.assign(files, before) };
}

test('B42: while the checkpoint cannot be written each mark is an alarm, and leases are lent and end', async () => {
  const { world } = await start();
  const disk = fullDisk(world);
  const before = world.disk.get('/etc/broker/broker.checkpoint');
  expect((await new Borrower(await restarted(world)).borrow()).status).toBe(200);
  world.clock.skip(3700);
  await broker?.tick();
  expect(engine.objects.size).toBe(0);
  expect(world.disk.get('/etc/broker/broker.checkpoint')).toBe(before);
  const told = world.auditLines().filter(({ message: text }) => text.startsWith('the checkpoint cannot'));
  expect(told.map((line) => line.severity_id)).toEqual([4, 4]);
  disk.makeRoom();
  world.clock.skip(20);
  await broker?.tick();
  expect(world.disk.get('/etc/broker/broker.checkpoint')).not.toBe(before);
});

async function restarted(world: TestWorld): Promise<TestBroker> {
  await broker?.stop();
  const first = broker;
  const again = await start(world);
  return { ...again, ...(first && { github: first.github }) };
}

test('B42: where no checkpoint can be made at all the start says so', async () => {
  const { world } = await start();
  await broker?.stop();
  broker = undefined;
  world.disk.delete('/etc/broker/broker.checkpoint');
  fullDisk(world);
  await expect(start(world)).rejects.toThrow(
    'The checkpoint /etc/broker/broker.checkpoint cannot be written (ENOSPC).',
  );
});

test('a file is replaced as a whole, and private', () => {
  const { files } = brokerHost(new AbortController().signal);
  const path = join(folder, 'checkpoint');
  writeFileSync(path, 'old');
  files.replace(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

const authority = createAuthority();

/** A broker with operators, whose checkpoint is kept. */
async function desk(world?: TestWorld): Promise<OperatorDesk> {
  const started = await startDesk(authority.cert, {
    yaml: (yaml) => `checkpoint: ./broker.checkpoint\n${yaml}`,
    storePath: join(folder, 'broker.db'),
    ...(world && { world }),
  });
  broker = started.broker;
  return started;
}

const freeze = (on: OperatorDesk, frozen: boolean): ReturnType<OperatorDesk['post']> =>
  on.post('/admin/freeze', { frozen, reason: 'INC-7' }, { certificate: carol });

test.each([
  ['the operators had stopped stays stopped', true],
  ['had gone on since does not go on by itself', false],
])('B42: lending that %s after a restore of what was before, until they say so', async (_, frozen) => {
  const store = join(folder, 'broker.db');
  const first = await desk();
  const { github, world } = first.broker;
  await freeze(first, !frozen);
  await first.broker.stop();
  copyFileSync(store, join(folder, 'backup.db'));
  const second = await desk(world);
  await freeze(second, frozen);
  world.clock.skip(20);
  await second.broker.tick();
  await second.broker.stop();
  for (const end of ['', '-wal', '-shm']) rmSync(store + end, { force: true });
  copyFileSync(join(folder, 'backup.db'), store);
  const third = await desk(world);
  expect(restores(third.broker)).toBe(1);
  world.clock.skip(2);
  const borrow = async (): Promise<number> =>
    (await new Borrower(third.broker, { issuer: github }).borrow()).status;
  expect(await borrow()).toBe(503);
  expect((await freeze(third, false)).status).toBe(200);
  expect(await borrow()).toBe(200);
});

test('B42: who finds the restore at the same moment as another ends nothing that was lent since', async () => {
  const store = await openSqlStore(openSqlite(':memory:'));
  // The tokens of `lend` are of that moment.
  const found = { reached: at(100), frozen: false, at: at(0) };
  await lend(store);
  expect(await store.beginAnew({ ...found, broker: 'one', now: at(101) })).toHaveLength(1);
  await lend(store, { atSeconds: 102 });
  expect(await store.beginAnew({ ...found, broker: 'two', now: at(103) })).toBeUndefined();
  await store.close();
});
