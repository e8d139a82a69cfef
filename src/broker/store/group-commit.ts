import type { Database, Sql } from './database.ts';
import { StoreError } from './store.ts';

/** So many transactions share one commit at most: the most that one failed commit takes with it. */
const mostTogether = 64;

/** One connection to a database that writes; every method but `settle` works at once. */
export interface Connection {
  readonly sql: Sql;
  begin(): void;
  /** What is done from here on can be undone by itself. */
  mark(): void;
  keep(): void;
  /** Undoes what was done since `mark`. @returns false when the whole transaction is gone */
  undo(): boolean;
  /** Resolves when all since `begin` is on the disk. */
  commit(): Promise<void>;
  /** Undoes all since `begin`, if there is anything. */
  rollBack(): void;
  /**
   * After a sync that failed nobody knows what is on the disk: the system forgets what it could not write, and the next
   * sync succeeds without it. Nothing more may be written until a restart has read what is there.
   */
  isFatal(error: unknown): boolean;
  close(): void;
}

/** A transaction that waits for its turn. `run` does its work and returns how to answer once that is durable. */
interface Turn {
  readonly run: (sql: Sql) => Promise<() => void>;
  readonly fail: (error: StoreError) => void;
}

/**
 * Transactions one after another on one connection, those that wait together under one commit: a sync costs as much for
 * sixty as for one. One that fails is undone alone. None is answered before all that it could see is on the disk
 * (docs/decisions/0017).
 */
export function groupCommit(connection: Connection): Database {
  const waiting: Turn[] = [];
  let running: Promise<void> | undefined;
  let broken: StoreError | undefined;

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      // What else arrives in this turn of the event loop shares the commit.
      await nextTurn();
      const batch = waiting.splice(0, mostTogether);
      const error = broken ?? (await commitTogether(connection, batch));
      if (error === undefined) continue;
      if (connection.isFatal(error.cause)) broken ??= error;
      for (const { fail } of batch) fail(error);
    }
    running = undefined;
  }

  return {
    shared: false,
    skipLocked: '',
    transaction: (body) =>
      new Promise((resolve, reject) => {
        const run = async (sql: Sql): Promise<() => void> => {
          const result = await body(sql);
          return () => {
            resolve(result);
          };
        };
        waiting.push({ run, fail: reject });
        running ??= work();
      }),
    close: async () => {
      await running;
      // Closing would move into the database what the log may have lost.
      if (broken === undefined) connection.close();
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @returns what went wrong with all of them together; what went wrong with one alone it was told */
async function commitTogether(
  connection: Connection,
  batch: readonly Turn[],
): Promise<StoreError | undefined> {
  const answers: (() => void)[] = [];
  try {
    connection.begin();
    for (const turn of batch) answers.push(await runAlone(connection, turn));
    await connection.commit();
  } catch (error) {
    connection.rollBack();
    return asStoreError(error);
  }
  for (const answer of answers) answer();
  return undefined;
}

/** @throws when this took the whole batch with it */
async function runAlone(connection: Connection, { run, fail }: Turn): Promise<() => void> {
  connection.mark();
  try {
    const answer = await run(connection.sql);
    connection.keep();
    return answer;
  } catch (error) {
    if (connection.isFatal(error) || !connection.undo()) throw error;
    return () => {
      fail(asStoreError(error));
    };
  }
}

function asStoreError(error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError(error);
}
