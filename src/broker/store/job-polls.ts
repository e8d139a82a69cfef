import { places } from './lease-rows.ts';
import type { Sql } from './database.ts';
import type { JobToAsk, PollClaim } from './store.ts';

/**
 * Jobs with live leases about which their platform is to be asked again, those first that waited longest; see
 * `Store.claimJobs`.
 */
export async function claimJobs(sql: Sql, { issuer, now, again, limit }: PollClaim): Promise<JobToAsk[]> {
  const due = await sql.run(
    'SELECT live.job AS job FROM ' +
      "(SELECT DISTINCT job FROM leases WHERE issuer = $1 AND state IN ('intent', 'active')) live " +
      'JOIN jobs ON jobs.issuer = $1 AND jobs.job = live.job ' +
      'WHERE jobs.asked_until <= $2 AND jobs.closed_until <= $2 ' +
      'ORDER BY jobs.asked_until, jobs.expires_at, live.job LIMIT $3',
    issuer,
    now.getTime(),
    limit,
  );
  const jobs = due.map(({ job }) => String(job));
  if (jobs.length === 0) return [];
  await sql.run(
    `UPDATE jobs SET asked_until = $2 WHERE issuer = $1 AND job IN (${places(jobs.length, 3)})`,
    issuer,
    again.getTime(),
    ...jobs,
  );
  return withClaims(sql, issuer, jobs);
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
