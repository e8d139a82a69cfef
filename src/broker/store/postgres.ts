import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import { isObject } from '../../protocol/json.ts';
import { connectionTo, type PostgresAddress } from '../domain/postgres-url.ts';
import type { Database, Purpose, Row, Sql, Value } from './database.ts';
import { StoreError } from './store.ts';

/** How the broker uses its database. */
export interface PostgresOptions {
  readonly address: PostgresAddress;
  /** PEM of the only authorities that are believed; undefined: those of the machine. */
  readonly ca: string | undefined;
  /** How many connections at most. */
  readonly connections: number;
  /** How long to wait for a connection, new or free. Milliseconds. */
  readonly connectMs: number;
  /** How long one statement may take. Milliseconds. */
  readonly statementMs: number;
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization_failure (where the database is told to be
// stricter), deadlock_detected
const conflicts = ['40001', '40P01'];
const mostAttempts = 20;
const longestPauseMs = 100;
/** Beyond the server's own time limit: the server, or the way to it, stands still. */
const graceMs = 1000;
const idleMs = 60_000;
/** Connections end after half an hour, so that they spread again after one of several servers was away. */
const lifeSeconds = 1800;
/** Statements that every connection keeps prepared. The store has fewer; lists of ids make each length another one. */
const mostPrepared = 300;
/** Whatever the version, brokers that start take turns by this number. */
const migrationLock = 4_921_770_031;
/** Shared by whoever lends, held alone by whoever ends that. */
const lendingLock = 4_921_770_032;
const migrationMs = 600_000;

// Each statement sees what was committed before it; what must not change in between is locked (docs/decisions/0016).
const beginnings: Record<Purpose, readonly string[]> = {
  work: ['BEGIN ISOLATION LEVEL READ COMMITTED'],
  // In one text, so that it costs no time on the way.
  lend: [
    `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_catalog.pg_advisory_xact_lock_shared(${String(lendingLock)})`,
  ],
  halt: [
    'BEGIN ISOLATION LEVEL READ COMMITTED',
    `SELECT pg_catalog.pg_advisory_xact_lock(${String(lendingLock)})`,
  ],
  migrate: [
    'BEGIN ISOLATION LEVEL READ COMMITTED',
    `SET LOCAL statement_timeout = ${String(migrationMs)}`,
    `SELECT pg_advisory_xact_lock(${String(migrationLock)})`,
  ],
};

/**
 * The database that several brokers share: transactions are repeated where they were in each other's way, and durable
 * when they resolve. Connects when it is first asked.
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ ...poolConfig(options), types: { getTypeParser: parserOf(pg.types) } });
  // A connection that breaks while nobody uses it is replaced; whoever uses one is told by his statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const prepared = new Map<string, string>();
  const { statementMs } = options;
  return {
    shared: true,
    skipLocked: 'FOR UPDATE SKIP LOCKED',
    transaction: (work, purpose = 'work') =>
      repeated(() => inTransaction(pool, { work, purpose, prepared, statementMs })),
    time: async () => {
      const [row] = await repeated(
        async () => (await pool.query<Row>(statement(askTime, [], statementMs))).rows,
      );
      return new Date(Number(row?.['at']));
    },
    close: () => pool.end(),
  };
}

const askTime = 'SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT) AS at';

function poolConfig({ address, ca, connections, connectMs, statementMs }: PostgresOptions): PoolConfig {
  return {
    ...connectionTo(address, ca),
    application_name: 'ephemeral-creds',
    max: connections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: idleMs,
    maxLifetimeSeconds: lifeSeconds,
    keepAlive: true,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: statementMs,
    // Durable whatever the database's own default.
    options: '-c synchronous_commit=on',
  };
}

// https://www.postgresql.org/docs/current/catalog-pg-type.html: int8 and numeric, as which times, counts and sums come.
const numbers = [20, 1700];

/** Numbers as numbers, as SQLite gives them: none of the store's is beyond 2^53. */
function parserOf(types: {
  getTypeParser: (oid: number, format?: 'text') => unknown;
}): (oid: number) => unknown {
  return (oid) => (numbers.includes(oid) ? Number : types.getTypeParser(oid, 'text'));
}

/** A transaction that another was in the way of is made again, soon and at a time of its own. */
async function repeated<T>(attempt: () => Promise<T>): Promise<T> {
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isConflict(error) || made === mostAttempts)
        throw error instanceof StoreError ? error : new StoreError(error);
      await pause(randomInt(Math.min(2 ** made, longestPauseMs)));
    }
  }
}

