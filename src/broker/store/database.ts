export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** Runs statements with `$1`-style parameters, in the SQL that SQLite and PostgreSQL share. */
export interface Sql {
  run(text: string, ...values: readonly Value[]): Promise<readonly Row[]>;
  /**
   * Waits, in this order, until no other transaction holds these names, and holds them until this one ends. What is
   * read afterwards is what the others have left. Nothing where transactions take turns anyway.
   */
  lock(...locks: readonly Lock[]): Promise<void>;
  /** How a SELECT ends whose rows nobody changes until this transaction ends. */
  readonly forUpdate: '' | 'FOR UPDATE';
  /**
   * What this transaction overwrites or deletes must be nowhere on the disk once it is durable, as far as that is the
   * store's to say: PostgreSQL keeps earlier rows until it vacuums, and its log for as long as it is told to.
   */
  erase(): void;
}

/** `shared`: several may hold it at once, but none beside one that does not share it. */
export interface Lock {
  readonly name: string;
  readonly shared?: boolean;
}

/**
 * What a transaction is for. `lend`: beside others of its kind. `halt`: when the last of those that lend has ended, and
 * none begins until it has. `migrate`: alone among all brokers that share the database.
 */
export type Purpose = 'work' | 'lend' | 'halt' | 'migrate';

/** A database as the store needs it: transactions that are durable when they resolve. */
export interface Database {
  /**
   * All of the work or nothing of it. The work may be run again: it is a function of its input over `sql`.
   * @param purpose by default `work`
   * @throws StoreError
   */
  transaction<T>(work: (sql: Sql) => Promise<T>, purpose?: Purpose): Promise<T>;
  /** Whether other brokers may have it open as well. */
  readonly shared: boolean;
  /** How a SELECT ends that takes rows for itself and passes over those that another took at this moment. */
  readonly skipLocked: '' | 'FOR UPDATE SKIP LOCKED';
  /** Its own clock, where that is not the broker's. */
  readonly time?: () => Promise<Date>;
  close(): Promise<void>;
}
