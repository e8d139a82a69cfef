/** A real broker from the source in a process of its own, that faults of the machine can be done to. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keyBoundAudience, makeProof, makeProofKey, sha256 } from '../../../src/protocol/dpop.ts';
import { handleType } from '../../../src/protocol/revocation.ts';
import { detailType, idTokenType, tokenExchange } from '../../../src/protocol/token-exchange.ts';
import { startIssuer, type ListeningIssuer } from '../issuer.ts';
import { closedPort } from '../socket-server.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Where a broker's files are. The store has a folder of its own, `store`. */
export interface BrokerFolder extends AsyncDisposable {
  readonly path: string;
  readonly url: string;
  readonly issuer: ListeningIssuer;
  /** Starts a broker here. @param before words before `node`, as of `strace`; @throws Error with what it said when it ends instead */
  start(before?: readonly string[]): Promise<BrokerProcess>;
}

export interface BrokerProcess {
  /** Of the first of its words. */
  readonly pid: number;
  /** A job of its own borrows. @returns the answer, and the handle by which it is given back */
  borrow(): Promise<Answer & { readonly handle: string }>;
  giveBack(handle: string): Promise<Answer>;
  /** Resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export async function brokerFolder(): Promise<BrokerFolder> {
  const path = mkdtempSync(join(tmpdir(), 'broker-process-'));
  const issuer = await startIssuer();
  const url = `http://127.0.0.1:${String(await closedPort())}`;
  writeFiles(path, url, issuer.url);
  const running = new Set<BrokerProcess>();
  return {
    path,
    url,
    issuer,
    start: async (before = []) => {
      const broker = await start(before, { path, url, issuer });
      running.add(broker);
      return broker;
    },
    [Symbol.asyncDispose]: async () => {
      for (const broker of running) await broker.kill('SIGKILL');
      await issuer.close();
      rmSync(path, { recursive: true });
    },
  };
}

function writeFiles(folder: string, url: string, issuer: string): void {
  const conditions =
    'repository_id: "456789", repository_owner_id: "123456", ref: refs/heads/main, environment: production, event_name: push, runner_environment: github-hosted';
  mkdirSync(join(folder, 'store'));
  mkdirSync(join(folder, 'policies'));
  writeFileSync(
    join(folder, 'broker.yaml'),
    `public_url: ${url}
listen: ${new URL(url).host}
tls: off
store: { sqlite: ./store/broker.db }
signing_key: ./signing.key
audit_key: ./audit.key
issuers: [ { platform: github, url: "${issuer}" } ]
roles: { deploy: { engine: jwt, audience: "https://deploy.example.com" } }
policies: ./policies
audit: [ { file: ./audit.jsonl } ]
`,
  );
  writeFileSync(
    join(folder, 'policies/deploy.yaml'),
    `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: deploy, owner: platform }
issuer: ${issuer}
match: { ${conditions} }
grants: [ { role: deploy, access: write } ]
examples:
  allow: [ { ${conditions} } ]
  deny: [ { ref: refs/heads/feature } ]
`,
  );
}

type Where = Pick<BrokerFolder, 'path' | 'url' | 'issuer'>;

async function start(before: readonly string[], where: Where): Promise<BrokerProcess> {
  const door = resolve(import.meta.dirname, 'source-door.ts');
  const words = [...before, process.execPath, door, 'run', '--config', join(where.path, 'broker.yaml')];
  const [program = '', ...args] = words;
  // A group of its own: killing it takes strace and what it follows.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ended = new Promise<void>((done) => {
    child.once('exit', () => {
      done();
    });
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
  const pid = child.pid ?? 0;
  return {
    pid,
    borrow: () => borrow(where),
    giveBack: (handle) => post(where.url, '/revoke', { token: handle, token_type_hint: handleType }, {}),
    kill: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-pid, signal);
      await ended;
    },
  };
}

let jobs = 0;

async function borrow({ url, issuer }: Where): Promise<Answer & { handle: string }> {
  const key = makeProofKey();
  const handle = randomBytes(32).toString('base64url');
  const claims = { run_id: String(7000 + jobs), check_run_id: String(9000 + jobs++) };
  const form = {
    grant_type: tokenExchange,
    subject_token: await issuer.mint({ audience: keyBoundAudience(url, key.thumbprint), claims }),
    subject_token_type: idTokenType,
    authorization_details: JSON.stringify([{ type: detailType, role: 'deploy' }]),
    revocation_handle_hash: sha256(handle),
  };
  const body = new URLSearchParams(form).toString();
  const dpop = makeProof(key, { method: 'POST', url: `${url}/token`, body, at: new Date() });
  return { ...(await post(url, '/token', form, { dpop })), handle };
}

async function post(
  url: string,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(url + path, { method: 'POST', headers, body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The id of the only lease of an answer. */
export function leaseIdOf({ body }: Answer): string {
  const [lease] = body['authorization_details'] as { lease_id: string }[];
  return lease?.lease_id ?? '';
}