function isConflict(error: unknown): boolean {
  return isObject(error) && typeof error['code'] === 'string' && conflicts.includes(error['code']);
}

interface Work<T> {
  readonly work: (sql: Sql) => Promise<T>;
  readonly purpose: Purpose;
  /** The names of prepared statements, by text. */
  readonly prepared: Map<string, string>;
  readonly statementMs: number;
}

async function inTransaction<T>(pool: Pool, todo: Work<T>): Promise<T> {
  const client = await pool.connect();
  try {
    const result = await perform(client, todo);
    client.release();
    return result;
  } catch (error) {
    // Whoever does not know how a connection stands does not use it again.
    const sound = isConflict(error) && (await rolledBack(client, todo.statementMs));
    client.release(!sound);
    throw error;
  }
}

async function perform<T>(client: PoolClient, todo: Work<T>): Promise<T> {
  const { work, purpose, prepared, statementMs } = todo;
  const limitMs = (purpose === 'migrate' ? migrationMs : statementMs) + graceMs;
  const ask = (text: string): Promise<unknown> => client.query(statement(text, [], limitMs));
  for (const text of beginnings[purpose]) await ask(text);
  const result = await work({
    run: async (text, ...values) => {
      const name = nameOf(prepared, text);
      return (await client.query<Row>({ ...statement(text, values, limitMs), ...(name && { name }) })).rows;
    },
    lock: async (...locks) => {
      const names = locks.map(({ name }) => name);
      const shared = locks.map(({ shared: together }) => together === true);
      await client.query({ name: 'locks', ...statement(takeLocks, [names, shared], limitMs) });
    },
    forUpdate: 'FOR UPDATE',
    erase: () => undefined,
  });
  await commit(client, limitMs);
  return result;
}

/** @throws StoreError when what was done is not durable, or may not be */
async function commit(client: PoolClient, limitMs: number): Promise<void> {
  let warning: string | undefined;
  const hear = ({ message = '' }: { readonly message?: string | undefined }): void => {
    warning = message;
  };
  client.on('notice', hear);
  try {
    const { command } = await client.query(statement('COMMIT', [], limitMs));
    // A transaction in which a statement failed is rolled back by COMMIT, without an error.
    if (command !== 'COMMIT') throw new StoreError(new Error('the transaction was rolled back'));
  } finally {
    client.off('notice', hear);
  }
  // Whoever cancels the wait for a synchronous standby gets no error either: it is done here, and maybe not there.
  // https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION-HA
  if (warning !== undefined) throw new StoreError(new Error(`the transaction may be lost: ${warning}`));
}

// https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS
const takeLocks =
  'SELECT CASE WHEN shared THEN pg_catalog.pg_advisory_xact_lock_shared(pg_catalog.hashtextextended(name, 0::bigint)) ' +
  'ELSE pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(name, 0::bigint)) END FROM unnest($1::text[], $2::boolean[]) AS locks (name, shared)';

type Parameter = Value | readonly (string | boolean)[];

interface Statement {
  readonly text: string;
  readonly values: Parameter[];
  readonly query_timeout: number;
}

/** Also a server that stands still is given up. */
function statement(text: string, values: readonly Parameter[], limitMs: number): Statement {
  return { text, values: [...values], query_timeout: limitMs };
}

function nameOf(prepared: Map<string, string>, text: string): string | undefined {
  const known = prepared.get(text);
  if (known !== undefined || prepared.size >= mostPrepared) return known;
  const name = `s${String(prepared.size)}`;
  prepared.set(text, name);
  return name;
}

async function rolledBack(client: PoolClient, limitMs: number): Promise<boolean> {
  try {
    await client.query(statement('ROLLBACK', [], limitMs));
    return true;
  } catch {
    return false;
  }
}
