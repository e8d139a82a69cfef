// npm run bench:guardrails: what guardrails cost. Decisions per second of CPU: our own function, Cedar alone, both; and
// how long a built broker takes to start, and what it holds in memory, with and without them.
// Everything in turn within one run: ratios count. Option: starts of each kind.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findIssuer } from '../../src/broker/issuers/registry.ts';
import { recallClaims } from '../../src/broker/issuers/remember-claims.ts';
import { decide } from '../../src/broker/policy/decide.ts';
import { loadGuardrails, type Guardrails } from '../../src/broker/policy/guardrails.ts';
import { loadPolicies } from '../../src/broker/policy/load-policies.ts';
import { closedPort } from '../../test/support/socket-server.ts';

const starts = Number(process.argv[2] ?? 9);
const roundMs = 300;
const rounds = 5;

const found = findIssuer('github');
if (typeof found === 'string') throw new Error(found);
const { issuer } = found;
const terms = {
  name: 'deploy',
  engine: 'jwt',
  revocability: 'immediate',
  defaultSeconds: 900,
  minSeconds: 5,
  maxSeconds: 900,
  grantableBy: undefined,
  requireEncryption: false,
} as const;
const world = {
  issuers: new Map([[issuer.url, issuer]]),
  roles: new Map([['deploy', terms]]),
  operators: 0,
  forges: new Set<string>(),
};
const token = {
  repository_id: '456789',
  repository_owner_id: '123456',
  repository: 'octo-org/octo-repo',
  repository_owner: 'octo-org',
  repository_visibility: 'private',
  run_id: '1000',
  run_attempt: '1',
  check_run_id: '5000',
  ref: 'refs/heads/main',
  ref_type: 'branch',
  ref_protected: 'true',
  environment: 'production',
  event_name: 'push',
  runner_environment: 'github-hosted',
  sha: 'a'.repeat(40),
  job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v3',
  job_workflow_sha: 'b'.repeat(40),
};
const claims = recallClaims(
  issuer,
  { claims: token, tokenHash: 'h' },
  { thumbprint: 'k', tokenKey: 't', expiresAt: new Date() },
);

/** A trust policy of eleven conditions; all but the one with number 0 want another environment. */
function policyText(number: number): string {
  const environment = number === 0 ? 'production' : `staging-${String(number)}`;
  const example = JSON.stringify({ ...token, environment });
  return `apiVersion: ephemeral-creds/v1
kind: TrustPolicy
metadata: { id: "p${String(number)}", owner: platform }
issuer: ${issuer.url}
match:
  repository_id: "456789"
  repository_owner_id: "123456"
  repository: octo-org/octo-repo
  repository_visibility: private
  ref: refs/heads/main
  ref_type: branch
  ref_protected: true
  environment: ${environment}
  event_name: push
  runner_environment: github-hosted
  job_workflow: { path: octo-org/shared/.github/workflows/deploy.yml, ref: refs/tags/v3, sha: ${'b'.repeat(40)} }
grants: [ { role: deploy, access: write } ]
examples: { allow: [ ${example} ], deny: [ { ref: refs/heads/x } ] }
`;
}

/** The same eleven conditions as a guardrail that forbids nothing of ours. */
function guardrailText(number: number): string {
  return `@id("g${String(number)}")
forbid (principal is github::Job, action, resource == Role::"deploy")
when { principal has environment && principal.environment == "other-${String(number)}" }
unless {
  principal.repository_id == "456789" && principal.repository_owner_id == "123456" &&
  principal has repository && principal.repository == "octo-org/octo-repo" &&
  principal has ref && principal.ref == "refs/heads/main" &&
  principal has ref_type && principal.ref_type == "branch" &&
  principal has ref_protected && principal.ref_protected &&
  principal has event_name && principal.event_name == "push" &&
  principal has runner_environment && principal.runner_environment == "github-hosted" &&
  principal has job_workflow_ref && principal.job_workflow_ref like "octo-org/shared/*@refs/tags/v3" &&
  principal has job_workflow_sha && principal.job_workflow_sha == "${'b'.repeat(40)}"
};
`;
}

