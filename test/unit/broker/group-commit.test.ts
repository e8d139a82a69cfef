import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Database } from '../../../src/broker/store/database.ts';
import { groupCommit, type Connection } from '../../../src/broker/store/group-commit.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import { StoreError } from '../../../src/broker/store/store.ts';

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'group-commit-'));
  database = openSqlite(join(folder, 'a.db'));
  await database.transaction((sql) => sql.run('CREATE TABLE words (word TEXT PRIMARY KEY)'));
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const write = (word: string): Promise<unknown> =>
  database.transaction((sql) => sql.run('INSERT INTO words VALUES ($1)', word));

async function words(): Promise<unknown[]> {
  const rows = await database.transaction((sql) => sql.run('SELECT word FROM words ORDER BY word'));
  return rows.map(({ word }) => word);
}

test('of transactions that share a commit, one that fails is undone alone', async () => {
  const half = database.transaction(async (sql) => {
    await sql.run("INSERT INTO words VALUES ('half')");
    throw new Error('no further');
  });
  const outcomes = await Promise.allSettled([write('a'), half, write('a'), write('b')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(await words()).toEqual(['a', 'b']);
});

test('a transaction sees what those before it under the same commit wrote', async () => {
  const [, seen] = await Promise.all([write('first'), words()]);
  expect(seen).toEqual(['first']);
});

test('more transactions than share one commit are all done, in the order in which they came', async () => {
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 200 }, (_, index) => write(`w${String(index)}`).then(() => order.push(index))),
  );
  expect(order).toEqual([...order.keys()]);
  expect(await words()).toHaveLength(200);
});

