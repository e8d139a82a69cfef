import { closeSync, chmodSync, fdatasync, openSync, realpathSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { CredsError } from '../../domain/errors.ts';
import { isObject } from '../../protocol/json.ts';
import type { Database, Row, Value } from './database.ts';
import { groupCommit, type Connection } from './group-commit.ts';

// SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC: https://sqlite.org/rescode.html
const failedSyncs = [1034, 1290];
/** 16 MiB: few checkpoints, and a log that is soon written over in place, which costs less than to let it grow. */
const checkpointPages = 4096;
/**
 * Each commit walks over the whole cache. What is not in it is in the system's own as often as not, and reading it from
 * there costs less.
 */
const cacheKib = 16_384;

/**
 * The embedded database: one file beside the broker, or `:memory:` for tests. Locked for as long as it is open, so a
 * second process is told at once. SQLite writes its log without syncing it (synchronous NORMAL) and the log is synced
 * here before anything is answered: SQLite's own sync would hold up every other request, and is a slower one.
 * @throws CredsError `input-invalid` when the file cannot be opened or another process holds it
 */
export function openSqlite(path: string): Database {
  const database = openLocked(path);
  return groupCommit(connect(database, openFiles(path)));
}

/**
 * Reads from a database that nobody has open: nothing is locked, and nothing beside the file is made.
 * @param path of a file that is whole by itself: without a log (`-wal`) beside it
 */
export function readClosedSqlite(path: string, text: string): readonly Row[] {
  const url = pathToFileURL(path);
  url.search = 'immutable=1';
  const database = new DatabaseSync(url, { readOnly: true });
  try {
    return database.prepare(text).all();
  } finally {
    database.close();
  }
}

function connect(database: DatabaseSync, files: Files): Connection {
  const statements = new Map<string, Prepared>();
  let erases = false;
  const run = (text: string, values: readonly Value[] = []): readonly Row[] => {
    let prepared = statements.get(text);
    if (prepared === undefined) {
      prepared = prepare(database, text);
      statements.set(text, prepared);
    }
    return prepared(values);
  };
  return {
    sql: {
      run: (text, ...values) => Promise.resolve(run(text, values)),
      lock: () => Promise.resolve(),
      forUpdate: '',
      erase: () => {
        erases = true;
      },
    },
    begin: () => {
      erases = false;
      run('BEGIN IMMEDIATE');
    },
    commit: async () => {
      run('COMMIT');
      await files.syncLog();
      if (erases) emptyLog(database);
    },
    tidy: () => moveLog(database, files),
    rollBack: () => {
      try {
        if (database.isOpen && database.isTransaction) run('ROLLBACK');
      } catch {
        // The next `begin` fails, if it must; what is left to say is said by the first error.
      }
    },
    isFatal,
    close: () => {
      database.close();
      // Not before: with any descriptor of the database file its locks are gone (POSIX).
      files.close();
    },
  };
}

function isFatal(error: unknown): boolean {
  return (
    isObject(error) && (error['syscall'] === 'fdatasync' || failedSyncs.includes(Number(error['errcode'])))
  );
}

/** The log has every page as it once was. What was to be written is on the disk by now, so no other failure counts. */
function emptyLog(database: DatabaseSync): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (isFatal(error)) throw error;
  }
}

/**
 * Moves what the log has into the database, when it is long. SQLite would sync the database here, on this thread, and
 * nobody would be heard meanwhile; so it writes without a sync, and the file is synced on another thread. Until that has
 * succeeded nothing may be written: the log, which is on the disk, is begun again by the next write (docs/decisions/0017).
 * @throws what is fatal; any other failure leaves the log as it is, for the next time
 */
async function moveLog(database: DatabaseSync, files: Files): Promise<void> {
  try {
    const [length] = database.prepare('PRAGMA wal_checkpoint(NOOP)').all();
    if (Number(length?.['log']) - Number(length?.['checkpointed']) < checkpointPages) return;
    // Where nothing was committed yet, the end of what a killed process left there may not be on the disk.
    await files.syncLog();
    database.exec('PRAGMA synchronous = OFF');
    try {
      database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } finally {
      database.exec('PRAGMA synchronous = NORMAL');
    }
  } catch (error) {
    if (isFatal(error)) throw error;
  }
  await files.syncDatabase();
}

/** The files of the database, to be synced. */
interface Files {
  syncLog(): Promise<void>;
  syncDatabase(): Promise<void>;
  close(): void;
}

function openFiles(path: string): Files {
  const nothing = (): Promise<void> => Promise.resolve();
  if (path === ':memory:') return { syncLog: nothing, syncDatabase: nothing, close: () => undefined };
  // SQLite has the log beside the file itself, wherever links to it are.
  const real = realpathSync(path);
  const [database, log] = [openSync(real, 'r+'), openSync(`${real}-wal`, 'r+')];
  return {
    syncLog: () => sync(log),
    syncDatabase: () => sync(database),
    close: () => {
      closeSync(database);
      closeSync(log);
    },
  };
}

function sync(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(file, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
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
    database.exec('PRAGMA synchronous = NORMAL');
    // Done by `moveLog`.
    database.exec('PRAGMA wal_autocheckpoint = 0');
    database.exec(`PRAGMA cache_size = -${String(cacheKib)}`);
    // A destroyed data key must not stay in pages that are free (https://sqlite.org/pragma.html#pragma_secure_delete).
    database.exec('PRAGMA secure_delete = ON');
    database.exec('BEGIN EXCLUSIVE; COMMIT');
    return database;
  } catch (cause) {
    throw cannotOpen(path, cause);
  }
}

// Result codes: https://sqlite.org/rescode.html
const reasons: Readonly<Record<number, readonly [message: string, hint: string]>> = {
  5: [
    'Another process has the store PATH open.',
    'One broker at a time works on a SQLite file. Stop the other one, or give this one a file of its own.',
  ],
  8: ['The store PATH may not be written.', 'Give the broker the right to write the file and its folder.'],
  11: damaged(),
  13: [
    'The store PATH cannot be opened: its disk is full.',
    'Make room on the disk. Nothing in the store is lost.',
  ],
  26: damaged(),
};

function damaged(): readonly [string, string] {
  return [
    'The store PATH is damaged, or is no SQLite database.',
    'Nothing was changed in it. Keep a copy with the files beside it that end in -wal, and restore a backup.',
  ];
}

/** What the system says before SQLite does, as SQLite would have it. */
const bySystem: Readonly<Record<string, number>> = { EROFS: 8, EACCES: 8, EPERM: 8, ENOSPC: 13, EDQUOT: 13 };

function cannotOpen(path: string, cause: unknown): CredsError {
  const { errcode, code: said } = isObject(cause) ? cause : {};
  // The lower eight bits are the kind of an error, the others tell more.
  const code = bySystem[String(said)] ?? Number(errcode ?? 0) & 0xff;
  const [message, hint] = reasons[code] ?? [
    'The store PATH cannot be opened.',
    'Check that the folder of `store.sqlite` exists and that the broker may write there.',
  ];
  return new CredsError(
    'input-invalid',
    message.replace('PATH', () => path),
    { cause, hint },
  );
}
