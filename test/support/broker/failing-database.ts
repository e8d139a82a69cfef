/** A real database behind a fault of the test's choice: statements and commits that fail, or whose answer is lost. */
import type { Database, Sql } from '../../../src/broker/store/database.ts';
import { StoreError } from '../../../src/broker/store/store.ts';

/** `refused`: it never runs; `lost`: it runs, and nobody is told. A transaction that is not committed is undone either way. */
export type StoreFault = 'refused' | 'lost';

export interface Outage {
  readonly fault: StoreFault;
  /** From which statement or commit on, counted from 0. */
  readonly from: number;
  /** How many of them. */
  readonly count: number;
}

export interface FailingDatabase {
  /** Stands between the store and its database. */
  readonly between: (database: Database) => Database;
  /** Counts from now on. */
  begin(outage: Outage): void;
  /** @returns whether it was come to */
  end(): boolean;
  /** How many there were since `begin`. */
  readonly steps: () => number;
  /** Past the fault. */
  readonly rows: (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export function failingDatabase(): FailingDatabase {
  let real: Database | undefined;
  let outage: Outage | undefined;
  let seen = 0;
  /** Does one thing, or only seems not to. */
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    const number = seen++;
    const isOut = outage !== undefined && number >= outage.from && number < outage.from + outage.count;
    if (isOut && outage?.fault === 'refused') throw new Error('a fault of the test');
    const result = await work();
    if (isOut) throw new StoreError(new Error('a fault of the test'));
    return result;
  };
  const failing = (sql: Sql): Sql => ({
    ...sql,
    run: (text, ...values) => step(() => sql.run(text, ...values)),
    lock: (...locks) => step(() => sql.lock(...locks)),
  });
  return {
    between: (database) => {
      real = database;
      return {
        ...database,
        transaction: async (work, purpose) => {
          let atCommit = (): Promise<unknown> => Promise.resolve();
          const result = await database.transaction(async (sql) => {
            const found = await work(failing(sql));
            // The commit is one thing more: refused inside of the transaction, lost outside of it.
            if (outage?.fault === 'refused') await step(() => Promise.resolve());
            else atCommit = () => step(() => Promise.resolve());
            return found;
          }, purpose);
          await atCommit();
          return result;
        },
      };
    },
    begin: (next) => {
      outage = next;
      seen = 0;
    },
    end: () => {
      const reached = outage !== undefined && seen > outage.from;
      outage = undefined;
      return reached;
    },
    steps: () => seen,
    rows: (text) => {
      if (real === undefined) throw new Error('there is no database yet');
      return real.transaction((sql) => sql.run(text));
    },
  };
}
