import type { LeaseRecord } from '../domain/lease-record.ts';
import type { Sql } from './database.ts';

/** How many leases are not over, and what waits to be revoked. */
export interface Census {
  readonly live: Readonly<Record<'intent' | 'active' | 'revoking', number>>;
  /** Revocations whose time has come, attempts under way apart. */
  readonly due: number;
  /** Since when the first of them could be tried. */
  readonly dueSince: Date | undefined;
}

/** Counts what is alive; costs as much as there is of that, however much is over. */
export async function census(sql: Sql, now: Date): Promise<Census> {
  const counted = await sql.run(
    "SELECT state, COUNT(*) AS leases FROM leases WHERE state IN ('intent', 'active', 'revoking') GROUP BY state",
  );
  const [due] = await sql.run(
    "SELECT COUNT(*) AS leases, MIN(next_at) AS since FROM leases WHERE state = 'revoking' AND minting = 0 " +
      "AND (revocability <> 'expiry-only' OR lingers = 1) AND next_at <= $1",
    now.getTime(),
  );
  const of = (state: LeaseRecord['state']): number =>
    Number(counted.find((row) => row['state'] === state)?.['leases'] ?? 0);
  const since = due?.['since'] ?? null;
  return {
    live: { intent: of('intent'), active: of('active'), revoking: of('revoking') },
    due: Number(due?.['leases'] ?? 0),
    dueSince: since === null ? undefined : new Date(Number(since)),
  };
}
