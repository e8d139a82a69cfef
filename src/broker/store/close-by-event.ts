import type { LeaseRecord } from '../domain/lease-record.ts';
import type { Sql } from './database.ts';
import { isKnown, remember } from './deliveries.ts';
import { hasNoRoom, keepEvent } from './job-event-rows.ts';
import type { EventOutcome, EventTaking, JobEnding, QueuedEvent, Waiting } from './job-event-store.ts';
import { closeJob } from './job-rows.ts';
import { leaseColumns, places, toLease } from './lease-rows.ts';
import { lockOfJob } from './locks.ts';

/**
 * Keeps what a platform's event says until it is done; see `JobEventStore.take`. Whose a job is its sessions say, not the
 * event: whoever knows one hook's secret can write anything into one.
 */
export async function takeEvent(sql: Sql, event: JobEnding, waiting: Waiting): Promise<EventTaking> {
  const { delivery } = event;
  if (delivery !== undefined && (await isKnown(sql, delivery))) return 'repeated';
  const owned = await ownership(sql, event);
  if (owned === 'foreign' || (owned === 'unknown' && !event.closesUnknown)) return owned;
  if (await hasNoRoom(sql, event.owner)) return 'full';
  if (delivery !== undefined && !(await remember(sql, delivery))) return 'repeated';
  await keepEvent(sql, event, waiting);
  return 'queued';
}

/** Closes the jobs of an event; see `JobEventStore.close`. */
export async function closeByEvent(sql: Sql, event: QueuedEvent, now: Date): Promise<EventOutcome> {
  const { id, issuer, until } = event;
  await sql.lock(...event.jobs.toSorted().map((job) => lockOfJob(issuer, job)));
  const [row] = await sql.run(`SELECT closed FROM job_events WHERE id = $1 ${sql.forUpdate}`, id);
  if (row === undefined) return 'gone';
  const { closed: before } = row;
  if (typeof before === 'string') return leasesOf(sql, JSON.parse(before) as string[]);
  const owned = await ownership(sql, event);
  if (owned === 'foreign') return 'foreign';
  // What it had when the event was taken is forgotten.
  if (owned === 'unknown' && !event.closesUnknown) return 'gone';
  const leases: LeaseRecord[] = [];
  for (const job of event.jobs) {
    const closed = await closeJob(sql, { issuer, job, until, now });
    if (closed === 'full') return 'full';
    leases.push(...closed);
  }
  const ids = leases.map((lease) => lease.id);
  await sql.run('UPDATE job_events SET closed = $2 WHERE id = $1', id, JSON.stringify(ids));
  return leases;
}

/** What an attempt took back whose broker died before it was written down. */
async function leasesOf(sql: Sql, ids: readonly string[]): Promise<LeaseRecord[]> {
  if (ids.length === 0) return [];
  const rows = await sql.run(
    `SELECT ${leaseColumns} FROM leases WHERE id IN (${places(ids.length, 1)}) ORDER BY created_at, role, id`,
    ...ids,
  );
  return rows.map(toLease);
}

/** Whether what the jobs have was lent by claims within the hook's scope. */
async function ownership(
  sql: Sql,
  { issuer, jobs, scope }: Pick<JobEnding, 'issuer' | 'jobs' | 'scope'>,
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
