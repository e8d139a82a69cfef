import type { LeaseRecord } from '../domain/lease-record.ts';
import type { Sql, Value } from './database.ts';
import { leaseColumns, toLease } from './lease-rows.ts';

/** Some rows of `sessions` and `deferred`: a condition on columns of both, whose parameters are `$1` to `$n`. */
export interface Choice {
  readonly where: string;
  readonly values: readonly Value[];
}

/** Requests that wait for an approval, or have one, come to nothing. */
async function cancelDeferred(sql: Sql, { where, values }: Choice): Promise<void> {
  await sql.run(
    `UPDATE deferred SET state = 'cancelled' WHERE ${where} AND state IN ('pending', 'approved')`,
    ...values,
  );
}

/** Ends sessions, cancels what waits to open one, and queues what lives in them. @returns the leases that changed, in their new state */
export async function endSessions(sql: Sql, choice: Choice, now: Date): Promise<LeaseRecord[]> {
  const { where, values } = choice;
  await cancelDeferred(sql, choice);
  await sql.run(`UPDATE sessions SET ended = 1 WHERE ${where}`, ...values);
  const rows = await sql.run(
    `UPDATE leases SET state = 'revoking', next_at = $${String(values.length + 1)} ` +
      `WHERE session_id IN (SELECT id FROM sessions WHERE ${where}) AND state IN ('intent', 'active') ` +
      `RETURNING ${leaseColumns}`,
    ...values,
    now.getTime(),
  );
  return rows.map(toLease);
}
