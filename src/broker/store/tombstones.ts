import type { Sql } from './database.ts';
import { refused, type Refused } from './session-requests.ts';

/** Handles that were given back before they were used (PROTOCOL.md, The revocation handle). */
const mostTombstones = 100_000;

/** A handle that was given back before it came is good for nothing. */
export async function checkTombstone(
  sql: Sql,
  { handleHash, now }: { readonly handleHash: string | undefined; readonly now: Date },
): Promise<Refused | undefined> {
  if (handleHash === undefined) return undefined;
  const found = await sql.run(
    'SELECT handle_hash FROM tombstones WHERE handle_hash = $1 AND expires_at > $2',
    handleHash,
    now.getTime(),
  );
  return found.length > 0 ? refused('given-back') : undefined;
}

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
