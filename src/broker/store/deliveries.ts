import type { LeaseRecord } from '../domain/lease-record.ts';
import type { Sql } from './database.ts';
import { closeJob } from './job-rows.ts';
import { lockOfJob } from './locks.ts';
import type { Closing, EventClosing, EventOutcome } from './store.ts';

/** How many deliveries are remembered at most; beyond that the oldest are forgotten, which costs a repeated closing. */
const mostDeliveries = 100_000;

/**
 * Closes the jobs that a platform's event named, once a delivery; see `Store.closeByEvent`. Whose a job is its sessions
 * say, not the event: whoever knows one hook's secret can write anything into one.
 */
export async function closeByEvent(sql: Sql, event: EventClosing): Promise<EventOutcome> {
  const { delivery, issuer } = event;
  await sql.lock(...event.jobs.toSorted().map((job) => lockOfJob(issuer, job)));
  if (delivery !== undefined && (await isKnown(sql, delivery.key))) return 'repeated';
  const owned = await ownership(sql, event);
  if (owned === 'foreign' || (owned === 'unknown' && !event.closesUnknown)) return owned;
  const leases: LeaseRecord[] = [];
  for (const job of event.jobs) {
    const closed = await closeJob(sql, { ...closingOf(event), job });
    if (closed === 'full') return 'full';
    leases.push(...closed);
  }
  if (delivery !== undefined)
    await sql.run(
      'INSERT INTO deliveries (delivery, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      delivery.key,
      delivery.expiresAt.getTime(),
    );
  return leases;
}

function closingOf({ issuer, until, now }: EventClosing): Omit<Closing, 'job'> {
  return { issuer, until, now };
}

async function isKnown(sql: Sql, key: string): Promise<boolean> {
  const known = await sql.run('SELECT delivery FROM deliveries WHERE delivery = $1', key);
  return known.length > 0;
}

/** Whether what the jobs have was lent by claims within the hook's scope. */
async function ownership(
  sql: Sql,
  { issuer, jobs, scope }: EventClosing,
): Promise<'own' | 'foreign' | 'unknown'> {
  let found: 'own' | 'unknown' = 'unknown';
  for (const job of jobs) {
    const rows = await sql.run(
      'SELECT claims FROM sessions WHERE issuer = $1 AND job = $2 ' +
        'UNION ALL SELECT claims FROM deferred WHERE issuer = $1 AND job = $2',
      issuer,
      job,
    );
    for (const { claims } of rows) {
      const remembered = JSON.parse(String(claims)) as { claims?: Readonly<Record<string, unknown>> };
      const value = remembered.claims?.[scope.claim];
      if (typeof value !== 'string' || !scope.values.includes(value)) return 'foreign';
      found = 'own';
    }
  }
  return found;
}

/** Forgets a bite of the deliveries above the number that is remembered, the oldest first. @returns how many */
export async function purgeDeliveries(sql: Sql, bite: number): Promise<number> {
  const gone = await sql.run(
    'DELETE FROM deliveries WHERE delivery IN (SELECT delivery FROM deliveries WHERE expires_at <= ' +
      '(SELECT expires_at FROM deliveries ORDER BY expires_at DESC LIMIT 1 OFFSET $1) ORDER BY expires_at LIMIT $2) ' +
      'RETURNING 1 AS gone',
    mostDeliveries,
    bite,
  );
  return gone.length;
}