/** A FAKE connection: remembers what it is told, and commits when `commits` says so. */
function slowConnection(): {
  connection: Connection;
  log: string[];
  commits: PromiseWithResolvers<undefined>[];
} {
  const log: string[] = [];
  const commits: PromiseWithResolvers<undefined>[] = [];
  const note = (word: string) => (): void => void log.push(word);
  const connection: Connection = {
    sql: {
      run: (text) => {
        log.push(text);
        return text === 'disk full' ? Promise.reject(new Error(text)) : Promise.resolve([]);
      },
      lock: () => Promise.resolve(),
      forUpdate: '',
      erase: () => undefined,
    },
    begin: note('begin'),
    commit: () => {
      log.push('commit');
      const commit = Promise.withResolvers<undefined>();
      commits.push(commit);
      return commit.promise;
    },
    rollBack: note('roll back'),
    isFatal: (error) => error instanceof Error && error.message === 'sync failed',
    close: note('close'),
  };
  return { connection, log, commits };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Until the first commit is under way. */
async function untilCommit(commits: readonly unknown[], count: number): Promise<void> {
  while (commits.length < count) await turn();
}

test('nothing is answered before the commit is durable, and nothing that comes meanwhile sees it', async () => {
  const { connection, log, commits } = slowConnection();
  const slow = groupCommit(connection);
  const answered: string[] = [];
  const ask = (name: string): Promise<unknown> =>
    slow.transaction((sql) => sql.run(name)).then(() => answered.push(name));
  const first = [ask('a'), ask('b')];
  await untilCommit(commits, 1);
  const later = ask('read');
  await turn();
  expect(log).toEqual(['begin', 'a', 'b', 'commit']);
  expect(answered).toEqual([]);
  commits[0]?.resolve(undefined);
  await Promise.all(first);
  expect(answered).toEqual(['a', 'b']);
  await untilCommit(commits, 2);
  commits[1]?.resolve(undefined);
  await later;
  expect(log).toEqual(['begin', 'a', 'b', 'commit', 'begin', 'read', 'commit']);
});

/** Asks for so many, one in each turn of the event loop, each after the one before it waits. */
async function trickle(slow: Database, names: readonly string[]): Promise<void> {
  for (const name of names) {
    void slow.transaction((sql) => sql.run(name)).catch(() => undefined);
    await turn();
  }
}

test('where several came together, those that come one by one share a commit; who was alone waits for nobody', async () => {
  const { connection, log, commits } = slowConnection();
  const slow = groupCommit(connection);
  void slow.transaction((sql) => sql.run('alone'));
  await turn();
  await turn();
  expect(log).toEqual(['begin', 'alone', 'commit']);
  void slow.transaction((sql) => sql.run('a'));
  void slow.transaction((sql) => sql.run('b'));
  commits[0]?.resolve(undefined);
  await untilCommit(commits, 2);
  commits[1]?.resolve(undefined);
  await turn();
  await trickle(slow, ['c', 'd', 'e']);
  await untilCommit(commits, 3);
  const others = ['begin', 'a', 'b', 'commit', 'begin', 'c', 'd', 'e', 'commit'];
  expect(log).toEqual(['begin', 'alone', 'commit', ...others]);
});

test('those who keep coming do not keep the first of them waiting', async () => {
  const { connection, log, commits } = slowConnection();
  const slow = groupCommit(connection);
  const first = [slow.transaction((sql) => sql.run('a')), slow.transaction((sql) => sql.run('b'))];
  await untilCommit(commits, 1);
  commits[0]?.resolve(undefined);
  await Promise.all(first);
  const many = Array.from({ length: 40 }, (_, index) => `t${String(index)}`);
  await trickle(slow, many);
  await untilCommit(commits, 2);
  const shared = log.indexOf('commit', 4) - log.indexOf('t0');
  expect(shared).toBeGreaterThan(2);
  expect(shared).toBeLessThan(20);
});

test('where one fails, or their commit does, each is done once more by itself', async () => {
  const { connection, log, commits } = slowConnection();
  const slow = groupCommit(connection);
  const ask = (name: string): Promise<unknown> => slow.transaction((sql) => sql.run(name));
  const all = Promise.allSettled([ask('a'), ask('disk full'), ask('b')]);
  await untilCommit(commits, 1);
  commits[0]?.resolve(undefined);
  await untilCommit(commits, 2);
  commits[1]?.reject(new Error('no space'));
  const statuses = (await all).map(({ status }) => status);
  expect(statuses).toEqual(['fulfilled', 'rejected', 'rejected']);
  const failed = ['begin', 'disk full', 'roll back', 'begin', 'b', 'commit', 'roll back'];
  expect(log).toEqual(['begin', 'a', 'disk full', 'roll back', 'begin', 'a', 'commit', ...failed]);
  const after = ask('c');
  await untilCommit(commits, 3);
  commits[2]?.resolve(undefined);
  await expect(after).resolves.toEqual([]);
});

test('after a sync that failed nothing more is written, nor moved into the database on closing', async () => {
  const { connection, log, commits } = slowConnection();
  const slow = groupCommit(connection);
  const first = slow.transaction((sql) => sql.run('a'));
  await untilCommit(commits, 1);
  const waiting = slow.transaction((sql) => sql.run('b'));
  commits[0]?.reject(new Error('sync failed'));
  await expect(first).rejects.toThrow(StoreError);
  await expect(waiting).rejects.toThrow(StoreError);
  await expect(slow.transaction((sql) => sql.run('c'))).rejects.toThrow(StoreError);
  await slow.close();
  expect(log).toEqual(['begin', 'a', 'commit', 'roll back']);
});

test('what follows a commit keeps no answer back, but whatever comes next; where its sync fails nothing more is written', async () => {
  const { connection, log, commits } = slowConnection();
  const tidying = Promise.withResolvers<undefined>();
  const slow = groupCommit({ ...connection, tidy: () => (log.push('tidy'), tidying.promise) });
  const first = slow.transaction((sql) => sql.run('a'));
  await untilCommit(commits, 1);
  commits[0]?.resolve(undefined);
  await first;
  const next = slow.transaction((sql) => sql.run('b'));
  await turn();
  await turn();
  expect(log).toEqual(['begin', 'a', 'commit', 'tidy']);
  tidying.reject(new Error('sync failed'));
  await expect(next).rejects.toThrow(StoreError);
  await slow.close();
  expect(log).toEqual(['begin', 'a', 'commit', 'tidy']);
});
