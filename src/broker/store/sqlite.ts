import { closeSync, chmodSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CredsError } from '../../domain/errors.ts';
import { isObject } from '../../protocol/json.ts';
import type { Database, Row, Sql, Value } from './database.ts';
import { StoreError } from './store.ts';

// https://sqlite.org/rescode.html#busy
const sqliteBusy = 5;

/**
 * The embedded database: one file beside the broker, or `:memory:` for tests. Durable (WAL, synchronous FULL) and
 * locked for as long as it is open, so a second process is told at once.
 * @throws CredsError `input-invalid` when the file cannot be opened or another process holds it
 */
export function openSqlite(path: string): Database {
  const database = openLocked(path);
  const statements = new Map<string, Prepared>();
  let last: Promise<unknown> = Promise.resolve();

  const sql: Sql = {
    run: (text, ...values) => {
      let prepared = statements.get(text);
      if (prepared === undefined) {
        prepared = prepare(database, text);
        statements.set(text, prepared);
      }
      return Promise.resolve(prepared(values));
    },
  };

  async function inTransaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    try {
      database.exec('BEGIN IMMEDIATE');
      const result = await work(sql);
      database.exec('COMMIT');
      return result;
    } catch (error) {
      rollBack(database);
      throw error instanceof StoreError ? error : new StoreError(error);
    }
  }

  return {
    shared: false,
    skipLocked: '',
    // One connection: transactions take turns.
    transaction: (work) => {
      const turn = last.then(() => inTransaction(work));
      last = turn.catch(() => undefined);
      return turn;
    },
    close: async () => {
      await last;
      database.close();
    },
  };
}

/** SQLite rolls back by itself when the disk fails in the middle; what is left to say is said by the first error. */
function rollBack(database: DatabaseSync): void {
  try {
    if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
  } catch {
    // The next BEGIN fails, if it must.
  }
}

type Prepared = (values: readonly Value[]) => readonly Row[];

/** `$1`-style parameters in whatever order and number become SQLite's plain ones. */
function prepare(database: DatabaseSync, text: string): Prepared {
  const order: number[] = [];
  const plain = text.replace(/\$(\d+)/g, (_, position: string) => {
    order.push(Number(position) - 1);
    return '?';
  });
  const statement: StatementSync = database.prepare(plain);
  return (values) => statement.all(...order.map((index) => values[index] ?? null));
}

function openLocked(path: string): DatabaseSync {
  try {
    if (path !== ':memory:') {
      // SQLite makes the write-ahead log with the rights of the database file.
      closeSync(openSync(path, 'a', 0o600));
      chmodSync(path, 0o600);
    }
    const database = new DatabaseSync(path);
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('BEGIN EXCLUSIVE; COMMIT');
    return database;
  } catch (cause) {
    const busy = isObject(cause) && cause['errcode'] === sqliteBusy;
    throw new CredsError(
      'input-invalid',
      busy ? `Another process has the store ${path} open.` : `The store ${path} cannot be opened.`,
      {
        cause,
        hint: busy
          ? 'One broker at a time works on a SQLite file. Stop the other one, or give this one a file of its own.'
          : 'Check that the folder of `store.sqlite` exists and that the broker may write there.',
      },
    );
  }
}
