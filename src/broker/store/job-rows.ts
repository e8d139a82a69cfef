import type { SessionLimits } from '../../domain/trust-policy.ts';
import type { LeaseRecord } from '../domain/lease-record.ts';
import type { JobIdentity } from '../domain/verified-claims.ts';
import type { Sql } from './database.ts';
import { endSessions } from './end-sessions.ts';
import type { Closing } from './store.ts';
import { lockOfJob } from './locks.ts';
import { refused, type Refused } from './session-requests.ts';
import type { Standing } from './standing.ts';

/** How long after its end a token is still believed. */
const presentedLeewayMs = 60_000;

interface Wanted {
  readonly issuer: string;
  readonly job: JobIdentity;
  readonly limits: SessionLimits;
  readonly now: Date;
}

/** `uncounted`: what was counted when it came; `repeated`: what opens nothing, but must not bring a role back beside another's. */
type Held = 'all' | 'uncounted' | 'repeated';

/**
 * One live session per job and role, a budget of requests and of keys per job. None of it where the platform does not
 * tell the jobs of a run apart.
 */
export async function checkJobRules(
  sql: Sql,
  wanted: Wanted,
  { held, standing }: { readonly held: Held; readonly standing: Standing },
): Promise<Refused | undefined> {
  if (wanted.job.level !== 'job') return undefined;
  const { issuer, job, limits, now } = wanted;
  const kind = brokenRule(limits, held, standing);
  if (kind === undefined) return undefined;
  const all = { where: 'issuer = $1 AND job = $2', values: [issuer, job.key] };
  return refused(kind, limits.onExcess === 'revoke' ? await endSessions(sql, all, now) : []);
}

function brokenRule(
  limits: SessionLimits,
  held: Held,
  { issues, otherKeys, sessionsOfOthers }: Standing,
): 'budget-spent' | 'too-many-keys' | 'role-in-use' | undefined {
  if (held === 'all' && issues >= limits.issuesPerJob) return 'budget-spent';
  if (held !== 'repeated' && otherKeys >= limits.maxKeysPerJob) return 'too-many-keys';
  return sessionsOfOthers >= limits.parallelSessions ? 'role-in-use' : undefined;
}

interface Counted {
  readonly issuer: string;
  readonly job: JobIdentity;
  /** Until when the count matters. */
  readonly until: Date;
}

/** One request more that counts (`limits.issues_per_job`). */
export async function countIssue(sql: Sql, { issuer, job, until }: Counted): Promise<void> {
  if (job.level !== 'job') return;
  await sql.run(
    'INSERT INTO jobs (issuer, job, issues, closed_until, expires_at) VALUES ($1, $2, 1, 0, $3) ' +
      'ON CONFLICT (issuer, job) DO UPDATE SET issues = jobs.issues + 1, expires_at = ' +
      'CASE WHEN jobs.expires_at < excluded.expires_at THEN excluded.expires_at ELSE jobs.expires_at END',
    issuer,
    job.key,
    until.getTime(),
  );
}

/** How much longer a run is remembered than its last job so far needs. */
const runHeadroomMs = 3_600_000;

interface RunRow {
  readonly issuer: string;
  readonly run: string;
  readonly attempt: number;
  readonly expiresAt: number;
}

async function writeRun(sql: Sql, { issuer, run, attempt, expiresAt }: RunRow): Promise<void> {
  await sql.run(
    'INSERT INTO runs (issuer, run, attempt, expires_at) VALUES ($1, $2, $3, $4) ' +
      'ON CONFLICT (issuer, run) DO UPDATE SET attempt = excluded.attempt, expires_at = ' +
      'CASE WHEN runs.expires_at < excluded.expires_at THEN excluded.expires_at ELSE runs.expires_at END',
    issuer,
    run,
    attempt,
    expiresAt,
  );
}

/** A run's later attempt ends the sessions of the earlier ones. @returns the leases that this took back */
export async function beginAttempt(
  sql: Sql,
  counted: Counted & { readonly now: Date },
  known: Standing,
): Promise<LeaseRecord[]> {
  const { issuer, job, until, now } = counted;
  if (job.run === undefined) return [];
  const { key, attempt } = job.run;
  const ends = until.getTime();
  // Written seldom: the jobs of a matrix would wait for one another to write what is there already.
  if (known.attempt < attempt || known.runUntilMs < ends)
    await writeRun(sql, { issuer, run: key, attempt, expiresAt: ends + runHeadroomMs });
  if (attempt <= 1) return [];
  const lower = { where: 'issuer = $1 AND run = $2 AND attempt < $3', values: [issuer, key, attempt] };
  return endSessions(sql, lower, now);
}

/** How many jobs may be known by nothing but their end. */
const mostClosedJobs = 100_000;

/**
 * Closes a job until the tokens that it presented, and those that it might yet present, are too old.
 * @returns the leases that this took back; `full`: no room for another
 */
export async function closeJob(sql: Sql, closing: Closing): Promise<LeaseRecord[] | 'full'> {
  const { issuer, job, until, now } = closing;
  await sql.lock(lockOfJob(issuer, job));
  const all = { where: 'issuer = $1 AND job = $2', values: [issuer, job] };
  const leases = await endSessions(sql, all, now);
  const [known] = await sql.run('SELECT job FROM jobs WHERE issuer = $1 AND job = $2', issuer, job);
  // Counted only then: the ends of known jobs are not to be in each other's way.
  if (known === undefined && (await countClosed(sql)) >= mostClosedJobs) return 'full';
  const [last] = await sql.run(
    'SELECT MAX(token_expires_at) AS at FROM sessions WHERE issuer = $1 AND job = $2',
    issuer,
    job,
  );
  const closedUntil = Math.max(until.getTime(), Number(last?.['at'] ?? 0) + presentedLeewayMs);
  await sql.run(
    'INSERT INTO jobs (issuer, job, issues, closed_until, expires_at) VALUES ($1, $2, 0, $3, $3) ' +
      'ON CONFLICT (issuer, job) DO UPDATE SET closed_until = ' +
      'CASE WHEN jobs.closed_until < excluded.closed_until THEN excluded.closed_until ELSE jobs.closed_until END',
    issuer,
    job,
    closedUntil,
  );
  return leases;
}

async function countClosed(sql: Sql): Promise<number> {
  const [count] = await sql.run('SELECT COUNT(*) AS number FROM jobs WHERE issues = 0');
  return Number(count?.['number']);
}
