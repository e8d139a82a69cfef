import type { Row, Sql } from './database.ts';
import { readFreeze } from './freeze.ts';

/** What the store knows of time. */
export interface StoreClock {
  /** The latest time that a broker wrote down; the epoch in a store that is new. */
  readonly seen: Date;
  /** When it was last found restored from a backup, by the wall clock. */
  readonly restoredAt: Date | undefined;
  /** Whether backends were searched since then for what it does not know. */
  readonly swept: boolean;
}

/** A clock that was to be told the time. */
export interface Marked extends StoreClock {
  /** The store has lost what this broker had written, and nobody has begun anew since: nothing was written down. */
  readonly behind: boolean;
  /** Whether the operators have stopped all lending. */
  readonly frozen: boolean;
}

export async function readClock(sql: Sql): Promise<StoreClock> {
  return toClock(await clockRow(sql));
}

async function clockRow(sql: Sql): Promise<Row | undefined> {
  const [row] = await sql.run('SELECT seen, restored_at, swept_at, anew_at FROM lease_clock WHERE id = 1');
  return row;
}

function toClock(row: Row | undefined): StoreClock {
  if (row === undefined) return { seen: new Date(0), restoredAt: undefined, swept: true };
  const restoredAt = Number(row['restored_at']);
  return {
    seen: new Date(Number(row['seen'])),
    restoredAt: restoredAt === 0 ? undefined : new Date(restoredAt),
    swept: Number(row['swept_at']) >= restoredAt,
  };
}

export interface TimeMark {
  /** By what name the store knows this broker's marks. */
  readonly broker: string;
  readonly now: Date;
  /** How far the store had come when this broker last wrote; the epoch: it never has. */
  readonly reached: Date;
  /** Though nothing was written since the last time. */
  readonly always: boolean;
}

/** Time has come so far; it never goes back. @returns as it was before */
export async function markTime(sql: Sql, mark: TimeMark): Promise<Marked> {
  const row = await clockRow(sql);
  const before = toClock(row);
  const { frozen } = await readFreeze(sql);
  if (await isBehind(sql, row, mark)) return { ...before, behind: true, frozen };
  const now = Math.max(mark.now.getTime(), before.seen.getTime());
  await sql.run(
    'INSERT INTO lease_clock (id, seen, restored_at, swept_at) VALUES (1, $1, 0, 0) ON CONFLICT (id) ' +
      'DO UPDATE SET seen = CASE WHEN lease_clock.seen < $1 THEN $1 ELSE lease_clock.seen END',
    now,
  );
  await writeMark(sql, mark.broker, now);
  return { ...before, behind: false, frozen };
}

/**
 * Never back: two who were given one checkpoint mark by one name, and each would take the other's earlier mark for what
 * a backup has brought back.
 */
export async function writeMark(sql: Sql, broker: string, reached: number): Promise<void> {
  await sql.run(
    'INSERT INTO broker_marks (broker, reached) VALUES ($1, $2) ON CONFLICT (broker) DO UPDATE SET ' +
      'reached = CASE WHEN broker_marks.reached < $2 THEN $2 ELSE broker_marks.reached END',
    broker,
    reached,
  );
}

/** Marks of brokers that are gone are forgotten after a week; up to this age one that is not there was lost. */
const surelyKeptMs = 6 * 86_400_000;

/**
 * By its own mark: that of all brokers is soon as late as ever again, since others write there too, who know of no
 * restore.
 */
async function isBehind(
  sql: Sql,
  clock: Row | undefined,
  { broker, reached: at }: Pick<TimeMark, 'broker' | 'reached'>,
): Promise<boolean> {
  const reached = at.getTime();
  if (reached === 0) return false;
  const seen = Number(clock?.['seen'] ?? 0);
  const [mine] = await sql.run('SELECT reached FROM broker_marks WHERE broker = $1', broker);
  const own = mine === undefined ? undefined : Number(mine['reached']);
  const lost = own === undefined ? seen - reached < surelyKeptMs : own < reached;
  return (lost || seen < reached) && !isKnown(clock, reached);
}

/** Whether somebody has begun anew after this broker last wrote. */
export function isKnown(clock: Row | undefined, reached: number): boolean {
  return Number(clock?.['anew_at'] ?? 0) > reached;
}
