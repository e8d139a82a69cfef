// The built broker, as an operator starts it behind a proxy, and what it stored.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startIssuer, type ListeningIssuer } from '../../test/support/issuer.ts';
import { closedPort } from '../../test/support/socket-server.ts';

export interface Place {
  readonly url: string;
  readonly folder: string;
  readonly issuer: ListeningIssuer;
  readonly pid: number;
  /**
   * Stops the broker. @param keep is called with the path of its SQLite file
   * @returns the number of rows of that file by table
   */
  stop(keep?: (path: string) => void): Promise<Record<string, number>>;
}

/** A PostgreSQL database, and the key that its brokers share, in PEM. */
export interface SharedStore {
  readonly url: string;
  readonly signingKey: string;
}

/**
 * @param fill is called with the path of the store before the broker starts
 * @param shared its store, in place of a SQLite file
 */
export async function startPlace(
  fill?: (path: string) => Promise<void>,
  shared?: SharedStore,
): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-broker-'));
  const issuer = await startIssuer();
  const port = await closedPort();
  const url = `http://127.0.0.1:${String(port)}`;
  writeFiles(folder, url, issuer.url);
  if (shared !== undefined) useShared(folder, shared);
  await fill?.(join(folder, 'broker.db'));
  const door = resolve(import.meta.dirname, '../../dist/ephemeral-creds.cjs');
  const args = [...(process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? []), door, 'broker', 'run'];
  const env = shared === undefined ? {} : { STORE_URL: shared.url };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  process.once('exit', () => child.kill());
  const ended = new Promise((done) => child.once('exit', done));
  await new Promise<void>((ready) => {
    child.stderr.on('data', (text: Buffer) => {
      if (text.includes('listens on')) ready();
    });
  });
  return {
    url,
    folder,
    issuer,
    pid: child.pid ?? 0,
    stop: async (keep) => {
      child.kill('SIGTERM');
      await ended;
      await issuer.close();
      const rows = shared === undefined ? countRows(join(folder, 'broker.db')) : {};
      keep?.(join(folder, 'broker.db'));
      rmSync(folder, { recursive: true });
      return rows;
    },
  };
}

function writeFiles(folder: string, url: string, issuer: string): void {
  const yaml = `public_url: ${url}
listen: ${new URL(url).host}
tls: off
trusted_proxies: [127.0.0.1]
store: { sqlite: ./broker.db }
issuers: [ { platform: github, url: "${issuer}" } ]
roles: { deploy: { engine: jwt, audience: "https://deploy.example.com" } }
policies: ./policies
audit: [ { file: ./audit.jsonl } ]
limits: { repository_requests_per_minute: 1000000 }
`;
  const policy = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: deploy, owner: platform }
issuer: ${issuer}
match: { repository_id: "456789", repository_owner_id: "123456", ref_protected: true, event_name: push, runner_environment: github-hosted }
grants: [ { role: deploy, access: write } ]
examples:
  allow: [ { repository_id: "456789", repository_owner_id: "123456", ref_protected: true, event_name: push, runner_environment: github-hosted } ]
  deny: [ { ref_protected: false } ]
`;
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'broker.yaml'), yaml);
  writeFileSync(join(folder, 'policies/deploy.yaml'), policy);
}

function useShared(folder: string, { signingKey }: SharedStore): void {
  const file = join(folder, 'broker.yaml');
  const store = 'store: { postgres: "env:STORE_URL" }\nsigning_key: ./signing.pem\naudit_key: ./audit.pem';
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^store: .*$/m, store));
  writeFileSync(join(folder, 'signing.pem'), signingKey, { mode: 0o600 });
}

function countRows(path: string): Record<string, number> {
  const store = new DatabaseSync(path);
  const tables = store.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const counts = tables.map(({ name }): [string, number] => {
    const row = store.prepare(`SELECT COUNT(*) AS rows FROM "${String(name)}"`).get();
    return [String(name), Number(row?.['rows'])];
  });
  store.close();
  return Object.fromEntries(counts);
}
