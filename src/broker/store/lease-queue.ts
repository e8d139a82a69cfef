import type { LeaseRecord } from '../domain/lease-record.ts';
import type { Database, Sql } from './database.ts';
import { leaseColumns, places, toLease } from './lease-rows.ts';
import type { Settled } from './store.ts';

/**
 * How long a worker has for a claimed revocation before another may take it up: longer than an attempt (15 s), and short
 * enough that a lease whose worker died is dead within 30 s of its end all the same (B40).
 */
const claimMs = 20_000;
/** Leases that one transaction ends: none holds up those who wait behind it. */
const mostAtOnce = 500;

/** What ended so long ago was noticed late, or the clock was set: whether its credential is over is not known. */
const lateMs = 10_000;

/** An `expiry-only` lease is only due where something of it can be revoked: of the rest nothing can be done but wait. */
const due =
  "state = 'revoking' AND minting = 0 AND (revocability <> 'expiry-only' OR lingers = 1) AND next_at <= $1";

/** Those in which something is due; see `Store.dueBackends`. */
export async function dueBackends(sql: Sql, now: Date): Promise<string[]> {
  const rows = await sql.run(`SELECT DISTINCT backend FROM leases WHERE ${due}`, now.getTime());
  return rows.map(({ backend }) => String(backend));
}

interface Claim extends Pick<Database, 'skipLocked'> {
  readonly now: Date;
  readonly limit: number;
  /** Undefined: in whichever. */
  readonly backend: string | undefined;
}

export async function claimDue(sql: Sql, { now, limit, backend, skipLocked }: Claim): Promise<LeaseRecord[]> {
  const here = backend === undefined ? '' : ' AND backend = $4';
  const rows = await sql.run(
    // Materialized: a plan that ran the inner SELECT again would take more than it was asked for.
    `WITH due AS MATERIALIZED (SELECT id FROM leases WHERE ${due}${here} ORDER BY next_at LIMIT $3 ${skipLocked}) ` +
      `UPDATE leases SET next_at = $2 WHERE id IN (SELECT id FROM due) RETURNING ${leaseColumns}`,
    now.getTime(),
    now.getTime() + claimMs,
    limit,
    ...(backend === undefined ? [] : [backend]),
  );
  return rows.map(toLease);
}

/** Those of these leases that nobody is at and whose time has come; see `Store.claim`. */
export async function claim(sql: Sql, ids: readonly string[], now: Date): Promise<LeaseRecord[]> {
  if (ids.length === 0) return [];
  const rows = await sql.run(
    `UPDATE leases SET next_at = $2 WHERE ${due} AND id IN (${places(ids.length, 3)}) RETURNING ${leaseColumns}`,
    now.getTime(),
    now.getTime() + claimMs,
    ...ids,
  );
  return rows.map(toLease);
}

/** Gives claims back, so that nobody waits for them to run out; see `Store.release`. */
export async function release(sql: Sql, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  await sql.run(
    `UPDATE leases SET next_at = $1 WHERE state = 'revoking' AND next_at > $1 AND id IN (${places(ids.length, 2)})`,
    now.getTime(),
    ...ids,
  );
}

/** See `Store.sealed`. */
export async function readSealed(sql: Sql, id: string): Promise<string> {
  const [row] = await sql.run('SELECT sealed FROM leases WHERE id = $1', id);
  return row === undefined ? '' : String(row['sealed']);
}

/** The outcome of an attempt; see `Store.settle`. */
export async function settle(sql: Sql, id: string, outcome: Settled): Promise<void> {
  if (outcome.state === 'revoked')
    await sql.run(
      "UPDATE leases SET state = 'revoked', sealed = '' WHERE id = $1 AND state = 'revoking'",
      id,
    );
  else
    await sql.run(
      "UPDATE leases SET attempts = attempts + 1, next_at = $2 WHERE id = $1 AND state = 'revoking'",
      id,
      outcome.nextAt.getTime(),
    );
}

interface Ending extends Pick<Database, 'skipLocked'> {
  readonly now: Date;
}

const late = `(revocability <> 'expiry-only' AND credential_expires_at <= $1 - ${String(lateMs)})`;

/** Ends a part of what is past its end; see `Store.expire`. */
export async function expire(sql: Sql, { now, skipLocked }: Ending): Promise<LeaseRecord[]> {
  const some = (change: string, where: string): string =>
    `WITH past AS MATERIALIZED (SELECT id FROM leases WHERE ${where} LIMIT ${String(mostAtOnce)} ${skipLocked}) ` +
    `UPDATE leases SET ${change} WHERE id IN (SELECT id FROM past) AND ${where} RETURNING ${leaseColumns}`;
  const outliving = await sql.run(
    some(
      "state = 'revoking', next_at = $1",
      `state = 'active' AND ends_at <= $1 AND (credential_expires_at > $1 OR lingers = 1 OR ${late})`,
    ),
    now.getTime(),
  );
  // What was tried and never succeeded has failed: it lived to its own end. What can be revoked is tried once at least.
  const over = await sql.run(
    some(
      "state = CASE WHEN state = 'revoking' AND attempts > 0 THEN 'failed' ELSE 'expired' END",
      'minting = 0 AND credential_expires_at <= $1 AND ends_at <= $1 AND lingers = 0 ' +
        `AND state IN ('active', 'revoking') AND (attempts > 0 OR revocability = 'expiry-only' OR (state = 'active' AND NOT ${late}))`,
    ),
    now.getTime(),
  );
  return [...outliving, ...over].map(toLease);
}

/** Takes up mints that nobody finished; see `Store.reconcile`. */
export async function reconcile(sql: Sql, before: Date, now: Date): Promise<LeaseRecord[]> {
  const rows = await sql.run(
    "UPDATE leases SET state = 'revoking', minting = 0, next_at = $2 " +
      `WHERE minting = 1 AND created_at <= $1 RETURNING ${leaseColumns}`,
    before.getTime(),
    now.getTime(),
  );
  return rows.map(toLease);
}
