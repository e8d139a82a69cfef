import type { Sql } from './database.ts';

/** Handles that were given back before they were used (PROTOCOL.md, The revocation handle). */
const mostTombstones = 100_000;

/** Remembers a handle that nobody knows yet; `full`: there is no room. */
export async function buryHandle(
  sql: Sql,
  target: { readonly handleHash: string; readonly tombstoneUntil: Date },
): Promise<'full' | []> {
  const [row] = await sql.run('SELECT COUNT(*) AS number FROM tombstones');
  if (Number(row?.['number']) >= mostTombstones) return 'full';
  await sql.run(
    'INSERT INTO tombstones (handle_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    target.handleHash,
    target.tombstoneUntil.getTime(),
  );
  return [];
}
