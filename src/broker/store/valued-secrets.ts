import type { Database, Row } from './database.ts';
import { readClosedSqlite } from './sqlite.ts';

const lent =
  'SELECT secrets.name FROM secrets JOIN secret_versions ON secret_versions.name = secrets.name AND version = current ' +
  'WHERE destroyed_at = 0';

/** The kept secrets that have a value now. @throws when the store cannot be asked, or has no such tables yet */
export async function secretsWithValue(database: Database): Promise<ReadonlySet<string>> {
  return database.transaction(async (sql) => namesIn(await sql.run(lent)));
}

/** The same for an embedded store that no broker has open. @param path see `readClosedSqlite` */
export function secretsWithValueIn(path: string): ReadonlySet<string> {
  return namesIn(readClosedSqlite(path, lent));
}

function namesIn(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(rows.map(({ name }) => String(name)));
}
