/** Real brokers from the source, a process each, that share one PostgreSQL and one public URL. */
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  keyBoundAudience,
  makeProof,
  makeProofKey,
  sha256,
  type ProofKey,
} from '../../../src/protocol/dpop.ts';
import { handleType } from '../../../src/protocol/revocation.ts';
import { detailType, idTokenType, tokenExchange } from '../../../src/protocol/token-exchange.ts';
import { startIssuer, type ListeningIssuer } from '../issuer.ts';
import type { FreshDatabase } from '../postgres.ts';
import { closedPort } from '../socket-server.ts';

interface ReplicaAnswer {
  /** 0: nobody answered. */
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** One request, ready to be sent to any replica, also more than once. */
export interface PreparedRequest {
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** A job, with a key of its own. */
export interface ReplicaJob {
  readonly id: string;
  readonly key: ProofKey;
}

export interface Replicas extends AsyncDisposable {
  readonly count: number;
  /** Starts replica number `index`, which must not run. */
  start(index: number): Promise<void>;
  /** Resolves when it is gone. */
  kill(index: number, signal: NodeJS.Signals): Promise<void>;
  job(): ReplicaJob;
  /** A request for a role, under a handle of its own where none is named. */
  prepare(job: ReplicaJob, role: string, handle?: string): Promise<PreparedRequest>;
  send(index: number, path: string, request: PreparedRequest): Promise<ReplicaAnswer>;
  giveBack(index: number, handle: string): Promise<ReplicaAnswer>;
  ready(index: number): Promise<number>;
  /** Files of the audit logs, one a replica. */
  readonly logs: readonly string[];
}

export interface ReplicaOptions {
  /** Changes broker.yaml of one of them. */
  readonly yaml?: (yaml: string, index: number) => string;
  readonly env?: Readonly<Record<string, string>>;
  /** Beside broker.yaml, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function startReplicas(
  count: number,
  database: FreshDatabase,
  { yaml = (text) => text, env = {}, files = {} }: ReplicaOptions = {},
): Promise<Replicas> {
  const folder = mkdtempSync(join(tmpdir(), 'ec-replicas-'));
  const issuer = await startIssuer();
  const ports = await Promise.all(Array.from({ length: count }, () => closedPort()));
  const publicUrl = `http://127.0.0.1:${String(ports[0])}`;
  const children = new Map<number, ChildProcess>();
  ports.forEach((port, index) => {
    const text = yaml(settingsOf({ port, index, publicUrl, issuer: issuer.url }), index);
    writeFileSync(join(folder, `broker-${String(index)}.yaml`), text);
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeShared(folder, issuer.url);
  const urlOf = (index: number): string => `http://127.0.0.1:${String(ports[index % count])}`;
  const kill = async (index: number, signal: NodeJS.Signals): Promise<void> => {
    const child = children.get(index);
    children.delete(index);
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await gone;
  };
  const replicas: Replicas = {
    count,
    kill,
    logs: ports.map((_, index) => join(folder, `audit-${String(index)}.jsonl`)),
    start: async (index) => {
      const settings = join(folder, `broker-${String(index)}.yaml`);
      children.set(index, await startProcess(settings, { ...env, DATABASE_URL: database.url }));
    },
    job: () => ({ id: String(nextJob++), key: makeProofKey() }),
    prepare: (job, role, handle = newHandle()) => prepare({ issuer, publicUrl, job, role, handle }),
    send: (index, path, { body, headers }) => post(urlOf(index) + path, body, headers),
    giveBack: (index, handle) =>
      post(
        `${urlOf(index)}/revoke`,
        new URLSearchParams({ token: handle, token_type_hint: handleType }).toString(),
        {},
      ),
    ready: async (index) => (await fetch(`${urlOf(index)}/readyz`).catch(() => ({ status: 0 }))).status,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...children.keys()].map((index) => kill(index, 'SIGKILL')));
      await issuer.close();
      rmSync(folder, { recursive: true });
    },
  };
  await Promise.all(ports.map((_, index) => replicas.start(index)));
  return replicas;
}

let nextJob = 1000;

export function newHandle(): string {
  return randomBytes(32).toString('base64url');
}

interface Replica {
  readonly port: number;
  readonly index: number;
  readonly publicUrl: string;
  readonly issuer: string;
}

function settingsOf({ port, index, publicUrl, issuer }: Replica): string {
  return `public_url: ${publicUrl}
listen: 127.0.0.1:${String(port)}
tls: off
store: { postgres: "env:DATABASE_URL", connect_timeout: 2s, statement_timeout: 2s }
signing_key: ./signing.pem
audit_key: ./audit-${String(index)}.pem
issuers: [ { platform: github, url: "${issuer}" } ]
roles:
  deploy: { engine: jwt, audience: "https://deploy.example.com" }
  capped: { engine: jwt, audience: "https://capped.example.com", access: { max_active: 3 } }
policies: ./policies
audit: [ { file: ./audit-${String(index)}.jsonl } ]
limits: { requests_per_second: 100000, repository_requests_per_minute: 1000000, job_requests_per_minute: 1000000 }
`;
}

function writeShared(folder: string, issuer: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(folder, 'signing.pem'), pem, { mode: 0o600 });
  const conditions =
    'repository_id: "456789", repository_owner_id: "123456", ref: refs/heads/main, environment: production, event_name: push, runner_environment: github-hosted';
  mkdirSync(join(folder, 'policies'));
  writeFileSync(
    join(folder, 'policies/deploy.yaml'),
    `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: deploy, owner: platform }
issuer: ${issuer}
match: { ${conditions} }
grants: [ { role: deploy, access: write }, { role: capped, access: write } ]
examples:
  allow: [ { ${conditions} } ]
  deny: [ { ref: refs/heads/feature } ]
`,
  );
}

async function startProcess(settings: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const door = resolve(import.meta.dirname, 'source-door.ts');
  const child = spawn(process.execPath, [door, 'run', '--config', settings], {
    env: { ...process.env, ...env },
  });
  let said = '';
  await new Promise<void>((ready, fail) => {
    const hear = (text: Buffer): void => {
      said += text.toString();
      if (said.includes('listens on')) ready();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', () => {
      fail(new Error(said));
    });
  });
  return child;
}

interface Wanted {
  readonly issuer: ListeningIssuer;
  readonly publicUrl: string;
  readonly job: ReplicaJob;
  readonly role: string;
  readonly handle: string;
}

async function prepare({ issuer, publicUrl, job, role, handle }: Wanted): Promise<PreparedRequest> {
  const claims = { run_id: job.id, check_run_id: job.id };
  const body = new URLSearchParams({
    grant_type: tokenExchange,
    subject_token: await issuer.mint({ audience: keyBoundAudience(publicUrl, job.key.thumbprint), claims }),
    subject_token_type: idTokenType,
    authorization_details: JSON.stringify([{ type: detailType, role }]),
    revocation_handle_hash: sha256(handle),
  }).toString();
  const dpop = makeProof(job.key, { method: 'POST', url: `${publicUrl}/token`, body, at: new Date() });
  return { body, headers: { dpop } };
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<ReplicaAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  } catch {
    return { status: 0, body: {} };
  }
}
