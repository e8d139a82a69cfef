/** The built broker beside a stand-in of a GitLab instance: its ID tokens, and its API that gives the bundle. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { componentTemplate, type Pins } from '../../../scripts/generate/component.ts';
import type { TemplateName } from '../../../scripts/generate/component-inputs.ts';
import { leasesIn, settledLeases } from '../audited-leases.ts';
import { gateTemplate } from '../../../scripts/generate/gate-component.ts';
import { startBroker } from '../client/built-broker.ts';
import { startIssuer, type Claims } from '../issuer.ts';
import { closedPort } from '../socket-server.ts';
import { variablesOfJob } from './job.ts';
import { startMirror, type Mirror } from './mirror.ts';

export const bundle = readFileSync(resolve('dist/ephemeral-creds.cjs'));
export const gateBundle = readFileSync(resolve('dist/gate/index.cjs'));
/** Of the bundle as it is built now, which the templates under test must be bound to. */
const pins: Pins = { version: '1.0.0', sha256: hashOf(bundle), gateSha256: hashOf(gateBundle) };

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface GitlabPlace extends AsyncDisposable {
  readonly brokerUrl: string;
  readonly mirror: Mirror;
  /** Variables of a new job as GitLab sets them, an ID token for the broker among them. */
  variables(claims?: Claims): Promise<Record<string, string>>;
  /** Leases that were lent so far, with their last state. */
  leases(): Map<string, string>;
  /** The same once none is being revoked. */
  settled(): Promise<Map<string, string>>;
}

/** Roles as on `startPlace`: `deploy` and `app-ro` are granted to the project 20 on main, `owned` to nobody. */
export async function startGitlabPlace({ secretBundle = false } = {}): Promise<GitlabPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'gitlab-place-'));
  const issuer = await startIssuer({ platform: 'gitlab' });
  const url = `http://127.0.0.1:${String(await closedPort())}`;
  writeConfiguration(folder, url, issuer.url);
  const broker = await startBroker(folder);
  const mirror = await startMirror({ 'ephemeral-creds.cjs': bundle }, { secret: secretBundle });
  const audit = (): string[] => readFileSync(join(folder, 'audit.jsonl'), 'utf8').split('\n').filter(Boolean);
  return {
    brokerUrl: url,
    mirror,
    variables: (claims) => variablesOfJob({ issuer, mirror }, url, claims),
    leases: () => leasesIn(audit()),
    settled: () => settledLeases(audit),
    [Symbol.asyncDispose]: async () => {
      await broker.stop();
      await issuer.close();
      await mirror[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

function writeConfiguration(folder: string, url: string, issuer: string): void {
  const yaml = `public_url: ${url}
listen: ${new URL(url).host}
tls: off
store: { sqlite: ./broker.db }
issuers: [ { platform: gitlab, url: "${issuer}" } ]
roles:
  deploy: { engine: jwt, audience: "https://deploy.example.com", ttl: { default: 15m, max: 30m } }
  app-ro: { engine: jwt, audience: "https://db.example.com", ttl: { default: 10m, max: 30m } }
  owned: { engine: jwt, audience: "https://deploy.example.com", grantable_by: [platform] }
policies: ./policies
audit: [ { file: ./audit.jsonl } ]
`;
  const policy = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: deploy, owner: platform }
issuer: ${issuer}
match: { project_id: "20", namespace_id: "72", ref_path: refs/heads/main, environment: production, environment_protected: "true", pipeline_source: push, runner_environment: gitlab-hosted }
limits: { issues_per_job: 20 }
grants: [ { role: deploy, access: write }, { role: app-ro, access: read } ]
examples:
  allow: [ { project_id: "20", namespace_id: "72", ref_path: refs/heads/main, environment: production, environment_protected: "true", pipeline_source: push, runner_environment: gitlab-hosted } ]
  deny: [ { ref_path: refs/heads/feature } ]
`;
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'broker.yaml'), yaml);
  writeFileSync(join(folder, 'policies', 'deploy.yaml'), policy);
}

/** A template as it would be published with the bundle that is built now. */
export function publishedTemplate(name: TemplateName | 'gate'): string {
  return name === 'gate' ? gateTemplate(pins) : componentTemplate(name, pins);
}
