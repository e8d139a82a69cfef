import type { Database, Sql } from './database.ts';
import { StoreError } from './store.ts';

/** So many transactions share one commit at most: the most that one failed commit takes with it. */
const mostTogether = 64;
/** After so many turns of the event loop that bring no other transaction none is taken to be on its way. */
const quietTurns = 4;
/** Those who keep coming one by one do not keep the first of them waiting for longer. */
const mostTurns = 16;

/** One connection to a database that writes; every method but `commit` works at once. */
export interface Connection {
  readonly sql: Sql;
  begin(): void;
  /** Resolves when all since `begin` is on the disk. */
  commit(): Promise<void>;
  /** What is left to do when they are answered, and before anything is begun. Rejects only with what is fatal. */
  tidy?(): Promise<void>;
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
 * sixty as for one. Where one of them fails all are undone, and each is done once more by itself. None is answered before
 * all that it could see is on the disk (docs/decisions/0017).
 */
export function groupCommit(connection: Connection): Database {
  const waiting: Turn[] = [];
  let running: Promise<void> | undefined;
  let broken: StoreError | undefined;
  /** How many the latest commit was for. */
  let together = 0;

  const stop = (error: unknown): void => {
    broken ??= asStoreError(error);
  };

  /** @throws never */
  async function commit(batch: readonly Turn[]): Promise<void> {
    const error = broken ?? (await commitTogether(connection, batch));
    if (error === undefined) return;
    if (connection.isFatal(error.cause)) broken ??= error;
    // One of them alone is what went wrong, mostly: the others need not suffer from it.
    if (broken === undefined && batch.length > 1) for (const turn of batch) await commit([turn]);
    else for (const { fail } of batch) fail(error);
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      await gather(waiting, together > 1);
      const batch = waiting.splice(0, mostTogether);
      together = batch.length;
      await commit(batch);
      if (broken === undefined) await connection.tidy?.().catch(stop);
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

/**
 * Waits for others to share the commit: what arrives in this turn of the event loop, and where several came together
 * last time, what is on its way by the looks of it. Turns, not milliseconds: where there is nothing to do they are over
 * at once, and where there is, others arrive in them.
 */
async function gather(waiting: readonly Turn[], hadCompany: boolean): Promise<void> {
  const enough = hadCompany ? quietTurns : 1;
  let quiet = 0;
  for (let turn = 0; turn < mostTurns && quiet < enough && waiting.length < mostTogether; turn++) {
    const before = waiting.length;
    await nextTurn();
    quiet = waiting.length > before ? 0 : quiet + 1;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @returns what went wrong; nothing is then done, and nobody answered */
async function commitTogether(
  connection: Connection,
  batch: readonly Turn[],
): Promise<StoreError | undefined> {
  const answers: (() => void)[] = [];
  try {
    connection.begin();
    for (const { run } of batch) answers.push(await run(connection.sql));
    await connection.commit();
  } catch (error) {
    connection.rollBack();
    return asStoreError(error);
  }
  for (const answer of answers) answer();
  return undefined;
}

function asStoreError(error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError(error);
}
