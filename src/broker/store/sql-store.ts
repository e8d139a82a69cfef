import type { LeaseRecord } from '../domain/lease-record.ts';
import { census } from './census.ts';
import { beginRevocation } from './begin-revocation.ts';
import { closeByEvent, takeEvent } from './close-by-event.ts';
import type { Database, Sql } from './database.ts';
import { decideDeferred, defer, findDeferred, pollDeferred } from './deferred-rows.ts';
import { readFreeze, setFreeze } from './freeze.ts';
import { claimEvents, finishEvent, loadOfEvents, putOffEvent, releaseEvents } from './job-event-rows.ts';
import type { JobEventStore } from './job-event-store.ts';
import { closeJob } from './job-rows.ts';
import { claimJobs } from './job-polls.ts';
import {
  claim,
  claimDue,
  dueBackends,
  expire,
  readSealed,
  reconcile,
  release,
  settle,
} from './lease-queue.ts';
import { leaseColumns, places, toLease } from './lease-rows.ts';
import { abandon, activate } from './mint-outcome.ts';
import { openSession } from './open-session.ts';
import { purge } from './purge.ts';
import { adopt, beginAnew, noteSwept } from './restored.ts';
import { overCaps } from './role-caps.ts';
import { addLease, extendSession, heartbeat, readLease } from './running-session.ts';
import { migrate } from './migrate.ts';
import { claimRotation, endRotation } from './secret-rotation.ts';
import type { SecretStore } from './secret-store.ts';
import {
  currentSecret,
  destroySecret,
  fadeSecrets,
  listSecrets,
  putSecret,
  readSecret,
  rewrapSecret,
  rollBackSecret,
  showSecret,
  wrappedElsewhere,
} from './secrets.ts';
import { endSelected } from './end-selected.ts';
import { countSelected, selectLeases } from './select-leases.ts';
import { findSession } from './session-rows.ts';
import { markTime, readClock } from './store-clock.ts';
import type { Store } from './store.ts';
import { useProof } from './use-once.ts';

/**
 * The store in SQL, the same for every database.
 * @throws StoreError when the database cannot be used, or is that of a much newer broker
 */
export async function openSqlStore(database: Database): Promise<Store> {
  await migrate(database);
  // Whether something may have changed since the time was last marked.
  let touched = true;
  const run = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    touched = true;
    return database.transaction(work);
  };
  const lend = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    touched = true;
    return database.transaction(work, 'lend');
  };
  const tend = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => database.transaction(work);
  const { shared, skipLocked, time } = database;
  return {
    shared,
    ...(time && { time }),
    secrets: secretStore(database),
    jobEvents: jobEventStore({ run, tend, skipLocked }),
    openSession: (opening) => lend((sql) => openSession(sql, opening)),
    activate: (minted, now) => lend((sql) => activate(sql, minted, now)),
    extendSession: (extension) => lend((sql) => extendSession(sql, extension)),
    findSession: (entry) => run((sql) => findSession(sql, entry)),
    addLease: (addition) => lend((sql) => addLease(sql, addition)),
    readLease: (entry) => run((sql) => readLease(sql, entry)),
    closeJob: (closing) => run((sql) => closeJob(sql, closing)),
    claimJobs: (claim) => tend((sql) => claimJobs(sql, claim, skipLocked)),
    defer: (deferral) => lend((sql) => defer(sql, deferral)),
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
    setFreeze: async (change) => {
      const before = await run((sql) => setFreeze(sql, change));
      // Whoever read before it that nothing is frozen has ended when this is answered.
      if (change.frozen && shared) await database.transaction(() => Promise.resolve(), 'halt');
      return before;
    },
    dueBackends: (now) => tend((sql) => dueBackends(sql, now)),
    claimDue: (now, limit, backend) => tend((sql) => claimDue(sql, { now, limit, backend, skipLocked })),
    claim: (ids, now) => tend((sql) => claim(sql, ids, now)),
    release: (ids, now) => tend((sql) => release(sql, ids, now)),
    sealed: (id) => tend((sql) => readSealed(sql, id)),
    settle: (id, outcome) => run((sql) => settle(sql, id, outcome)),
    expire: (now) => tend((sql) => expire(sql, { now, skipLocked })),
    reconcile: (before, now) => tend((sql) => reconcile(sql, before, now)),
    clock: () => tend((sql) => readClock(sql)),
    markTime: async (mark) => {
      if (!touched && !mark.always) return undefined;
      touched = false;
      return tend((sql) => markTime(sql, mark));
    },
    beginAnew: (restored) => {
      touched = true;
      return database.transaction((sql) => beginAnew(sql, restored), 'halt');
    },
    adopt: (orphans, now) => run((sql) => adopt(sql, orphans, now)),
    noteSwept: (restoredAt) => run((sql) => noteSwept(sql, restoredAt)),
    purge: (now) => tend((sql) => purge(sql, now)),
    census: (now) => run((sql) => census(sql, now)),
    check: () =>
      tend(async (sql) => {
        await sql.run('UPDATE schema_version SET version = version');
      }),
    close: () => database.close(),
  };
}

function secretStore({ transaction: tend }: Pick<Database, 'transaction'>): SecretStore {
  return {
    put: (version) => tend((sql) => putSecret(sql, version)),
    current: (name) => tend((sql) => currentSecret(sql, name)),
    read: (read) => tend((sql) => readSecret(sql, read)),
    list: () => tend((sql) => listSecrets(sql)),
    show: (name) => tend((sql) => showSecret(sql, name)),
    rollBack: (change) => tend((sql) => rollBackSecret(sql, change)),
    destroy: (which) => tend((sql) => destroySecret(sql, which)),
    fade: (now) => tend((sql) => fadeSecrets(sql, now)),
    wrappedElsewhere: (keyId, after) => tend((sql) => wrappedElsewhere(sql, keyId, after)),
    rewrap: (version, wrapped) => tend((sql) => rewrapSecret(sql, version, wrapped)),
    claimRotation: (claim) => tend((sql) => claimRotation(sql, claim)),
    endRotation: (name, ended) => tend((sql) => endRotation(sql, name, ended)),
  };
}

type Work = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;

function jobEventStore(parts: {
  readonly run: Work;
  readonly tend: Work;
  readonly skipLocked: Database['skipLocked'];
}): JobEventStore {
  const { run, tend, skipLocked } = parts;
  return {
    take: (event, waiting) => run((sql) => takeEvent(sql, event, waiting)),
    close: (event, now) => run((sql) => closeByEvent(sql, event, now)),
    finish: (id) => run((sql) => finishEvent(sql, id)),
    putOff: (id, nextAt) => run((sql) => putOffEvent(sql, id, nextAt)),
    claim: (claim) => tend((sql) => claimEvents(sql, claim, skipLocked)),
    release: (ids, now) => tend((sql) => releaseEvents(sql, ids, now)),
    load: () => tend(loadOfEvents),
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
