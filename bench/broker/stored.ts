// npm run bench:stored: what an exchange waits, what memory the broker has and what a round of its worker costs, with
// few and with a million leases in the store. The machine is shared: what stands beside each other counts.
// Options: numbers of stored leases; requests of each part.
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqlStore } from '../../src/broker/store/sql-store.ts';
import { openSqlite } from '../../src/broker/store/sqlite.ts';
import { cpuSecondsOf, percentile } from './figures.ts';
import { sendInFlight } from './in-flight.ts';
import { startPlace } from './place.ts';
import { prepare } from './requests.ts';

const counts = (process.argv[2] ?? '100,10000,100000,1000000').split(',').map(Number);
const requests = Number(process.argv[3] ?? 2000);
const dayMs = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'bench-stored-'));

/** Leases of the last six days, a twentieth of them alive for an hour; sessions, jobs, runs and proofs to go with them. */
async function fill(path: string, count: number): Promise<void> {
  await (await openSqlStore(openSqlite(path))).close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN');
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''")
    .all();
  for (const { name } of indexes) database.exec(`DROP INDEX ${String(name)}`);
  const now = Date.now();
  database.exec(`CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${String(count)})
    SELECT i, lower(hex(randomblob(12))) AS r, ${String(now - 6 * dayMs)} + CAST(i * ${String((6 * dayMs) / count)} AS INTEGER) AS at,
    i % 20 = 0 AS alive FROM n`);
  const issuer = "'https://issuer.example.com'";
  const end = `CASE alive WHEN 1 THEN ${String(now + 3_600_000)} + i % 60000 ELSE at + 900000 END`;
  database.exec(`INSERT INTO sessions (id, issuer, job, run, attempt, jkt, handle_hash, details_hash, access_token_hash, access_expires_at,
      claims, token_key, token_expires_at, approved, ended, created_at, expires_at, repository, repository_id, actor, commit_sha)
    SELECT 'ses_' || r, ${issuer}, 'job' || r, 'run' || r, 1, 'jkt' || r, 'handle' || r, 'details', 'access' || r, ${end},
      hex(zeroblob(400)), 'token' || r, at + 300000, 0, 0, at, ${end}, 'octo-org/' || (i % 5000), i % 5000, 'a' || (i % 900), r FROM n`);
  database.exec(`INSERT INTO leases (id, session_id, issuer, job, jkt, role, engine, state, revocability, policy_id, policy_version,
      created_at, expires_at, ends_at, heartbeat_seconds, credential_expires_at, minting, revoke_data, attempts, next_at, request_id, details_hash)
    SELECT 'lse_' || r, 'ses_' || r, ${issuer}, 'job' || r, 'jkt' || r, 'deploy', 'jwt',
      CASE alive WHEN 1 THEN 'active' ELSE 'expired' END, 'immediate', 'deploy', 'sha256:0', at, ${end}, ${end}, 0, ${end}, 0, '{}', 0, 0, '', ''
    FROM n`);
  database.exec(
    `INSERT INTO jobs (issuer, job, issues, closed_until, expires_at) SELECT ${issuer}, 'job' || r, 1, 0, ${end} FROM n`,
  );
  database.exec(
    `INSERT INTO runs (issuer, run, attempt, expires_at) SELECT ${issuer}, 'run' || r, 1, ${end} FROM n`,
  );
  database.exec(`INSERT INTO proofs SELECT 'proof' || r, ${String(now + 300_000)} FROM n WHERE alive`);
  for (const { sql } of indexes) database.exec(String(sql));
  database.exec('COMMIT');
  database.close();
}

/** Milliseconds of each part of a round, with nothing to do and with a week's leases to forget. */
async function timeRound(path: string): Promise<string> {
  const store = await openSqlStore(openSqlite(path));
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const now = new Date();
  const parts = {
    reconcile: await timed(() => store.reconcile(now, now)),
    expire: await timed(() => store.expire(now)),
    claim: await timed(() => store.claimDue(now, 100)),
    purge: await timed(() => store.purge(now)),
  };
  const later = new Date(now.getTime() + 7 * dayMs);
  const bites: number[] = [];
  for (let bite = 0; bite < 40; bite++) bites.push(await timed(() => store.purge(later)));
  await store.close();
  const each = Object.entries(parts).map(([name, ms]) => `${name} ${ms.toFixed(1)}`);
  return `${each.join(', ')}; a bite of a week's ${percentile(bites, 0.5).toFixed(0)}, at most ${Math.max(...bites).toFixed(0)} ms`;
}

for (const count of counts) {
  const place = await startPlace((path) => fill(path, count));
  await sendInFlight(place.url, await prepare('good', Math.min(1500, requests), place), 16);
  const before = cpuSecondsOf(place.pid);
  const { waits } = await sendInFlight(place.url, await prepare('good', requests, place), 16);
  const cpu = ((cpuSecondsOf(place.pid) - before) / requests) * 1e6;
  const [, rss] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(place.pid)}/status`, 'utf8')) ?? [];
  const copy = join(folder, `${String(count)}.db`);
  const rows = await place.stop((path) => {
    copyFileSync(path, copy);
  });
  const round = await timeRound(copy);
  rmSync(copy);
  console.log(
    `${String(count).padStart(7)} stored (${String(rows['leases'])} at the end)  p50 ${percentile(waits, 0.5).toFixed(1)} ms  p99 ${percentile(waits, 0.99).toFixed(1)} ms  ${cpu.toFixed(0)} µs CPU each  ${(Number(rss) / 1024).toFixed(0)} MiB`,
  );
  console.log(`        a round of the worker: ${round}`);
}
rmSync(folder, { recursive: true });
console.log(`load of the machine at the end ${loadavg()[0]?.toFixed(1) ?? ''} on two cores or more`);
