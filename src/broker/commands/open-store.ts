import { CredsError } from '../../domain/errors.ts';
import { isObject } from '../../protocol/json.ts';
import type { BrokerHost } from '../domain/outside.ts';
import type { Database } from '../store/database.ts';
import { openPostgres } from '../store/postgres.ts';
import { readPostgresUrl, weaknessOf, type PostgresAddress } from '../domain/postgres-url.ts';
import { checkServer } from '../store/server-version.ts';
import { openSqlStore } from '../store/sql-store.ts';
import { openSqlite } from '../store/sqlite.ts';
import { StoreError, type Store } from '../store/store.ts';
import { readSecret } from './secret-reference.ts';
import type { PostgresSettings } from './read-store.ts';
import type { Settings } from './settings.ts';

/** What stands between a store and its database: tests put faults there. */
export type Between = (database: Database) => Database;

/** Opens the store and brings it to this version. @throws CredsError `input-invalid` when it cannot be used */
export async function openStore(
  settings: Settings,
  host: BrokerHost,
  between: Between = (database) => database,
): Promise<Store> {
  const database = between(await openDatabase(settings, host));
  try {
    await checkServer(database);
    const store = await openSqlStore(database);
    // A standby, and a role that may only read, have got so far.
    await store.check();
    return store;
  } catch (error) {
    await database.close();
    throw unusable(error, settings);
  }
}

/**
 * Connects to a store that is no file, and looks whether its server is one that the broker works on. Changes nothing.
 * @returns what the operator should know of it
 * @throws CredsError `input-invalid` when it cannot be used
 */
export async function askServer(
  settings: Settings,
  host: BrokerHost,
  between: Between = (database) => database,
): Promise<string | undefined> {
  if ('sqlite' in settings.store) return undefined;
  const database = between(await openDatabase(settings, host));
  try {
    return await checkServer(database);
  } catch (error) {
    throw unusable(error, settings);
  } finally {
    await database.close();
  }
}

function unusable(error: unknown, settings: Settings): unknown {
  if (!(error instanceof StoreError)) return error;
  return new CredsError('input-invalid', `The store ${nameOf(settings)} cannot be used: ${whyOf(error)}.`, {
    cause: error,
    hint: hintOf(settings),
  });
}

/** The database of the store as it is. */
export function openDatabase(settings: Settings, host: BrokerHost): Promise<Database> {
  const { store, folder } = settings;
  if ('sqlite' in store) return Promise.resolve(openSqlite(store.sqlite));
  return openPostgres({ ...store, address: addressOf(store, { folder, host }) });
}

function addressOf(
  { postgres }: PostgresSettings,
  place: { readonly folder: string; readonly host: BrokerHost },
): PostgresAddress {
  const url = readSecret(
    postgres,
    place,
    (what) =>
      new CredsError('input-invalid', `store.postgres: ${what}.`, {
        hint: 'Put the URL of the database there: postgres://USER:PASSWORD@HOST:5432/DATABASE.',
      }),
  );
  return readPostgresUrl(url, `store.postgres: ${postgres}`);
}

/**
 * What the operator should know of the way to the store; undefined where nothing is amiss.
 * @throws CredsError `input-invalid` where the URL is not there, or is none
 */
export function storeWeakness({ store, folder }: Settings, host: BrokerHost): string | undefined {
  return 'sqlite' in store ? undefined : weaknessOf(addressOf(store, { folder, host }));
}

function nameOf({ store }: Settings): string {
  return 'sqlite' in store ? store.sqlite : `in PostgreSQL (${store.postgres})`;
}

/** Of several addresses that were tried, none of which answered, the system says only a code. */
function whyOf({ cause }: StoreError): string {
  if (!isObject(cause)) return 'unknown';
  return String(cause['message'] === '' ? cause['code'] : cause['message']);
}

function hintOf({ store }: Settings): string {
  return 'sqlite' in store
    ? 'Check that it is this broker’s, that the broker may write it, and that no much newer version has been at it.'
    : 'Check the URL, that the database answers there with TLS (`?sslmode=disable` where it has none, on this machine), and that its role owns the database. docs/how-to/replicas-on-postgresql.md';
}
