import type { Row, Sql } from './database.ts';

/** What the store knows of time. */
export interface StoreClock {
  /** The latest time that a broker wrote down; the epoch in a store that is new. */
  readonly seen: Date;
  /** When it was last found restored from a backup, by the wall clock. */
  readonly restoredAt: Date | undefined;
  /** Whether backends were searched since then for what it does not know. */
  readonly swept: boolean;
}

export async function readClock(sql: Sql): Promise<StoreClock> {
  const [row] = await sql.run('SELECT seen, restored_at, swept_at FROM lease_clock WHERE id = 1');
  return row === undefined ? { seen: new Date(0), restoredAt: undefined, swept: true } : toClock(row);
}

function toClock(row: Row): StoreClock {
  const restoredAt = Number(row['restored_at']);
  return {
    seen: new Date(Number(row['seen'])),
    restoredAt: restoredAt === 0 ? undefined : new Date(restoredAt),
    swept: Number(row['swept_at']) >= restoredAt,
  };
}

export interface TimeMark {
  readonly now: Date;
  /** How far the store had come before. One that is behind is left as it is, since it is not the same any more. */
  readonly reached: Date;
  /** Though nothing was written since the last time. */
  readonly always: boolean;
}

/** Time has come so far; it never goes back. @returns as it was before */
export async function markTime(sql: Sql, { now, reached }: TimeMark): Promise<StoreClock> {
  const before = await readClock(sql);
  if (before.seen < reached) return before;
  await sql.run(
    'INSERT INTO lease_clock (id, seen, restored_at, swept_at) VALUES (1, $1, 0, 0) ON CONFLICT (id) ' +
      'DO UPDATE SET seen = CASE WHEN lease_clock.seen < $1 THEN $1 ELSE lease_clock.seen END',
    now.getTime(),
  );
  return before;
}
