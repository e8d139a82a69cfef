import type { JobIdentity } from '../domain/verified-claims.ts';
import type { Lock } from './database.ts';

/** What a request that may write intents is about. */
interface Matter {
  readonly issuer: string;
  readonly job: JobIdentity;
  readonly handleHash?: string | undefined;
  /** Roles of which no more than so much may be lent. */
  readonly capped?: Iterable<string>;
}

/**
 * Whatever counts or looks for rows that may not be there yet holds the lock of what it counts by: of its handle, its
 * run, its job, its capped roles. Always in this order, so that nobody waits in a circle; rows come after them.
 */
export function locksOf({ issuer, job, handleHash, capped = [] }: Matter): Lock[] {
  const { run } = job;
  return [
    ...(handleHash === undefined ? [] : [lockOfHandle(handleHash)]),
    // The jobs of a first attempt need not wait for one another, only for who ends them.
    ...(run === undefined ? [] : [{ name: named('run', issuer, run.key), shared: run.attempt <= 1 }]),
    lockOfJob(issuer, job.key),
    ...[...capped].toSorted().map((role) => ({ name: named('role', role) })),
  ];
}

export function lockOfJob(issuer: string, job: string): Lock {
  return { name: named('job', issuer, job) };
}

export function lockOfHandle(hash: string): Lock {
  return { name: named('handle', hash) };
}

export function lockOfSecret(name: string): Lock {
  return { name: named('secret', name) };
}

function named(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
