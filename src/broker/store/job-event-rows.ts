import type { Database, Row, Sql } from './database.ts';
import type { EventClaim, EventLoad, JobEnding, QueuedEvent, Waiting } from './job-event-store.ts';
import { places } from './lease-rows.ts';

/** How many events of one owner may wait: what is beyond is refused before anything of it is stored. */
const mostOfOwner = 10_000;

/** Those that come at the same moment are not counted: the room is exceeded by as many as are written at once. */
export async function hasNoRoom(sql: Sql, owner: string): Promise<boolean> {
  const beyond = await sql.run(
    'SELECT id FROM job_events WHERE owner = $1 ORDER BY next_at LIMIT 1 OFFSET $2',
    owner,
    mostOfOwner - 1,
  );
  return beyond.length > 0;
}

export async function keepEvent(sql: Sql, event: JobEnding, waiting: Waiting): Promise<void> {
  await sql.run(
    'INSERT INTO job_events (id, owner, event, received_at, next_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)',
    waiting.id,
    event.owner,
    textOf(event),
    waiting.now.getTime(),
    waiting.claimedUntil.getTime(),
    waiting.expiresAt.getTime(),
  );
}

type Told = Pick<JobEnding, 'issuer' | 'jobs' | 'scope' | 'closesUnknown' | 'facts'>;

function textOf({ issuer, jobs, scope, closesUnknown, facts, until }: JobEnding): string {
  const told: Told & { readonly until: number } = {
    issuer,
    jobs,
    scope,
    closesUnknown,
    facts,
    until: until.getTime(),
  };
  return JSON.stringify(told);
}

function toEvent({ id, owner, event, attempts }: Row): QueuedEvent {
  const { until, ...told } = JSON.parse(String(event)) as Told & { readonly until: number };
  return {
    id: String(id),
    owner: String(owner),
    attempts: Number(attempts),
    until: new Date(until),
    ...told,
  };
}

/** See `JobEventStore.finish`. */
export async function finishEvent(sql: Sql, id: string): Promise<void> {
  await sql.run('DELETE FROM job_events WHERE id = $1', id);
}

/** See `JobEventStore.putOff`. */
export async function putOffEvent(sql: Sql, id: string, nextAt: Date): Promise<void> {
  await sql.run(
    'UPDATE job_events SET attempts = attempts + 1, next_at = $2 WHERE id = $1',
    id,
    nextAt.getTime(),
  );
}

/** What is due, of each owner a share; see `JobEventStore.claim`. @param skipLocked as in `Database` */
export async function claimEvents(
  sql: Sql,
  claim: EventClaim,
  skipLocked: Database['skipLocked'],
): Promise<QueuedEvent[]> {
  const { now, until, limit } = claim;
  const owners = await dueOwners(sql, claim);
  const share = Math.max(1, Math.floor(limit / Math.max(1, owners.length)));
  const events: QueuedEvent[] = [];
  for (const owner of owners) {
    const rows = await sql.run(
      'WITH due AS MATERIALIZED (SELECT id FROM job_events WHERE owner = $1 AND next_at <= $2 ' +
        `ORDER BY next_at LIMIT $4 ${skipLocked}) ` +
        'UPDATE job_events SET next_at = $3 WHERE id IN (SELECT id FROM due) RETURNING id, owner, event, attempts',
      owner,
      now.getTime(),
      until.getTime(),
      share,
    );
    events.push(...rows.map(toEvent));
  }
  return events;
}

/** Beginning behind the one who had the last turn, so that none is passed over. */
async function dueOwners(sql: Sql, { now, limit, after }: EventClaim): Promise<string[]> {
  const from = async (first: string): Promise<string[]> => {
    const rows = await sql.run(
      'SELECT DISTINCT owner FROM job_events WHERE next_at <= $1 AND owner > $2 ORDER BY owner LIMIT $3',
      now.getTime(),
      first,
      limit,
    );
    return rows.map(({ owner }) => String(owner));
  };
  const rest = await from(after);
  return rest.length > 0 || after === '' ? rest : from('');
}

/** See `JobEventStore.release`. */
export async function releaseEvents(sql: Sql, ids: readonly string[] | 'all', now: Date): Promise<void> {
  if (ids.length === 0) return;
  const which = ids === 'all' ? '' : ` AND id IN (${places(ids.length, 2)})`;
  await sql.run(
    `UPDATE job_events SET next_at = $1 WHERE next_at > $1${which}`,
    now.getTime(),
    ...(ids === 'all' ? [] : ids),
  );
}

/** See `JobEventStore.load`. */
export async function loadOfEvents(sql: Sql): Promise<EventLoad> {
  const [row] = await sql.run('SELECT COUNT(*) AS waiting, MIN(received_at) AS since FROM job_events');
  const since = row?.['since'] ?? null;
  return {
    waiting: Number(row?.['waiting'] ?? 0),
    since: since === null ? undefined : new Date(Number(since)),
  };
}
