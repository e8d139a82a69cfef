// npm run bench: what the action costs beside bare Node and beside the same requests written by hand. One run,
// contenders in turn, ratios of medians; the absolute times are this machine's and mean little.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const rounds = Number(process.argv[2] ?? 25);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const ca = join(folder, 'ca.pem');
const here = import.meta.dirname;
const dist = resolve(here, '../../dist');

const server = spawn(process.execPath, [join(here, 'server.ts'), ca], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ports = await new Promise<{ platform: number; broker: number }>((done) => {
  server.stdout.once('data', (line: Buffer) => {
    done(JSON.parse(line.toString()) as { platform: number; broker: number });
  });
});
const platform = `https://localhost:${String(ports.platform)}`;
const broker = `https://localhost:${String(ports.broker)}`;

const file = (name: string): string => join(folder, name);
const runner: Record<string, string> = {
  PATH: process.env['PATH'] ?? '',
  GITHUB_ACTIONS: 'true',
  RUNNER_TEMP: folder,
  NODE_EXTRA_CA_CERTS: ca,
  GITHUB_ENV: file('env'),
  GITHUB_OUTPUT: file('output'),
  GITHUB_STATE: file('state'),
  GITHUB_STEP_SUMMARY: file('summary'),
  ACTIONS_ID_TOKEN_REQUEST_URL: `${platform}/id-token?v=1`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
  'INPUT_BROKER-URL': broker,
  INPUT_ROLE: 'deploy',
};
const aws = {
  ...runner,
  'INPUT_BROKER-URL': '',
  INPUT_PROVIDER: 'aws',
  INPUT_ROLE: 'arn:aws:iam::123456789012:role/deploy',
  INPUT_REGION: 'eu-west-1',
  INPUT_PARAMS: JSON.stringify({ endpoint: broker, 'session-name': 'bench' }),
  TWIN_URL: broker,
};
const workloadProvider = 'projects/123456789/locations/global/workloadIdentityPools/github/providers/bench';
const gcp = {
  ...runner,
  'INPUT_BROKER-URL': '',
  INPUT_PROVIDER: 'gcp',
  INPUT_ROLE: 'bench@my-project.iam.gserviceaccount.com',
  INPUT_PARAMS: JSON.stringify({
    'workload-identity-provider': workloadProvider,
    'sts-endpoint': broker,
    'iamcredentials-endpoint': broker,
  }),
  TWIN_URL: broker,
  TWIN_PROVIDER: workloadProvider,
};
const vault = {
  ...runner,
  'INPUT_BROKER-URL': '',
  INPUT_PROVIDER: 'vault',
  INPUT_ROLE: 'bench',
  INPUT_PARAMS: JSON.stringify({ url: broker }),
  TWIN_URL: broker,
};
const owed = JSON.stringify({
  version: 1,
  id: '0123456789abcdef',
  provider: 'broker',
  debt: { url: broker, handle: 'h'.repeat(43) },
  audience: broker,
  idToken: 'auto',
  leases: [{ id: 'lse_1', role: 'deploy', expiresAt: '2030-01-01T00:00:00Z', revocability: 'immediate' }],
  variables: [],
  files: [],
  commandFiles: [],
  post: { revoke: true, failOnRevokeError: false, summary: 'always', caCert: '' },
});

interface Contender {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
const contenders: readonly Contender[] = [
  { name: 'bare node', args: ['-e', '0'], env: runner },
  { name: 'main by hand', args: [join(here, 'twin-main.cjs')], env: runner },
  { name: 'main', args: [join(dist, 'main.cjs')], env: runner },
  { name: 'main, aws, by hand', args: [join(here, 'twin-aws.cjs')], env: aws },
  { name: 'main, aws', args: [join(dist, 'main.cjs')], env: aws },
  { name: 'main, gcp, by hand', args: [join(here, 'twin-gcp.cjs')], env: gcp },
  { name: 'main, gcp', args: [join(dist, 'main.cjs')], env: gcp },
  { name: 'main, vault, by hand', args: [join(here, 'twin-vault.cjs')], env: vault },
  { name: 'main, vault', args: [join(dist, 'main.cjs')], env: vault },
  { name: 'post by hand', args: [join(here, 'twin-post.cjs')], env: { ...runner, STATE_ledger: owed } },
  { name: 'post', args: [join(dist, 'post.cjs')], env: { ...runner, STATE_ledger: owed } },
  { name: 'post, nothing owed', args: [join(dist, 'post.cjs')], env: runner },
];

/** Runs once; gives wall-clock milliseconds, CPU milliseconds and peak memory in MiB. */
function once({ name, args, env }: Contender): { wall: number; memory: number } {
  for (const each of ['env', 'output', 'state', 'summary']) writeFileSync(file(each), '');
  // No post comes after a main here: what one owes is not for the next to read.
  for (const left of readdirSync(folder).filter((each) => each.startsWith('ephemeral-creds')))
    rmSync(join(folder, left), { recursive: true });
  const start = performance.now();
  const ran = spawnSync(process.execPath, [...args], { env: env });
  const wall = performance.now() - start;
  if (ran.status !== 0) throw new Error(`${name} failed:\n${ran.stdout.toString()}${ran.stderr.toString()}`);
  const probe = ['-r', join(here, 'memory.cjs'), ...args];
  spawnSync(process.execPath, probe, { env: { ...env, BENCH_MEMORY: file('memory') } });
  return { wall, memory: Number(readFileSync(file('memory'), 'utf8')) / 1024 };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const results = new Map(
  contenders.map(({ name }) => [name, { wall: [] as number[], memory: [] as number[] }]),
);
for (let round = -2; round < rounds; round++) {
  for (const contender of contenders) {
    const { wall, memory } = once(contender);
    if (round < 0) continue;
    results.get(contender.name)?.wall.push(wall);
    results.get(contender.name)?.memory.push(memory);
  }
}
const wall = (name: string): number => median(results.get(name)?.wall ?? []);
const memory = (name: string): number => median(results.get(name)?.memory ?? []);
for (const { name } of contenders) {
  console.log(
    `${name.padEnd(20)} ${wall(name).toFixed(1).padStart(6)} ms  ${memory(name).toFixed(0).padStart(4)} MiB`,
  );
}
const ratios = [
  ['main / main by hand', wall('main') / wall('main by hand'), 1.25],
  ['main, aws / by hand', wall('main, aws') / wall('main, aws, by hand'), 1.25],
  ['main, gcp / by hand', wall('main, gcp') / wall('main, gcp, by hand'), 1.25],
  ['main, vault / by hand', wall('main, vault') / wall('main, vault, by hand'), 1.25],
  ['post / post by hand', wall('post') / wall('post by hand'), 1.25],
  ['post, nothing owed / bare node', wall('post, nothing owed') / wall('bare node'), 1.15],
  ['memory: main / main by hand', memory('main') / memory('main by hand'), 1.25],
] as const;
for (const [name, ratio, goal] of ratios)
  console.log(`${name.padEnd(34)} ${ratio.toFixed(2)}  (goal ≤ ${String(goal)})`);

const count = (): Promise<number> =>
  new Promise((done) => {
    get(`${broker}/count`, { ca: readFileSync(ca) }, (response) => {
      response.on('data', (text: Buffer) => {
        done(Number(text.toString()));
      });
    });
  });
await count();
const main = contenders.find(({ name }) => name === 'main');
if (main !== undefined) spawnSync(process.execPath, [...main.args], { env: main.env });
console.log(`requests of main: ${String((await count()) - 1)}  (goal 2)`);
server.kill();
rmSync(folder, { recursive: true });
