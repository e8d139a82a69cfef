import type { Database } from './database.ts';
import { StoreError } from './store.ts';

/** With this one and later ones the broker is tested. */
const tested = 15;
/** Nobody mends older ones (https://www.postgresql.org/support/versioning/), and nobody has tried them with the broker. */
const oldest = 13;

/**
 * Looks whether the server is one that the broker works on.
 * @returns what the operator should know of it; undefined: nothing, or the database is a file
 * @throws StoreError where it is too old, or does not answer
 */
export async function checkServer(database: Database): Promise<string | undefined> {
  if (!database.shared) return undefined;
  const [row] = await database.transaction((sql) =>
    sql.run("SELECT current_setting('server_version_num') AS version"),
  );
  // https://www.postgresql.org/docs/current/runtime-config-preset.html: 150004 is 15.4
  const version = Math.floor(Number(row?.['version']) / 10_000);
  if (version >= tested) return undefined;
  const is = `its server is PostgreSQL ${String(version)}`;
  if (version >= oldest) return `the store: ${is}; the broker is tested with ${String(tested)} and later`;
  throw new StoreError(new Error(`${is}, and the broker works with ${String(oldest)} and later`));
}
