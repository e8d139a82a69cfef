import type { JobIdentity } from '../domain/verified-claims.ts';
import type { Row, Sql } from './database.ts';
import { places } from './lease-rows.ts';
import { refused, type Refused, type TokenUse } from './session-requests.ts';

/** Who asks, and for what. */
interface Asking {
  readonly issuer: string;
  readonly job: JobIdentity;
  readonly thumbprint: string;
  /** Left out: whatever was opened with a handle does not matter here. */
  readonly handleHash?: string | undefined;
  /** Left out: it is nothing that counts for the job. */
  readonly roles?: readonly string[];
  readonly now: Date;
}

/** How things stand for a request, before anything of it is written. */
export interface Standing {
  readonly frozen: boolean;
  /** By the wall clock; 0: the store never was restored. */
  readonly restoredAtMs: number;
  /** Whether the handle has opened a session, or a request that waits, or waited, for its approval. */
  readonly opened: boolean;
  readonly deferred: boolean;
  /** The handle was given back before it came. */
  readonly buried: boolean;
  /** The job has ended, or its run has a later attempt. */
  readonly closed: boolean;
  /** Requests of the job that counted. */
  readonly issues: number;
  /** Keys of the job beside the one that asks; 0 where the platform does not tell the jobs of a run apart. */
  readonly otherKeys: number;
  /** The sessions of other keys of the job that hold one of the roles, of that role which most of them hold. */
  readonly sessionsOfOthers: number;
  /** The highest attempt of the run that was seen, and until when that is remembered; 0: none. */
  readonly attempt: number;
  readonly runUntilMs: number;
}

const ofJob = 'issuer = $1 AND job = $2';
const ofHandle = `${ofJob} AND handle_hash = $3`;

/** One SELECT, since each is a way to the database and back. */
function textFor(roles: number): string {
  const parts = { ...standings, ...(roles > 0 && countsFor(roles)) };
  return `SELECT ${Object.entries(parts)
    .map(([name, text]) => `(${text}) AS ${name}`)
    .join(', ')}`;
}

const standings = {
  frozen: 'SELECT frozen FROM freezing WHERE id = 1',
  restored_at: 'SELECT restored_at FROM lease_clock WHERE id = 1',
  opened: `SELECT 1 FROM sessions WHERE ${ofHandle}`,
  deferred: `SELECT 1 FROM deferred WHERE ${ofHandle}`,
  buried: 'SELECT 1 FROM tombstones WHERE handle_hash = $3 AND expires_at > $4',
  closed: `SELECT 1 FROM jobs WHERE ${ofJob} AND closed_until > $4`,
  issues: `SELECT issues FROM jobs WHERE ${ofJob}`,
  attempt: 'SELECT attempt FROM runs WHERE issuer = $1 AND run = $5',
  run_until: 'SELECT expires_at FROM runs WHERE issuer = $1 AND run = $5',
};

function countsFor(roles: number): Readonly<Record<string, string>> {
  const held =
    'SELECT COUNT(DISTINCT session_id) AS number FROM leases ' +
    `WHERE ${ofJob} AND role IN (${places(roles, 7)}) AND jkt <> $6 ` +
    "AND state IN ('intent', 'active') AND ends_at > $4 GROUP BY role";
  return {
    other_keys: `SELECT COUNT(DISTINCT jkt) FROM sessions WHERE ${ofJob} AND jkt <> $6`,
    held: `SELECT MAX(number) FROM (${held}) AS sessions_by_role`,
  };
}

const texts = new Map<number, string>();

/**
 * How things stand for this request. Read when all its locks are held, it stays so until the transaction ends, but that
 * what others hold may become less.
 */
export async function readStanding(sql: Sql, asking: Asking): Promise<Standing> {
  const { issuer, job, thumbprint, handleHash = null, roles = [], now } = asking;
  const counted = job.level === 'job' ? roles : [];
  const text = texts.get(counted.length) ?? textFor(counted.length);
  texts.set(counted.length, text);
  // No run is called so.
  const run = job.run?.key ?? '';
  const counting = counted.length > 0 ? [thumbprint, ...counted] : [];
  const [row] = await sql.run(text, issuer, job.key, handleHash, now.getTime(), run, ...counting);
  return toStanding(row ?? {}, job);
}

function toStanding(row: Row, { run }: JobIdentity): Standing {
  const number = (name: string): number => Number(row[name] ?? 0);
  const attempt = number('attempt');
  return {
    frozen: number('frozen') === 1,
    restoredAtMs: number('restored_at'),
    opened: number('opened') === 1,
    deferred: number('deferred') === 1,
    buried: number('buried') === 1,
    closed: number('closed') === 1 || (run !== undefined && attempt > run.attempt),
    issues: number('issues'),
    otherKeys: number('other_keys'),
    sessionsOfOthers: number('held'),
    attempt,
    runUntilMs: number('run_until'),
  };
}

/**
 * Whether nothing may be lent or prolonged at this moment, and nothing by this ID token: which of those from before a
 * restore were used is not known any more. Read in the transaction that would do it, so that it holds for every broker
 * that shares the store from the moment in which it is written. Nothing is used up by the refusal.
 */
export function mayNotLend(standing: Standing, token?: TokenUse): Refused | undefined {
  if (standing.frozen) return refused('frozen');
  const isOld = token !== undefined && token.issuedAt.getTime() < standing.restoredAtMs;
  return isOld ? refused('token-too-old') : undefined;
}

/** A job that has ended, or whose run has a later attempt, borrows nothing more. */
export function isClosed({ closed }: Standing): Refused | undefined {
  return closed ? refused('job-closed') : undefined;
}

/** A handle that was given back before it came is good for nothing. */
export function isBuried({ buried }: Standing): Refused | undefined {
  return buried ? refused('given-back') : undefined;
}
