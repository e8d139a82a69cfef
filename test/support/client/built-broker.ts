/** The built broker as an operator starts it, on a free port of this machine, for the tests with built bundles. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Authority } from '../certificates.ts';
import { startIssuer, type Claims, type ListeningIssuer } from '../issuer.ts';
import { startJob, type Job, type JobOptions } from '../runner.ts';
import { closedPort } from '../socket-server.ts';

const dist = resolve('dist');

export interface Place extends AsyncDisposable {
  readonly url: string;
  readonly issuer: ListeningIssuer;
  /** The broker believes this one, too. */
  readonly gitlab: ListeningIssuer;
  /** A job of its own that may ask for ID tokens; claims lay over the usual ones. */
  job(options?: JobOptions & { readonly claims?: Claims }): Job;
  /** Lines of the broker's audit. */
  audit(): string[];
  /** The private key of the operator `ops`, a PEM file. */
  readonly operatorKey: string;
}

interface Further {
  /** Further roles by name, each in YAML; granted to the usual job. */
  readonly roles?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Roles: `deploy`, `app-ro` (revocable), `legacy` (ends by itself), `owned` (granted to nobody), `guarded` (an operator
 * must approve).
 * @param more further lines of broker.yaml
 */
export async function startPlace(
  authority?: Authority,
  more = '',
  { roles = {}, env = {} }: Further = {},
): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'place-'));
  const issuer = await startIssuer();
  const gitlab = await startIssuer({ platform: 'gitlab' });
  const port = await closedPort();
  const url = `${authority === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`;
  if (authority !== undefined) {
    const { cert, key } = authority.issue();
    writeFileSync(join(folder, 'tls.crt'), cert);
    writeFileSync(join(folder, 'tls.key'), key, { mode: 0o600 });
    writeFileSync(join(folder, 'ca.pem'), authority.cert);
  }
  writeFiles(folder, {
    url,
    issuer: issuer.url,
    gitlab: gitlab.url,
    tls: authority !== undefined,
    more,
    roles,
  });
  const broker = await startBroker(folder, env);
  let jobs = 0;
  return {
    url,
    issuer,
    gitlab,
    operatorKey: join(folder, 'ops.key.pem'),
    job: ({ claims = {}, ...options } = {}) => {
      const own = { run_id: String(1000 + jobs), check_run_id: String(5000 + jobs++), ...claims };
      return startJob({
        idToken: { url: issuer.requestUrlFor(own), token: issuer.requestToken },
        ...options,
      });
    },
    audit: () => readFileSync(join(folder, 'audit.jsonl'), 'utf8').split('\n').filter(Boolean),
    [Symbol.asyncDispose]: async () => {
      await broker.stop();
      await Promise.all([issuer.close(), gitlab.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

const guardedGrant = `grants: [ { role: guarded, access: write } ]
approval: { source: operator, within: 15m }`;

interface Names {
  readonly url: string;
  readonly issuer: string;
  readonly gitlab: string;
  readonly tls: boolean;
  readonly more: string;
  readonly roles: Readonly<Record<string, string>>;
}

function writeFiles(folder: string, { url, issuer, gitlab, tls, more, roles }: Names): void {
  const yaml = `public_url: ${url}
listen: ${new URL(url).host}
tls: ${tls ? '{ certificate: ./tls.crt, key: ./tls.key }' : 'off'}
store: { sqlite: ./broker.db }
issuers: [ { platform: github, url: "${issuer}" }, { platform: gitlab, url: "${gitlab}" } ]
roles:
  deploy: { engine: jwt, audience: "https://deploy.example.com", ttl: { default: 15m, max: 30m } }
  app-ro: { engine: jwt, audience: "https://db.example.com", ttl: { default: 10m, max: 30m } }
  legacy: { engine: static, kind: bearer-token, value: "env:LEGACY_TOKEN" }
  owned: { engine: jwt, audience: "https://deploy.example.com", grantable_by: [platform] }
  guarded: { engine: jwt, audience: "https://deploy.example.com" }
${Object.entries(roles)
  .map(([name, role]) => `  ${name}: ${role}\n`)
  .join('')}operators: [ { id: ops, public_key: ./ops.pem } ]
policies: ./policies
audit: [ { file: ./audit.jsonl } ]
${more}`;
  const policy = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: deploy, owner: platform }
issuer: ${issuer}
match: { repository_id: "456789", repository_owner_id: "123456", ref: refs/heads/main, environment: production, event_name: push, runner_environment: github-hosted }
limits: { issues_per_job: 20 }
grants: [ { role: deploy, access: write }, { role: app-ro, access: read }, { role: legacy, access: read }${Object.keys(
    roles,
  )
    .map((role) => `, { role: ${role}, access: write }`)
    .join('')} ]
examples:
  allow: [ { repository_id: "456789", repository_owner_id: "123456", ref: refs/heads/main, environment: production, event_name: push, runner_environment: github-hosted } ]
  deny: [ { ref: refs/heads/feature } ]
`;
  const guarded = policy.replace('id: deploy', 'id: guarded').replace(/^grants:.*/m, guardedGrant);
  const onGitlab = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: gitlab-deploy, owner: platform }
issuer: ${gitlab}
match: { project_id: "20", namespace_id: "72", ref_path: refs/heads/main, ref_protected: "true", environment: production, pipeline_source: push }
accept_risk: a test of the client, not of policies
limits: { issues_per_job: 20 }
grants: [ { role: deploy, access: write }, { role: app-ro, access: read } ]
examples:
  allow: [ { project_id: "20", namespace_id: "72", ref_path: refs/heads/main, ref_protected: "true", environment: production, pipeline_source: push } ]
  deny: [ { ref_path: refs/heads/feature } ]
`;
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(folder, 'ops.pem'), publicKey.export({ format: 'pem', type: 'spki' }));
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' });
  writeFileSync(join(folder, 'ops.key.pem'), key, { mode: 0o600 });
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies', 'guarded.yaml'), guarded);
  writeFileSync(join(folder, 'policies', 'gitlab.yaml'), onGitlab);
  writeFileSync(join(folder, 'broker.yaml'), yaml);
  writeFileSync(join(folder, 'policies', 'deploy.yaml'), policy);
}

/** Starts the built broker with the broker.yaml of a folder, and waits until it listens. */
export async function startBroker(
  folder: string,
  further: Further['env'] = {},
): Promise<{ stop(): Promise<void> }> {
  const args = [join(dist, 'ephemeral-creds.cjs'), 'broker', 'run', '--config', join(folder, 'broker.yaml')];
  const usual = { LEGACY_TOKEN: 'legacy-Secret-value-1', NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
  const env = { ...usual, ...further };
  // Not where it was built: what lies beside the bundle is found from anywhere.
  const child = spawn(process.execPath, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const ready = new Promise<void>((done) => {
    const listen = (text: Buffer): void => {
      said += text.toString();
      if (said.includes('listens on')) done();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', () => {
      reject(new Error(`The broker ended:\n${said}`));
    });
  });
  ended.catch(() => undefined);
  await Promise.race([ready, ended]);
  return {
    stop: async () => {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await gone;
    },
  };
}
