/** Everything that the chaos run needs: issuers, a store, a backend behind a proxy, and three brokers. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgresScene, type PostgresScene } from '../../test/support/broker/postgres-scene.ts';
import { startIssuer, type ListeningIssuer } from '../../test/support/issuer.ts';
import { startPostgres, type PostgresCluster } from '../../test/support/postgres.ts';
import { startTcpProxy, type TcpProxy } from '../../test/support/tcp-proxy.ts';
import { startFleet, type Fleet } from './brokers.ts';

export const publicUrl = 'https://broker.example.com';
const brokers = 3;

export interface Stage extends AsyncDisposable {
  readonly github: ListeningIssuer;
  readonly gitlab: ListeningIssuer;
  readonly store: PostgresCluster;
  /** The database of the store. */
  readonly storeName: string;
  readonly backend: PostgresScene;
  /** Between the brokers and the backend. */
  readonly way: TcpProxy;
  readonly fleet: Fleet;
  /** Paths of the brokers' audit logs. */
  readonly audits: readonly string[];
}

export async function buildStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const settings = { max_connections: '200', log_statement: 'ddl' };
  const [github, gitlab, store, backend] = await Promise.all([
    startIssuer(),
    startIssuer({ platform: 'gitlab' }),
    startPostgres({ settings }),
    startPostgresScene(settings),
  ]);
  const way = await startTcpProxy(backend.cluster.port);
  const database = await store.freshDatabase();
  writeShared(folder, { github: github.url, gitlab: gitlab.url });
  const storeUrl = database.url;
  const appUrl = backend.url({ port: way.port });
  const fleet = await startFleet(brokers, {
    folder,
    env: { STORE_URL: storeUrl, APP_URL: appUrl },
    write: (index, port) => {
      const path = join(folder, `broker-${String(index)}.yaml`);
      const names = { github: github.url, gitlab: gitlab.url, backend: backend.cluster.port };
      writeFileSync(path, brokerYaml(index, port, names));
      return path;
    },
  });
  return {
    github,
    gitlab,
    store,
    storeName: database.name,
    backend,
    way,
    fleet,
    audits: fleet.urls.map((_, index) => join(folder, `audit-${String(index)}.jsonl`)),
    [Symbol.asyncDispose]: async () => {
      await fleet.stop();
      await way[Symbol.asyncDispose]();
      await Promise.all([store[Symbol.asyncDispose](), backend[Symbol.asyncDispose]()]);
      await Promise.all([github.close(), gitlab.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

interface Names {
  readonly github: string;
  readonly gitlab: string;
  /** The port of the backend itself, for jobs. */
  readonly backend: number;
}

/** What the replicas share is one file; the audit log and its key are each one's own. */
function brokerYaml(index: number, port: number, { github, gitlab, backend }: Names): string {
  return `public_url: ${publicUrl}
listen: 127.0.0.1:${String(port)}
tls: off
store: { postgres: "env:STORE_URL" }
signing_key: ./signing.pem
audit_key: ./audit-${String(index)}.pem
issuers: [ { platform: github, url: "${github}" }, { platform: gitlab, url: "${gitlab}" } ]
roles:
  app: { engine: postgres, url: "env:APP_URL", database: app, grants: [app_ro, app_rw], host: localhost, port: ${String(backend)}, ttl: { default: 10s, max: 60s } }
policies: ./policies
audit: [ { file: ./audit-${String(index)}.jsonl } ]
limits: { requests_per_second: 100000, repository_requests_per_minute: 1000000, job_requests_per_minute: 1000000 }
`;
}

function writeShared(folder: string, { github, gitlab }: Omit<Names, 'backend'>): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(folder, 'signing.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }), {
    mode: 0o600,
  });
  mkdirSync(join(folder, 'policies'));
  writeFileSync(
    join(folder, 'policies', 'github.yaml'),
    `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: github, owner: platform }
issuer: ${github}
match: { repository_id: "456789", repository_owner_id: "123456", ref: refs/heads/main, environment: production, event_name: push, runner_environment: github-hosted }
limits: { issues_per_job: 50 }
grants: [ { role: app, access: write } ]
examples:
  allow: [ { repository_id: "456789", repository_owner_id: "123456", ref: refs/heads/main, environment: production, event_name: push, runner_environment: github-hosted } ]
  deny: [ { ref: refs/heads/feature } ]
`,
  );
  writeFileSync(
    join(folder, 'policies', 'gitlab.yaml'),
    `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: gitlab, owner: platform }
issuer: ${gitlab}
match: { project_id: "20", namespace_id: "72", ref_path: refs/heads/main, ref_protected: "true", environment: production, pipeline_source: push }
accept_risk: chaos is about leases, not about policies
limits: { issues_per_job: 50 }
grants: [ { role: app, access: write } ]
examples:
  allow: [ { project_id: "20", namespace_id: "72", ref_path: refs/heads/main, ref_protected: "true", environment: production, pipeline_source: push } ]
  deny: [ { ref_path: refs/heads/feature } ]
`,
  );
}
