/** Every kind of database that the store runs on, each time a new and empty one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../../src/domain/secret.ts';
import type { Database } from '../../../src/broker/store/database.ts';
import { openPostgres, type PostgresOptions } from '../../../src/broker/store/postgres.ts';
import { readPostgresUrl } from '../../../src/broker/domain/postgres-url.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import type { Peer } from '../peers.ts';
import { startPostgres, type PostgresCluster } from '../postgres.ts';

/** One empty database. */
export interface TestDatabase extends AsyncDisposable {
  /** Opens it, or opens it once more as another broker would, where several may. */
  open(): Promise<Database>;
}

export interface DatabaseKind {
  /** What it needs of this machine. */
  readonly peers: readonly Peer[];
  /** Starts what its databases run in. */
  start(): Promise<DatabaseServer>;
}

export interface DatabaseServer extends AsyncDisposable {
  fresh(): Promise<TestDatabase>;
}

/** A new one is a line here. */
export const databaseKinds: Readonly<Record<string, DatabaseKind>> = {
  'SQLite in a file': { peers: [], start: () => Promise.resolve(inFiles) },
  'SQLite in memory': { peers: [], start: () => Promise.resolve(inMemory) },
  PostgreSQL: { peers: ['postgres'], start: inPostgres },
};

const nothing = (): Promise<void> => Promise.resolve();

const inFiles: DatabaseServer = {
  fresh: () => {
    const folder = mkdtempSync(join(tmpdir(), 'ec-store-'));
    return Promise.resolve({
      open: () => Promise.resolve(openSqlite(join(folder, 'broker.db'))),
      [Symbol.asyncDispose]: () => {
        rmSync(folder, { recursive: true });
        return nothing();
      },
    });
  },
  [Symbol.asyncDispose]: nothing,
};

/** Every statement that ran on SQLite in memory. */
export const statementsRun = new Set<string>();

function noting(database: Database): Database {
  return {
    ...database,
    transaction: (work, purpose) =>
      database.transaction(
        (sql) =>
          work({
            ...sql,
            run: (text, ...values) => {
              statementsRun.add(text);
              return sql.run(text, ...values);
            },
          }),
        purpose,
      ),
  };
}

const inMemory: DatabaseServer = {
  fresh: () =>
    Promise.resolve({
      open: () => Promise.resolve(noting(openSqlite(':memory:'))),
      [Symbol.asyncDispose]: nothing,
    }),
  [Symbol.asyncDispose]: nothing,
};

async function inPostgres(): Promise<DatabaseServer> {
  const cluster = await startPostgres();
  return {
    fresh: () => freshPostgres(cluster),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

/** What broker.yaml says where it says nothing, for a URL. */
export function postgresOptions(url: string, changes: Partial<PostgresOptions> = {}): PostgresOptions {
  const address = readPostgresUrl(new Secret(url), 'the URL');
  return { address, ca: undefined, connections: 10, connectMs: 5000, statementMs: 5000, ...changes };
}

async function freshPostgres(cluster: PostgresCluster): Promise<TestDatabase> {
  const { url } = await cluster.freshDatabase();
  return { open: () => openPostgres(postgresOptions(url)), [Symbol.asyncDispose]: nothing };
}
