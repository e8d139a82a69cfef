import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DatabaseSync } from 'node:sqlite';
import {
  brokerFolder,
  leaseIdOf,
  type BrokerFolder,
  type BrokerProcess,
} from '../../support/broker/broker-process.ts';
import { testWith } from '../../support/peers.ts';
import { durableBefore } from '../../support/broker/syscalls.ts';

const timeoutMs = 60_000;
let folder: BrokerFolder;

beforeEach(async () => {
  folder = await brokerFolder();
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

const storeFile = (end = ''): string => join(folder.path, 'store', `broker.db${end}`);

/** Borrows so often. @returns the ids of the leases that the broker acknowledged */
async function lend(broker: BrokerProcess, times: number): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: times }, () => broker.borrow()));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  return answers.map(leaseIdOf);
}

/** Ids of the active leases in a copy of the store. */
function activeIn(path: string): string[] {
  const copy = mkdtempSync(join(tmpdir(), 'store-copy-'));
  for (const end of ['', '-wal']) copyFileSync(path + end, join(copy, `broker.db${end}`));
  const store = new DatabaseSync(join(copy, 'broker.db'));
  const rows = store.prepare("SELECT id FROM leases WHERE state = 'active'").all();
  store.close();
  rmSync(copy, { recursive: true });
  return rows.map(({ id }) => String(id));
}

test(
  'B27: a log whose end was torn and scribbled on when the broker was killed loses no lease that was acknowledged',
  async () => {
    const broker = await folder.start();
    const lent = await lend(broker, 12);
    await broker.kill('SIGKILL');
    // What a power cut leaves of a write that nobody was told of.
    appendFileSync(storeFile('-wal'), Buffer.alloc(5000, 0xa5));
    const again = await folder.start();
    lent.push(...(await lend(again, 3)));
    await again.kill('SIGKILL');
    expect(activeIn(storeFile()).toSorted()).toEqual(lent.toSorted());
  },
  timeoutMs,
);

test(
  'B27: of a log that lost its end, all before that is there',
  async () => {
    const broker = await folder.start();
    const [first = ''] = await lend(broker, 1);
    const { size } = statSync(storeFile('-wal'));
    await lend(broker, 5);
    await broker.kill('SIGKILL');
    truncateSync(storeFile('-wal'), size + 100);
    const again = await folder.start();
    await lend(again, 1);
    await again.kill('SIGKILL');
    expect(activeIn(storeFile())).toContain(first);
  },
  timeoutMs,
);

test(
  'B27: a file that is no store is told, and not written',
  async () => {
    const broker = await folder.start();
    await lend(broker, 1);
    await broker.kill('SIGTERM');
    const file = openSync(storeFile(), 'r+');
    writeSync(file, Buffer.alloc(100, 0x5a), 0, 100, 0);
    closeSync(file);
    const before = readFileSync(storeFile());
    await expect(folder.start()).rejects.toThrow(
      /The store .*broker\.db is damaged, or is no SQLite database\./,
    );
    expect(readFileSync(storeFile()).equals(before)).toBe(true);
  },
  timeoutMs,
);

const onTmpfs = (options: string): string[] => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  `mount -t tmpfs -o ${options} tmpfs "$0" && exec "$@"`,
];

testWith(
  ['namespaces'],
  'B27: while the disk is full nothing is lent and nothing given back in silence; then it goes on, and nothing is lost',
  async () => {
    const broker = await folder.start([...onTmpfs('size=4m'), join(folder.path, 'store')]);
    const inside = join('/proc', String(broker.pid), 'root', folder.path, 'store');
    const first = await broker.borrow();
    const lent = [leaseIdOf(first)];
    fill(join(inside, 'ballast'));
    const outcomes: number[] = [];
    let refused = await broker.borrow();
    while (refused.status === 200) {
      lent.push(leaseIdOf(refused));
      refused = await broker.borrow();
    }
    outcomes.push(refused.status, (await broker.giveBack(first.handle)).status);
    expect(outcomes).toEqual([503, 503]);
    expect(refused.body).toMatchObject({ error: 'temporarily_unavailable', reason: 'store' });
    rmSync(join(inside, 'ballast'));
    lent.push(...(await lend(broker, 3)));
    expect(await broker.giveBack(first.handle)).toMatchObject({
      status: 200,
      body: { leases: [{ lease_id: lent[0], state: 'revoked' }] },
    });
    const active = activeIn(join(inside, 'broker.db'));
    expect(active.toSorted()).toEqual(lent.slice(1).toSorted());
  },
  timeoutMs,
);

function fill(path: string): void {
  for (const size of [65_536, 4096]) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size));
    } catch {
      // Full to within `size` bytes.
    }
  }
}

testWith(
  ['namespaces'],
  'B27: a store that may not be written is told at the start',
  async () => {
    const words = [...onTmpfs('ro'), join(folder.path, 'store')];
    await expect(folder.start(words)).rejects.toThrow(/The store .*broker\.db may not be written\./);
  },
  timeoutMs,
);

testWith(
  ['strace'],
  'B27: after a sync that failed nothing is lent until a restart, which finds what was acknowledged',
  async () => {
    // The log of the audit is synced by the same call: what fails is decided by the path.
    const trace = join(folder.path, 'trace');
    const strace = ['strace', '-f', '-qq', '-o', trace, '-P', storeFile('-wal')];
    const broker = await folder.start([...strace, '-e', 'inject=fdatasync:error=EIO:when=40+']);
    const lent: string[] = [];
    let answer = await broker.borrow();
    for (; answer.status === 200; answer = await broker.borrow()) lent.push(leaseIdOf(answer));
    expect(answer).toMatchObject({ status: 503, body: { reason: 'store' } });
    const failed = syncsIn(trace);
    expect((await broker.borrow()).status).toBe(503);
    expect((await broker.giveBack(answer.handle)).status).toBe(503);
    // Not tried again: it would say that all is well.
    expect(syncsIn(trace)).toBe(failed);
    await broker.kill('SIGKILL');
    const again = await folder.start();
    lent.push(...(await lend(again, 1)));
    await again.kill('SIGKILL');
    expect(activeIn(storeFile())).toEqual(expect.arrayContaining(lent));
  },
  timeoutMs,
);

function syncsIn(trace: string): number {
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.includes('INJECTED')).length;
}

testWith(
  ['strace'],
  'B27: what is lent is on the disk before the answer is sent',
  async () => {
    const trace = join(folder.path, 'trace');
    const calls = 'trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg';
    const broker = await folder.start(['strace', '-f', '-qq', '-y', '-s', '32', '-o', trace, '-e', calls]);
    for (let time = 0; time < 5; time++) await lend(broker, 1);
    await broker.kill('SIGTERM');
    expect(durableBefore(readFileSync(trace, 'utf8'), 'broker.db-wal', 'HTTP/1.1 200')).toEqual(
      Array.from({ length: 5 }, () => 'synced'),
    );
  },
  timeoutMs,
);
