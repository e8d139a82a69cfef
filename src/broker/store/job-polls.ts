import { places } from './lease-rows.ts';
import type { Database, Sql } from './database.ts';
import type { JobToAsk, PollClaim } from './store.ts';

/**
 * Jobs with live leases about which their platform is to be asked again, those first that waited longest; see
 * `Store.claimJobs`. Found from the leases, since a job is known long after its last one.
 * @param skipLocked as in `Database`
 */
export async function claimJobs(
  sql: Sql,
  { issuer, now, again, limit }: PollClaim,
  skipLocked: Database['skipLocked'],
): Promise<JobToAsk[]> {
  const claimed = await sql.run(
    'UPDATE jobs SET asked_until = $2 WHERE issuer = $1 AND job IN ' +
      '(SELECT job FROM jobs WHERE issuer = $1 AND asked_until <= $3 AND closed_until <= $3 AND job IN ' +
      "(SELECT job FROM leases WHERE issuer = $1 AND state IN ('intent', 'active')) " +
      `ORDER BY asked_until, expires_at, job LIMIT $4 ${skipLocked}) RETURNING job`,
    issuer,
    again.getTime(),
    now.getTime(),
    limit,
  );
  const jobs = claimed.map(({ job }) => String(job));
  return jobs.length === 0 ? [] : withClaims(sql, issuer, jobs);
}

/** The claims of one of its sessions: those that name a job are the same in all of them. */
async function withClaims(sql: Sql, issuer: string, jobs: readonly string[]): Promise<JobToAsk[]> {
  const rows = await sql.run(
    `SELECT job, MAX(claims) AS claims FROM sessions WHERE issuer = $1 AND job IN (${places(jobs.length, 2)}) ` +
      'GROUP BY job',
    issuer,
    ...jobs,
  );
  return rows.map(({ job, claims }) => {
    const remembered = JSON.parse(String(claims)) as { claims: JobToAsk['claims'] };
    return { job: String(job), claims: remembered.claims };
  });
}