const many = <T>(count: number, make: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Calls per second of CPU. */
function rate(work: () => unknown): number {
  const before = process.cpuUsage();
  const end = performance.now() + roundMs;
  let calls = 0;
  for (; performance.now() < end; calls++) work();
  const { user, system } = process.cpuUsage(before);
  return calls / ((user + system) / 1e6);
}

async function decisions(): Promise<void> {
  const question = { role: 'deploy', terms, ttlSeconds: undefined };
  const contenders = new Map<string, () => unknown>();
  for (const count of [1, 64]) {
    const texts = many(count, (n) => ({ file: `p${String(n)}.yaml`, text: policyText(n) }));
    const policies = loadPolicies(texts, world);
    const files = many(count, (n) => ({ file: `g${String(n)}.cedar`, text: guardrailText(n) }));
    const guardrails: Guardrails = await loadGuardrails(files, world);
    const request = (): Parameters<Guardrails['judge']>[0] => {
      const decision = decide(policies, claims, question);
      if (!decision.allowed) throw new Error('the benchmark’s job is not granted');
      return { claims, decision, address: '192.0.2.1', now: new Date() };
    };
    const ready = request();
    if (!guardrails.judge(ready).allowed) throw new Error('the benchmark’s job is forbidden');
    const of = `${String(count)} of each`;
    contenders.set(`ours alone, ${of}`, () => decide(policies, claims, question));
    contenders.set(`Cedar alone, ${of}`, () => guardrails.judge(ready));
    contenders.set(`ours and Cedar, ${of}`, () => guardrails.judge(request()));
  }
  const rates = new Map([...contenders.keys()].map((name) => [name, [] as number[]]));
  for (const work of contenders.values()) rate(work);
  for (let round = 0; round < rounds; round++)
    for (const [name, work] of contenders) rates.get(name)?.push(rate(work));
  for (const [name, values] of rates)
    console.log(`${name.padEnd(28)} ${median(values).toFixed(0).padStart(9)} per CPU second`);
  for (const count of ['1', '64']) {
    const of = (who: string): number => median(rates.get(`${who}, ${count} of each`) ?? []);
    console.log(`${count} of each: ours is ${(of('ours alone') / of('Cedar alone')).toFixed(1)} × Cedar`);
  }
}

interface Start {
  readonly ms: number;
  readonly megabytes: number;
}

/** A built broker from its start to its first answer, and what it then holds. */
async function startBroker(folder: string, more: string): Promise<Start> {
  const port = await closedPort();
  const url = `http://127.0.0.1:${String(port)}`;
  rmSync(join(folder, 'broker.db'), { force: true });
  writeFileSync(
    join(folder, 'broker.yaml'),
    `public_url: ${url}\nlisten: 127.0.0.1:${String(port)}\ntls: off\nstore: { sqlite: ./broker.db }\n` +
      'issuers: [ github ]\nroles: { deploy: { engine: jwt, audience: "https://a.example.com" } }\n' +
      `policies: ./policies\naudit: [ { file: ./audit.jsonl } ]\n${more}`,
  );
  const begin = performance.now();
  const args = [
    resolve('dist/ephemeral-creds.cjs'),
    'broker',
    'run',
    '--config',
    join(folder, 'broker.yaml'),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = new Promise((done) => child.once('exit', done));
  await new Promise<void>((done, failed) => {
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('listens on')) done();
    });
    child.once('exit', () => {
      failed(new Error(said));
    });
  });
  const ms = performance.now() - begin;
  await fetch(`${url}/readyz`);
  const status = readFileSync(`/proc/${String(child.pid)}/status`, 'latin1');
  const megabytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  child.kill('SIGTERM');
  await gone;
  return { ms, megabytes };
}

async function startUp(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-guardrails-'));
  for (const name of ['policies', 'one', 'many']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'policies', 'p.yaml'), policyText(0));
  writeFileSync(join(folder, 'one', 'g.cedar'), guardrailText(0));
  writeFileSync(join(folder, 'many', 'g.cedar'), many(64, guardrailText).join('\n'));
  const kinds = {
    'no guardrails': '',
    'one guardrail': 'guardrails: ./one\n',
    '64 guardrails': 'guardrails: ./many\n',
  };
  const taken = new Map(Object.keys(kinds).map((kind) => [kind, [] as Start[]]));
  for (let round = 0; round < starts; round++)
    for (const [kind, more] of Object.entries(kinds)) taken.get(kind)?.push(await startBroker(folder, more));
  for (const [kind, all] of taken) {
    const [ms, megabytes] = [median(all.map((each) => each.ms)), median(all.map((each) => each.megabytes))];
    console.log(
      `start with ${kind.padEnd(14)} ${ms.toFixed(0).padStart(5)} ms  ${megabytes.toFixed(0).padStart(4)} MB resident`,
    );
  }
  rmSync(folder, { recursive: true });
}

console.log(`load of the machine: ${loadavg()[0]?.toFixed(1) ?? ''}`);
await decisions();
await startUp();
