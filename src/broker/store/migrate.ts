import type { Database, Sql } from './database.ts';
import { migrations } from './schema.ts';
import { StoreError } from './store.ts';

/** How many versions further the store may be than this broker knows: one broker of several is upgraded first. */
const mostAhead = 1;

/**
 * Brings a store to this broker's version, one version a transaction, each alone among all brokers that start.
 * @param steps by default all versions that this broker knows
 * @throws StoreError when a broker wrote it that is more than one version newer
 */
export async function migrate(database: Database, steps = migrations): Promise<void> {
  // Why it did not answer is not asked: what is there is found again by whoever holds the lock.
  let found = await database.transaction(versionOf).catch(() => 0);
  while (found < steps.length) {
    const from = found;
    found = await database.transaction((sql) => step(sql, from, steps[from] ?? []), 'migrate');
  }
  if (found > steps.length + mostAhead)
    throw new StoreError(
      new Error(
        `its version is ${String(found)}, and this broker works on ${String(steps.length)} and, for the time of an upgrade, ${String(steps.length + mostAhead)}`,
      ),
    );
}

/** A store that has no version yet has no such table. */
async function versionOf(sql: Sql): Promise<number> {
  const [row] = await sql.run('SELECT MAX(version) AS version FROM schema_version');
  return Number(row?.['version']);
}

/** Whoever came first has done it. @returns the version that the store then has */
async function step(sql: Sql, from: number, statements: readonly string[]): Promise<number> {
  await sql.run('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)');
  const found = await versionOf(sql);
  if (found > from) return found;
  for (const statement of statements) await sql.run(statement);
  await sql.run('INSERT INTO schema_version (version) VALUES ($1)', from + 1);
  return from + 1;
}
