import type { Freeze } from '../domain/freeze.ts';
import type { Sql } from './database.ts';

export async function readFreeze(sql: Sql): Promise<Freeze> {
  const [row] = await sql.run('SELECT frozen, reason, operator, changed_at FROM freezing WHERE id = 1');
  if (row === undefined) return { frozen: false, reason: '', by: '', since: undefined };
  return {
    frozen: Number(row['frozen']) === 1,
    reason: String(row['reason']),
    by: String(row['operator']),
    since: new Date(Number(row['changed_at'])),
  };
}

/** What an operator decides. */
export interface FreezeChange extends Pick<Freeze, 'frozen' | 'reason' | 'by'> {
  readonly now: Date;
}

/** One row, of which the last decision stays. @returns how it was before */
export async function setFreeze(sql: Sql, { frozen, reason, by, now }: FreezeChange): Promise<Freeze> {
  const before = await readFreeze(sql);
  await sql.run(
    'INSERT INTO freezing (id, frozen, reason, operator, changed_at) VALUES (1, $1, $2, $3, $4) ' +
      'ON CONFLICT (id) DO UPDATE SET frozen = $1, reason = $2, operator = $3, changed_at = $4',
    frozen ? 1 : 0,
    reason,
    by,
    now.getTime(),
  );
  return before;
}
