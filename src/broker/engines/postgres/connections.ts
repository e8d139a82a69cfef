import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { placesFor, type Places } from '../../domain/places.ts';
import { connectionTo, readPostgresUrl } from '../../domain/postgres-url.ts';
import { BackendTrouble, ParameterError, type EngineTools } from '../engine.ts';
import { failure, ToldFailure } from './failure.ts';

/** Connections of one broker to one database of one server. */
export const mostConnections = 4;
const connectMs = 5000;
const statementMs = 8000;
const lockMs = 4000;
/**
 * A transaction whose end does not come is undone by the server. Revoking waits for it: a role that was to be made
 * cannot come into being afterwards.
 */
const idleInTransactionMs = 4000;
/** Beyond the server's own limits: the server, or the way to it, stands still. */
const graceMs = 1000;
const idleMs = 30_000;
const lifeSeconds = 1800;

/** A database on a server, by reference. */
export interface Place {
  /** Where the URL is kept: `env:NAME`, `file:PATH`. */
  readonly url: string;
  /** Where the authority's certificate is kept. */
  readonly ca: string | undefined;
  /** Undefined: the URL's own. */
  readonly database?: string;
}

type Row = Readonly<Record<string, unknown>>;

/** One connection, lent for a piece of work. */
export interface Session {
  /** Runs one text and gives the rows of its last statement. */
  ask(text: string): Promise<readonly Row[]>;
  readonly identifier: (name: string) => string;
  readonly literal: (value: string) => string;
}

export interface Connections {
  /**
   * Lends a connection. When the work fails or the signal aborts it is cut, and the server undoes what was open.
   * @param doing for the message, as in "creating the login role"
   * @throws Error without a statement, a value or a URL in it
   */
  within<T>(place: Place, errand: Errand, work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface Errand {
  readonly doing: string;
  readonly signal: AbortSignal;
}

interface Known {
  /** Of URL and certificate: when they change at their place, so does the pool. */
  readonly stamp: string;
  readonly pool: Pool;
}

/** Connects to each server when it is first needed. */
export function openConnections(secret: EngineTools['secret']): Connections {
  const pools = new Map<string, Known>();
  const lines = new Map<string, Places>();

  /**
   * Where one waits for a connection to be free, as long as the work may take: how long connecting may take says
   * nothing of it. Who holds one of a database that is named waits for no other, so all come to their turn.
   */
  function lineOf(place: Place): Places {
    const key = keyOf(place);
    const line = lines.get(key) ?? placesFor(mostConnections);
    lines.set(key, line);
    return line;
  }

  async function poolOf(place: Place): Promise<Pool> {
    const { default: pg } = await import('pg');
    const url = secret(place.url);
    const ca = place.ca === undefined ? undefined : secret(place.ca).reveal();
    const stamp = createHash('sha256')
      .update(JSON.stringify([url.reveal(), ca]))
      .digest('base64');
    const key = keyOf(place);
    const known = pools.get(key);
    if (known?.stamp === stamp) return known.pool;
    const address = readPostgresUrl(url, place.url);
    const pool = new pg.Pool({
      ...connectionTo({ ...address, database: place.database ?? address.database }, ca),
      ...limits,
    });
    // A connection that breaks while nobody uses it is replaced; whoever uses one is told by his statement.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    pools.set(key, { stamp, pool });
    void known?.pool.end();
    return pool;
  }

  return {
    within: async (place, { doing, signal }, work) => {
      try {
        const line = lineOf(place);
        await line.take(1, signal);
        const free = (): void => {
          line.free(1);
        };
        const client = await connected(poolOf(place), signal, free);
        return await lend(client, { signal, free }, work);
      } catch (error) {
        throw passesOn(error) ? error : failure(doing, error);
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map(({ pool }) => pool.end()));
    },
  };
}

function keyOf({ url, ca, database }: Place): string {
  return JSON.stringify([url, ca, database]);
}

/** Whose message may be told as it is. */
function passesOn(error: unknown): error is Error {
  return [ToldFailure, ParameterError, BackendTrouble].some((each) => error instanceof each);
}

const limits = {
  application_name: 'ephemeral-creds',
  max: mostConnections,
  connectionTimeoutMillis: connectMs,
  idleTimeoutMillis: idleMs,
  maxLifetimeSeconds: lifeSeconds,
  statement_timeout: statementMs,
  lock_timeout: lockMs,
  idle_in_transaction_session_timeout: idleInTransactionMs,
  query_timeout: statementMs + graceMs,
  keepAlive: true,
  // A job may have made a function whose name and arguments fit better than those of the server's own, and it would be
  // called with the broker's rights: https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS
  options: '-c search_path=pg_catalog,pg_temp',
};

/**
 * A connection that comes when nobody wants it any more goes back.
 * @param free is called once none is on its way any more, when none came
 */
async function connected(pool: Promise<Pool>, signal: AbortSignal, free: () => void): Promise<PoolClient> {
  const arriving = pool.then((ready) => ready.connect());
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => {
    stopped.reject(new Error('aborted'));
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([arriving, stopped.promise]);
  } catch (error) {
    void arriving
      .then(
        (client) => {
          client.release();
        },
        () => undefined,
      )
      .finally(free);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface Lending {
  readonly signal: AbortSignal;
  /** Called when the connection is given back. */
  readonly free: () => void;
}

async function lend<T>(
  client: PoolClient,
  { signal, free }: Lending,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  let lent = true;
  const takeBack = (cut: boolean): void => {
    if (!lent) return;
    lent = false;
    client.release(cut);
    free();
  };
  const cut = (): void => {
    takeBack(true);
  };
  signal.addEventListener('abort', cut, { once: true });
  try {
    signal.throwIfAborted();
    const result = await work({
      ask: async (text) => {
        if (!lent) throw new Error('aborted');
        const answer: unknown = await client.query(text);
        const last = (Array.isArray(answer) ? answer.at(-1) : answer) as { readonly rows: readonly Row[] };
        return last.rows;
      },
      identifier: (name) => client.escapeIdentifier(name),
      literal: (value) => client.escapeLiteral(value),
    });
    takeBack(false);
    return result;
  } finally {
    signal.removeEventListener('abort', cut);
    cut();
  }
}
