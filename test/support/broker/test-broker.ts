import { readSettings } from '../../../src/broker/commands/read-settings.ts';
import type { Settings } from '../../../src/broker/commands/settings.ts';
import type { Database } from '../../../src/broker/store/database.ts';
import type { Engine } from '../../../src/broker/engines/engine.ts';
import { engines as registered } from '../../../src/broker/engines/registry.ts';
import { runBroker, type RunningBroker } from '../../../src/broker/http/run-broker.ts';
import { makeIssuer, type FakeIssuer } from '../issuer.ts';
import { testWorld, type Site, type TestWorld } from './world.ts';

export const publicUrl = 'https://broker.example.com';

export const brokerYaml = `public_url: ${publicUrl}
listen: 127.0.0.1:0
tls: off
store: { sqlite: ./broker.db }
signing_key: /etc/broker/signing.pem
issuers:
  - github
  - { platform: gitlab, url: https://gitlab.example.com }
roles:
  deploy-prod: { engine: jwt, audience: https://api.example.com, ttl: { default: 15m, max: 30m }, claims: { tier: gold } }
  app-ro: { engine: jwt, audience: https://db.example.com, ttl: { default: 10m, max: 30m } }
  legacy: { engine: static, kind: bearer-token, value: "env:LEGACY_TOKEN" }
  owned: { engine: jwt, audience: https://api.example.com, grantable_by: [platform] }
policies: ./policies
audit: [ { file: ./audit.jsonl } ]
`;

export const githubPolicy = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: deploy-prod, owner: platform }
issuer: https://token.actions.githubusercontent.com
match:
  repository_id: "456789"
  repository_owner_id: "123456"
  ref: refs/heads/main
  environment: production
  event_name: [push, workflow_dispatch]
  runner_environment: github-hosted
examples:
  allow:
    - { repository_id: "456789", repository_owner_id: "123456", ref: refs/heads/main, environment: production, event_name: push, runner_environment: github-hosted }
  deny: [ { ref: refs/heads/feature } ]
grants:
  - { role: deploy-prod, ttl: { max: 15m }, access: write }
  - { role: app-ro, access: read }
  - { role: legacy, access: read }
`;

export const gitlabPolicy = `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: gitlab-deploy, owner: platform }
issuer: https://gitlab.example.com
match:
  project_id: "20"
  namespace_id: "72"
  ref_path: refs/heads/main
accept_risk: a test of the broker, not of policies
examples:
  allow: [ { project_id: "20", namespace_id: "72", ref_path: refs/heads/main, pipeline_source: push } ]
  deny: [ { ref_path: refs/heads/feature } ]
grants:
  - { role: deploy-prod, access: write }
  - { role: app-ro, access: read }
`;

export interface TestBroker extends RunningBroker {
  readonly world: TestWorld;
  readonly github: FakeIssuer;
  readonly gitlab: FakeIssuer;
}

export interface TestBrokerOptions {
  /** Changes broker.yaml. */
  readonly yaml?: (yaml: string) => string;
  readonly policies?: Readonly<Record<string, string>>;
  readonly engines?: readonly Engine[];
  readonly world?: TestWorld;
  /** Servers besides the issuers, and variables besides the usual one. */
  readonly sites?: readonly Site[];
  readonly env?: Readonly<Record<string, string>>;
  /** Puts further files there that the settings name. */
  readonly beforeStart?: (world: TestWorld, issuers: { readonly github: FakeIssuer }) => void;
  /** A real file, for tests that stop and start; in memory if absent. */
  readonly storePath?: string;
  /** Faults of the store. */
  readonly between?: (database: Database) => Database;
}

/** What broker.yaml says of a store in PostgreSQL stays. */
function storeOf({ store }: Settings, { storePath }: TestBrokerOptions): Pick<Settings, 'store'> {
  return 'postgres' in store ? { store } : { store: { sqlite: storePath ?? ':memory:' } };
}

/** A whole broker in this process, without a port; its issuers have real keys. */
export async function startTestBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const [github, gitlab] = await Promise.all([makeIssuer(), makeIssuer({ platform: 'gitlab' })]);
  const world =
    options.world ??
    testWorld({
      issuers: [github, gitlab],
      sites: options.sites ?? [],
      env: { LEGACY_TOKEN: 'legacy-secret-value', ...options.env },
    });
  world.disk.set('/etc/broker/broker.yaml', options.yaml?.(brokerYaml) ?? brokerYaml);
  const policies = options.policies ?? { 'github.yaml': githubPolicy, 'gitlab.yaml': gitlabPolicy };
  for (const [name, text] of Object.entries(policies)) world.disk.set(`/etc/broker/policies/${name}`, text);
  options.beforeStart?.(world, { github });
  const engines = [...registered, ...(options.engines ?? [])];
  const settings = await readSettings('/etc/broker/broker.yaml', world.files, engines);
  const running = await runBroker({ ...settings, ...storeOf(settings, options) }, world, options.between);
  return { ...running, world, github, gitlab };
}
