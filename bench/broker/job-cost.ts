// npm run bench:job: what one job costs the broker that borrows once and gives back once, with SQLite and with PostgreSQL,
// and what a load of GitHub's size would need by that (docs/explanation/capacity.md). Counted is CPU and what is written,
// not time: the machine may be shared, which makes CPU dearer.
// Options: jobs of each round; rounds.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { handleType } from '../../src/protocol/revocation.ts';
import { startPostgres, type PostgresCluster } from '../../test/support/postgres.ts';
import { cpuSecondsOf, percentile } from './figures.ts';
import { sendInFlight } from './in-flight.ts';
import { startPlace, type Place } from './place.ts';
import { prepare, type Prepared } from './requests.ts';

const jobs = Number(process.argv[2] ?? 1000);
const rounds = Number(process.argv[3] ?? 3);
const inFlight = 16;
/** PostgreSQL tells of transactions with a delay. */
const statisticsMs = 3000;

/** What has been used up so far. */
interface Used {
  readonly cpu: number;
  readonly written: number;
  readonly audit: number;
  readonly store: number;
  readonly commits: number;
  readonly backend: number;
}

interface Shared {
  readonly cluster: PostgresCluster;
  readonly name: string;
}

async function used({ pid, folder }: Place, shared: Shared | undefined): Promise<Used> {
  if (shared !== undefined) await sleep(statisticsMs);
  const [, written = '0'] =
    /^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${String(pid)}/io`, 'utf8')) ?? [];
  const own = { cpu: cpuSecondsOf(pid) * 1e6, written: Number(written) };
  const audit = statSync(join(folder, 'audit.jsonl')).size;
  if (shared === undefined)
    return { ...own, audit, store: statSync(join(folder, 'broker.db')).size, commits: 0, backend: 0 };
  const [row] = await shared.cluster.query(
    `SELECT xact_commit AS commits, pg_database_size(datname) AS size FROM pg_stat_database WHERE datname = '${shared.name}'`,
  );
  const pids = await shared.cluster.query(
    "SELECT pid FROM pg_stat_activity WHERE usename <> 'postgres' OR usename IS NULL",
  );
  const backend = pids.reduce((sum, each) => sum + cpuSecondsOf(Number(each['pid'])) * 1e6, 0);
  return { ...own, audit, store: Number(row?.['size']), commits: Number(row?.['commits']), backend };
}

function backOf({ handle = '' }: Prepared): Prepared {
  const body = new URLSearchParams({ token: handle, token_type_hint: handleType }).toString();
  return { path: '/revoke', body };
}

type Cost = Record<keyof Used, number>;

function each(before: Used, after: Used): Cost {
  const names = Object.keys(before) as (keyof Used)[];
  return Object.fromEntries(names.map((name) => [name, (after[name] - before[name]) / jobs])) as Cost;
}

const middle = (costs: readonly Cost[], name: keyof Used): number =>
  percentile(
    costs.map((cost) => cost[name]),
    0.5,
  );

async function measure(called: string, place: Place, shared?: Shared): Promise<number> {
  const costs: Record<'borrowing' | 'giving back', Cost[]> = { borrowing: [], 'giving back': [] };
  const send = (prepared: readonly Prepared[]) => sendInFlight(place.url, prepared, inFlight);
  for (let round = 0; round <= rounds; round++) {
    const borrows = await prepare('good', jobs, place);
    const begun = await used(place, shared);
    await send(borrows);
    const lent = await used(place, shared);
    await send(borrows.map(backOf));
    const over = await used(place, shared);
    // The first is for the compiler.
    if (round === 0) continue;
    costs.borrowing.push(each(begun, lent));
    costs['giving back'].push(each(lent, over));
  }
  const kb = (octets: number): string => `${(octets / 1000).toFixed(1)} kB`;
  for (const [what, found] of Object.entries(costs)) {
    const of = (name: keyof Used): number => middle(found, name);
    const ofServer = `, ${of('commits').toFixed(1)} commits, ${of('backend').toFixed(0)} µs of PostgreSQL's CPU`;
    console.log(
      `${called}  ${what.padEnd(11)}  ${of('cpu').toFixed(0)} µs CPU, ${kb(of('written'))} written, audit ${kb(of('audit'))}, ` +
        `store ${kb(of('store'))}${shared === undefined ? '' : ofServer}`,
    );
  }
  return middle(costs.borrowing, 'cpu') + middle(costs['giving back'], 'cpu');
}

function tellLoad(micros: number): void {
  const perCore = 1e6 / micros;
  const peak = (70e6 / 86_400) * 3;
  console.log(
    `  a core of it: ${perCore.toFixed(0)} jobs a second, ${((perCore / 3) * 0.0864).toFixed(1)} million a day with a peak of three times the mean; ` +
      `of GitHub's size, half loaded: ${String(Math.ceil((peak / perCore) * 2))} brokers`,
  );
}

const embedded = await startPlace();
tellLoad(await measure('SQLite    ', embedded));
await embedded.stop();
const { privateKey } = generateKeyPairSync('ed25519');
const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
await using cluster = await startPostgres();
const { url, name } = await cluster.freshDatabase();
const place = await startPlace(undefined, { url, signingKey });
tellLoad(await measure('PostgreSQL', place, { cluster, name }));
await place.stop();
console.log(`load of the machine at the end ${loadavg()[0]?.toFixed(1) ?? ''}`);
