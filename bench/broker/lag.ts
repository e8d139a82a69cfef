// npm run bench:lag: how long after their end leases are ended in the store, and gone from the backend, when ten thousand
// end within a minute; on SQLite and on PostgreSQL, with a PostgreSQL as the backend that has a login role for each.
// The broker runs from its sources. Told is when the audit log has it, which is after store and backend had it.
// Options: leases; seconds over which they end (0: all at once), or `revoke`: one request of an operator ends them all.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { openPostgres } from '../../src/broker/store/postgres.ts';
import { openSqlStore } from '../../src/broker/store/sql-store.ts';
import { openSqlite } from '../../src/broker/store/sqlite.ts';
import { readPostgresUrl } from '../../src/broker/domain/postgres-url.ts';
import { Secret } from '../../src/domain/secret.ts';
import { startFleet } from '../../scripts/chaos/brokers.ts';
import { startPostgresScene, type PostgresScene } from '../../test/support/broker/postgres-scene.ts';
import { createAuthority } from '../../test/support/certificates.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { closedPort } from '../../test/support/socket-server.ts';
import { percentile } from './figures.ts';

const count = Number(process.argv[2] ?? 10_000);
const byOperator = process.argv[3] === 'revoke';
const seconds = byOperator ? 0 : Number(process.argv[3] ?? 60);
/** Until the broker is up. */
const leadMs = 20_000;
const chunk = 500;
const goal = byOperator ? 'longest ≤ 60 s' : 'p99 ≤ 5 s';
/** They would end by themselves long after. */
const lifeMs = byOperator ? 3_600_000 : 0;
const longestMs = 600_000;

type Store = 'sqlite' | 'postgres';
type Place = Readonly<Record<'folder' | 'storeUrl', string>>;

/** Ids of leases, by when they end. */
type Ends = ReadonlyMap<string, number>;

function plan(): Ends {
  const from = Date.now() + leadMs + lifeMs;
  return new Map(
    Array.from({ length: count }, (_, each) => [
      `lse_${randomBytes(12).toString('hex')}`,
      from + Math.floor((each * seconds * 1000) / count),
    ]),
  );
}

const opened = (store: Store, { folder, storeUrl }: Place) =>
  store === 'sqlite'
    ? openSqlite(join(folder, 'broker.db'))
    : openPostgres({
        address: readPostgresUrl(new Secret(storeUrl), 'env:STORE_URL'),
        ca: undefined,
        connections: 2,
        connectMs: 5000,
        statementMs: 60_000,
      });

async function fillStore(store: Store, place: Place, ends: Ends): Promise<void> {
  const database = await opened(store, place);
  const filled = await openSqlStore(database);
  const now = Date.now();
  const rows = [...ends].map(
    ([id, at]) =>
      `('${id}', 'ses_${id}', 'https://issuer.example.com', 'job${id}', 'jkt', 'app', 'postgres', 'active', 'immediate', 'p', 'sha256:0', ` +
      `${String(now)}, ${String(at)}, ${String(at)}, 0, ${String(at)}, 0, '{"url":"env:APP_URL"}', 0, 0, '', '', 1, 'bench')`,
  );
  for (let from = 0; from < rows.length; from += chunk)
    await database.transaction((sql) =>
      sql.run(
        'INSERT INTO leases (id, session_id, issuer, job, jkt, role, engine, state, revocability, policy_id, policy_version, ' +
          'created_at, expires_at, ends_at, heartbeat_seconds, credential_expires_at, minting, revoke_data, attempts, next_at, ' +
          `request_id, details_hash, lingers, backend) VALUES ${rows.slice(from, from + chunk).join(', ')}`,
      ),
    );
  await filled.close();
}

async function fillBackend(backend: PostgresScene, ids: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: backend.url() });
  await client.connect();
  for (let from = 0; from < ids.length; from += chunk)
    await client.query(
      ids
        .slice(from, from + chunk)
        .map((id) => `CREATE ROLE "ec_${id}" LOGIN IN ROLE app_ro`)
        .join('; '),
    );
  await client.end();
}

const authority = createAuthority();
const operator = authority.issue({ names: ['bench'] });

interface Written {
  readonly adminPort: number;
}

function writeFiles(
  store: Store,
  { folder }: Place,
  { adminPort }: Written,
): (index: number, port: number) => string {
  mkdirSync(join(folder, 'policies'));
  const admin = authority.issue();
  writeFileSync(join(folder, 'admin.crt'), admin.cert);
  writeFileSync(join(folder, 'admin.key'), admin.key, { mode: 0o600 });
  writeFileSync(join(folder, 'operators.crt'), authority.cert);
  const policy = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: p, owner: platform }
issuer: https://token.actions.githubusercontent.com
match: { repository_id: "1", repository_owner_id: "2", ref: refs/heads/main, environment: production, event_name: push, runner_environment: github-hosted }
grants: [ { role: app, access: write } ]
examples:
  allow: [ { repository_id: "1", repository_owner_id: "2", ref: refs/heads/main, environment: production, event_name: push, runner_environment: github-hosted } ]
  deny: [ { ref: refs/heads/feature } ]
