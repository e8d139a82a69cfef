// npm run bench:exchange: exchanges a second, end to end over HTTP with durable commits, of the built broker with a
// SQLite file, beside (a) a ceiling that does only what no broker can leave out and (b) oidc-provider in memory.
// All of it in turn in one run; client and servers share the machine's cores with whatever else runs there, so ratios
// are what counts. CPU is that of the server's process alone.
// Options: requests of each part, repetitions. BENCH_ONLY=broker measures that one alone.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { cpuSecondsOf, percentile } from './figures.ts';
import { sendInFlight } from './in-flight.ts';
import { startPlace } from './place.ts';
import { prepare, prepareAssertions, type Prepared } from './requests.ts';

const requests = Number(process.argv[2] ?? 3000);
const rounds = Number(process.argv[3] ?? 3);
const goals = { ceiling: 0.75, 'oidc-provider': 1.1 };

interface Contender {
  readonly name: 'broker' | keyof typeof goals;
  readonly url: string;
  readonly pid: number;
  readonly prepare: (count: number) => Promise<Prepared[]>;
  stop(): Promise<unknown>;
}

interface Figures {
  readonly rates: number[];
  readonly cpuMicroseconds: number[];
  readonly waits: number[];
}

const folder = mkdtempSync(join(tmpdir(), 'bench-exchange-'));

async function startServer(script: string, args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  process.once('exit', () => child.kill());
  const port = await new Promise<string>((ready, fail) => {
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      const [, number] = /listens on (\d+)\n/.exec(said) ?? [];
      if (number !== undefined) ready(number);
    });
    child.once('exit', () => {
      fail(new Error(said));
    });
  });
  const stop = (): Promise<unknown> => {
    child.removeAllListeners('exit');
    const ended = new Promise((done) => child.once('exit', done));
    child.kill();
    return ended;
  };
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop };
}

async function startContenders(): Promise<Contender[]> {
  const place = await startPlace();
  const { issuer } = place;
  const ceiling = await startServer('ceiling.ts', [issuer.url, join(folder, 'ceiling.db')]);
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const provider = await startServer('oidc-provider.ts', [
    JSON.stringify({ ...(await exportJWK(publicKey)), alg: 'RS256', use: 'sig' }),
  ]);
  return [
    { name: 'ceiling', ...ceiling, prepare: (count) => prepare('good', count, { url: ceiling.url, issuer }) },
    { name: 'broker', ...place, prepare: (count) => prepare('good', count, place) },
    {
      name: 'oidc-provider',
      ...provider,
      prepare: (count) => prepareAssertions(count, { url: provider.url, key: privateKey }),
    },
  ];
}

async function measure(contender: Contender, inFlight: number, figures: Figures): Promise<void> {
  const prepared = await contender.prepare(requests);
  const before = cpuSecondsOf(contender.pid);
  const { perSecond, waits } = await sendInFlight(contender.url, prepared, inFlight);
  figures.rates.push(perSecond);
  figures.cpuMicroseconds.push(((cpuSecondsOf(contender.pid) - before) / requests) * 1e6);
  figures.waits.push(...waits);
}

function print(inFlight: number, figures: ReadonlyMap<Contender, Figures>): void {
  const all = [...figures].map(([{ name }, { rates, cpuMicroseconds, waits }]) => ({
    name,
    rate: percentile(rates, 0.5),
    cpu: percentile(cpuMicroseconds, 0.5),
    waits,
  }));
  const ours = all.find(({ name }) => name === 'broker');
  console.log(`${String(inFlight)} in flight`);
  for (const { name, rate, cpu, waits } of all) {
    const [p50, p99] = [percentile(waits, 0.5), percentile(waits, 0.99)].map((wait) => wait.toFixed(1));
    const against =
      name === 'broker' || ours === undefined
        ? ''
        : `  broker ${(ours.rate / rate).toFixed(2)} × (goal ≥ ${String(goals[name])})`;
    console.log(
      `  ${name.padEnd(14)} ${rate.toFixed(0).padStart(5)}/s  p50 ${String(p50)} ms  p99 ${String(p99)} ms  ${cpu.toFixed(0).padStart(4)} µs CPU each${against}`,
    );
  }
}

const load = (): string => loadavg()[0]?.toFixed(1) ?? '';
const loadBefore = load();
const only = process.env['BENCH_ONLY'];
const all = await startContenders();
const contenders = all.filter(({ name }) => only === undefined || name === only);
for (const contender of contenders)
  await sendInFlight(contender.url, await contender.prepare(Math.min(requests, 2000)), 16);
for (const inFlight of [16, 64]) {
  const figures = new Map<Contender, Figures>();
  for (const each of contenders) figures.set(each, { rates: [], cpuMicroseconds: [], waits: [] });
  for (let round = 0; round < rounds; round++)
    for (const [contender, found] of figures) await measure(contender, inFlight, found);
  print(inFlight, figures);
}
for (const contender of all) await contender.stop();
rmSync(folder, { recursive: true });
console.log(
  `${String(availableParallelism())} cores; load of the machine ${loadBefore} before, ${load()} after (each core can carry 1)`,
);
