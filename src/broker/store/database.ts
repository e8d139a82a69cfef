export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** Runs statements with `$1`-style parameters, in the SQL that SQLite and PostgreSQL share. */
export interface Sql {
  run(text: string, ...values: readonly Value[]): Promise<readonly Row[]>;
}

/** A database as the store needs it: transactions that are durable when they resolve. */
export interface Database {
  /** All of the work or nothing of it. @throws StoreError */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