`;
  writeFileSync(join(folder, 'policies/p.yaml'), policy);
  return (_, port) => {
    const path = join(folder, 'broker.yaml');
    const where =
      store === 'sqlite'
        ? '{ sqlite: ./broker.db }'
        : '{ postgres: "env:STORE_URL" }\nsigning_key: ./signing.pem\naudit_key: ./audit.pem';
    writeFileSync(
      path,
      `public_url: https://broker.example.com
listen: 127.0.0.1:${String(port)}
tls: off
store: ${where}
issuers: [ github ]
roles: { app: { engine: postgres, url: "env:APP_URL", database: app, grants: [app_ro] } }
policies: ./policies
audit: [ { file: ./audit.jsonl } ]
admin:
  listen: 127.0.0.1:${String(adminPort)}
  tls: { certificate: admin.crt, key: admin.key, client_ca: operators.crt }
  operators: [ { id: bench, certificate: { subject: "CN=bench" }, rights: [read, revoke] } ]
`,
    );
    return path;
  };
}

/** What `lease revoke --policy p` sends. @returns how many leases that ended */
async function revokeAll(port: number): Promise<unknown> {
  const body = JSON.stringify({ selector: { policy: 'p' }, reason: 'bench:lag', wait: 0 });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const sent = request({
    ...{ host: '127.0.0.1', port, path: '/admin/leases/revoke', method: 'POST', headers },
    ...{ ca: authority.cert, cert: operator.cert, key: operator.key },
  });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const told = (await json(answer)) as Record<string, unknown>;
  if (answer.statusCode !== 200) throw new Error(JSON.stringify(told));
  return told['leases'];
}

/** When the audit log said so of each lease. */
function toldAt({ folder }: Place, message: string): Map<string, number> {
  const lines = readFileSync(join(folder, 'audit.jsonl'), 'utf8').split('\n');
  return new Map(
    lines
      .filter((line) => line.includes(`"${message}"`))
      .map((line) => {
        const event = JSON.parse(line) as { time: number; unmapped: { lease_id: string } };
        return [event.unmapped.lease_id, event.time];
      }),
  );
}

function tell(what: string, told: ReadonlyMap<string, number>, ends: Ends): void {
  const lags = [...ends].map(([id, at]) => (told.get(id) ?? Infinity) - at);
  const [p50, p99, most] = [0.5, 0.99, 1].map((part) => `${(percentile(lags, part) / 1000).toFixed(1)} s`);
  console.log(
    `  ${what.padEnd(22)} p50 ${p50 ?? ''}  p99 ${p99 ?? ''}  longest ${most ?? ''}  (goal ${goal})`,
  );
}

async function measure(store: Store, backend: PostgresScene, storeUrl: string): Promise<void> {
  const place = { folder: mkdtempSync(join(tmpdir(), 'bench-lag-')), storeUrl };
  const ends = plan();
  const began = Date.now();
  await fillBackend(backend, [...ends.keys()]);
  // Filling took its time: the ends begin when the broker is there.
  const late = Date.now() - began;
  const shifted = new Map([...ends].map(([id, at]) => [id, at + late]));
  await fillStore(store, place, shifted);
  if (store === 'postgres') {
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
    writeFileSync(join(place.folder, 'signing.pem'), pem, { mode: 0o600 });
  }
  const env = { STORE_URL: storeUrl, APP_URL: backend.url() };
  const adminPort = await closedPort();
  const write = writeFiles(store, place, { adminPort });
  const fleet = await startFleet(1, { folder: place.folder, env, write });
  await fleet.ready();
  const asked = Date.now();
  if (byOperator) {
    const ended = await revokeAll(adminPort);
    console.log(`  ${String(ended)} leases were ended in ${String(Date.now() - asked)} ms`);
    for (const id of shifted.keys()) shifted.set(id, asked);
  }
  const firstEnd = Math.min(...shifted.values());
  if (!byOperator && Date.now() > firstEnd)
    console.log(`  the broker came ${String(Date.now() - firstEnd)} ms after the first end`);
  const until = firstEnd + seconds * 1000 + longestMs;
  while (Date.now() < until && toldAt(place, 'lease revoked').size < count) await sleep(2000);
  await fleet.stop();
  console.log(
    `${store}, ${String(count)} leases that ${byOperator ? 'one request ends' : `end within ${String(seconds)} s`}, load ${loadavg()[0]?.toFixed(1) ?? ''}`,
  );
  tell('ended in the store', toldAt(place, 'lease revoking'), shifted);
  tell('gone from the backend', toldAt(place, 'lease revoked'), shifted);
  const left = await backend.roles();
  if (left.length > 0) console.log(`  ${String(left.length)} login roles are still there`);
  rmSync(place.folder, { recursive: true });
}

await using backend = await startPostgresScene({ max_connections: '50' });
await using cluster = await startPostgres();
const { url } = await cluster.freshDatabase();
await measure('sqlite', backend, url);
await measure('postgres', backend, url);
