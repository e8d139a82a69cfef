import type { LeaseRecord } from '../domain/lease-record.ts';
import { census } from './census.ts';
import { beginRevocation } from './begin-revocation.ts';
import type { Database, Sql } from './database.ts';
import { decideDeferred, defer, findDeferred, pollDeferred } from './deferred-rows.ts';
import { closeByEvent } from './deliveries.ts';
import { readFreeze, setFreeze } from './freeze.ts';
import { closeJob } from './job-rows.ts';
import { claimJobs } from './job-polls.ts';
import { leaseColumns, places, toLease } from './lease-rows.ts';
import { abandon, activate } from './mint-outcome.ts';
import { openSession } from './open-session.ts';
import { purge } from './purge.ts';
import { overCaps } from './role-caps.ts';
import { addLease, extendSession, heartbeat, readLease } from './running-session.ts';
import { migrate } from './migrate.ts';
import { countSelected, endSelected, selectLeases } from './select-leases.ts';
import { findSession } from './session-rows.ts';
import type { Store } from './store.ts';
import { useProof } from './use-once.ts';

/** How long a worker has for a claimed revocation before another may take it up. */
const claimMs = 30_000;

/**
 * The store in SQL, the same for every database.
 * @throws StoreError when the database cannot be used, or is that of a much newer broker
 */
export async function openSqlStore(database: Database): Promise<Store> {
  await migrate(database);
  const run = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => database.transaction(work);
  const tend = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => database.transaction(work, 'tend');
  const { shared, skipLocked, time } = database;
  return {
    shared,
    ...(time && { time }),
    openSession: (opening) => run((sql) => openSession(sql, opening)),
    activate: (minted, now) => run((sql) => activate(sql, minted, now)),
    extendSession: (extension) => run((sql) => extendSession(sql, extension)),
    findSession: (entry) => run((sql) => findSession(sql, entry)),
    addLease: (addition) => run((sql) => addLease(sql, addition)),
    readLease: (entry) => run((sql) => readLease(sql, entry)),
    closeJob: (closing) => run((sql) => closeJob(sql, closing)),
    closeByEvent: (event) => run((sql) => closeByEvent(sql, event)),
    claimJobs: (claim) => tend((sql) => claimJobs(sql, claim, skipLocked)),
    defer: (deferral) => run((sql) => defer(sql, deferral)),
    pollDeferred: (poll) => run((sql) => pollDeferred(sql, poll)),
    findDeferred: (id) => run((sql) => findDeferred(sql, id)),
    decideDeferred: (verdict) => run((sql) => decideDeferred(sql, verdict)),
    heartbeat: (entry) => run((sql) => heartbeat(sql, entry)),
    abandon: (leases, now) => run((sql) => abandon(sql, leases, now)),
    beginRevocation: (target, now) => run((sql) => beginRevocation(sql, target, now)),
    overCaps: (requests) => run((sql) => overCaps(sql, requests)),
    useProof: (proof) => run((sql) => useProof(sql, proof)),
    lease: (id) => run(async (sql) => (await byIds(sql, [id]))[0]),
    leases: (ids) => run((sql) => byIds(sql, ids)),
    selectLeases: (query) => tend((sql) => selectLeases(sql, query)),
    countSelected: (selector, now) => tend((sql) => countSelected(sql, selector, now)),
    endSelected: (selector, batch) => run((sql) => endSelected(sql, selector, batch)),
    freeze: () => tend((sql) => readFreeze(sql)),
    setFreeze: (change) => run((sql) => setFreeze(sql, change)),
    claimDue: (now, limit) => tend((sql) => claimDue(sql, { now, limit, skipLocked })),
    settle: (id, outcome) =>
      tend(async (sql) => {
        if (outcome.state === 'revoked')
          await sql.run("UPDATE leases SET state = 'revoked' WHERE id = $1 AND state = 'revoking'", id);
        else
          await sql.run(
            "UPDATE leases SET attempts = attempts + 1, next_at = $2 WHERE id = $1 AND state = 'revoking'",
            id,
            outcome.nextAt.getTime(),
          );
      }),
    expire: (now) => tend((sql) => expire(sql, now)),
    reconcile: (before, now) => tend((sql) => reconcile(sql, before, now)),
    purge: (now) => tend((sql) => purge(sql, now)),
    census: (now) => run((sql) => census(sql, now)),
    check: () =>
      tend(async (sql) => {
        await sql.run('UPDATE schema_version SET version = version');
      }),
    close: () => database.close(),
  };
}

async function byIds(sql: Sql, ids: readonly string[]): Promise<LeaseRecord[]> {
  if (ids.length === 0) return [];
  const rows = await sql.run(
    `SELECT ${leaseColumns} FROM leases WHERE id IN (${places(ids.length, 1)}) ORDER BY created_at, role, id`,
    ...ids,
  );
  return rows.map(toLease);
}

interface Claim extends Pick<Database, 'skipLocked'> {
  readonly now: Date;
  readonly limit: number;
}

/** An `expiry-only` lease is never due: nothing can be done but wait. */
async function claimDue(sql: Sql, { now, limit, skipLocked }: Claim): Promise<LeaseRecord[]> {
  const rows = await sql.run(
    // Materialized: a plan that ran the inner SELECT again would take more than it was asked for.
    'WITH due AS MATERIALIZED (SELECT id FROM leases ' +
      "WHERE state = 'revoking' AND minting = 0 AND revocability <> 'expiry-only' AND next_at <= $2 " +
      `ORDER BY next_at LIMIT $3 ${skipLocked}) ` +
      `UPDATE leases SET next_at = $1 WHERE id IN (SELECT id FROM due) RETURNING ${leaseColumns}`,
    now.getTime() + claimMs,
    now.getTime(),
    limit,
  );
  return rows.map(toLease);
}

async function expire(sql: Sql, now: Date): Promise<LeaseRecord[]> {
  const outliving = await sql.run(
    "UPDATE leases SET state = 'revoking', next_at = $1 " +
      `WHERE state = 'active' AND ends_at <= $1 AND (credential_expires_at > $1 OR lingers = 1) RETURNING ${leaseColumns}`,
    now.getTime(),
  );
  const over = await sql.run(
    "UPDATE leases SET state = 'expired' WHERE minting = 0 AND credential_expires_at <= $1 AND ends_at <= $1 " +
      `AND lingers = 0 AND state IN ('active', 'revoking') RETURNING ${leaseColumns}`,
    now.getTime(),
  );
  return [...outliving, ...over].map(toLease);
}

async function reconcile(sql: Sql, before: Date, now: Date): Promise<LeaseRecord[]> {
  const rows = await sql.run(
    "UPDATE leases SET state = 'revoking', minting = 0, next_at = $2 " +
      `WHERE minting = 1 AND created_at <= $1 RETURNING ${leaseColumns}`,
    before.getTime(),
    now.getTime(),
  );
  return rows.map(toLease);
}
