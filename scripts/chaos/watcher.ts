/** Looks at the backend from its own side: which logins are there, and who is in. */
import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.ts';

/** What *immediate* means: nobody is in with it any more, so long after the end of the lease at the latest. */
export const graceMs = 30_000;
/** How long the role itself may stay, with which nobody logs in: a worker that dies with it gives it to the next. */
const roleGraceMs = 90_000;
const everyMs = 500;

export interface Watcher {
  /** Every login role that was ever there, by its own log and by looking. */
  readonly seen: () => ReadonlySet<string>;
  /** Logins that were there after they should have been dead; with what was seen. */
  readonly overdue: ReadonlyMap<string, string>;
  /** How long after its end a role was seen at the latest. */
  readonly longestSeconds: () => number;
  /** Login roles as they are now. */
  now(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const question = `
  SELECT rolname AS name, CAST(EXTRACT(EPOCH FROM rolvaliduntil) * 1000 AS float8) AS ends,
    (SELECT count(*) FROM pg_stat_activity WHERE usesysid = pg_roles.oid)::int AS sessions
  FROM pg_roles WHERE rolname LIKE 'ec\\_%'
  UNION ALL SELECT 'session ' || pid || ' of a role that is gone', 0, 1
  FROM pg_stat_activity WHERE usesysid IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_roles WHERE oid = usesysid)`;

interface Found {
  readonly name: string;
  readonly ends: number;
  readonly sessions: number;
}

/** @param revoked of which a broker has said that they are gone, and when */
export function startWatcher({ backend }: Stage, revoked: ReadonlyMap<string, number>): Watcher {
  const seen = new Set<string>();
  const overdue = new Map<string, string>();
  const superuser = backend.cluster.url();
  let longestMs = 0;
  let client: Client | undefined;
  const stopped = new AbortController();

  const look = async (): Promise<readonly Found[]> => {
    if (client === undefined) {
      const fresh = new Client({ connectionString: superuser, query_timeout: 5000 });
      fresh.on('error', () => (client = undefined));
      await fresh.connect();
      client = fresh;
    }
    const begun = Date.now();
    const { rows } = await client.query<Found>(question);
    for (const { name, ends, sessions } of rows) {
      const gone = revoked.get(name);
      const late = begun - ends;
      if (name.startsWith('ec_')) seen.add(name);
      else overdue.set(name, 'its role was dropped');
      if (gone !== undefined && gone < begun) overdue.set(name, 'a broker had said that it was revoked');
      if (name.startsWith('ec_')) longestMs = Math.max(longestMs, late);
      if (late > (sessions > 0 ? graceMs : roleGraceMs))
        overdue.set(name, `${String(Math.round(late / 1000))} s after its end, ${String(sessions)} sessions`);
    }
    return rows;
  };
  const going = (async () => {
    while (!stopped.signal.aborted) {
      // While the backend is down nobody is in it.
      await look().catch(() => {
        client?.end().catch(() => undefined);
        client = undefined;
      });
      await sleep(everyMs);
    }
  })();
  return {
    seen: () => {
      for (const [, name = ''] of backend.cluster.log().matchAll(/CREATE ROLE "(ec_lse_[0-9a-f]+)"/g))
        seen.add(name);
      return seen;
    },
    overdue,
    longestSeconds: () => Math.round(longestMs / 1000),
    now: () => backend.roles(),
    stop: async () => {
      stopped.abort();
      await going;
      await client?.end().catch(() => undefined);
    },
  };
}
