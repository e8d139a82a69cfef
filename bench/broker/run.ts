// npm run bench:broker: what good traffic waits beside an attack, against the built broker with a SQLite file (B29).
// Everything runs on this machine, so attacker, jobs and broker share its cores with whatever else runs there: the load
// before and after stands beside the figures, and ratios within one run are what counts.
// Options: seconds of each part, repetitions.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { cpuSecondsOf, percentile } from './figures.ts';
import { borrowSteadily } from './good.ts';
import type { Order } from './flood.ts';
import { startPlace, type Place } from './place.ts';
import { prepare, type Kind } from './requests.ts';
import { compareVerification } from './verify.ts';

const seconds = Number(process.argv[2] ?? 8);
const rounds = Number(process.argv[3] ?? 2);
const goodPerSecond = 25;
const floodPerSecond = 1000;
const goal = 5;
const attacks = ['bad tokens', 'unknown repositories', 'bad proofs'] as const;

const ms = (value: number): string => `${value.toFixed(1).padStart(6)} ms`;

async function flood(place: Place, kind: Kind, length = seconds): Promise<Record<string, number>> {
  const file = join(place.folder, 'flood.json');
  const prepared = await prepare(kind, 200, place);
  const order: Order = { url: place.url, perSecond: floodPerSecond, seconds: length, prepared };
  writeFileSync(file, JSON.stringify(order));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'flood.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout)) as Record<string, number>;
}

let goodSent = 0;
async function good(place: Place): Promise<number[]> {
  const prepared = await prepare('good', seconds * goodPerSecond, place);
  goodSent += prepared.length;
  return borrowSteadily(place.url, prepared, goodPerSecond);
}

interface Part {
  readonly waits: number[];
  cpu: number;
}

const load = (): string => loadavg()[0]?.toFixed(1) ?? '';
const loadBefore = load();
const place = await startPlace();
// A broker that has run for a while: its code is compiled.
for (const kind of attacks) await flood(place, kind, 1);
await borrowSteadily(place.url, await prepare('good', 100, place), 50);
goodSent += 100;
const parts = new Map<string, Part>();
for (let round = 0; round < rounds; round++) {
  for (const kind of ['idle', ...attacks] as const) {
    const before = cpuSecondsOf(place.pid);
    const attack = kind === 'idle' ? undefined : flood(place, kind);
    const waits = await good(place);
    const answers = await attack;
    const part = parts.get(kind) ?? { waits: [], cpu: 0 };
    part.waits.push(...waits);
    part.cpu += cpuSecondsOf(place.pid) - before;
    parts.set(kind, part);
    if (answers !== undefined) console.log(`  answers to ${kind}: ${JSON.stringify(answers)}`);
  }
}
const rows = await place.stop();

const idle = parts.get('idle')?.waits ?? [];
for (const [kind, { waits, cpu }] of parts) {
  const [p50, p99] = [percentile(waits, 0.5), percentile(waits, 0.99)];
  const ratio =
    kind === 'idle'
      ? ''
      : `  p99 ${(p99 / percentile(idle, 0.99)).toFixed(1)} × idle (goal ≤ ${String(goal)})`;
  const load = `${((100 * cpu) / (seconds * rounds)).toFixed(0).padStart(3)} % CPU`;
  console.log(`${kind.padEnd(21)} p50 ${ms(p50)}  p99 ${ms(p99)}  ${load}${ratio}`);
}
const strangers =
  (rows['sessions'] ?? NaN) + (rows['proofs'] ?? NaN) + (rows['id_tokens'] ?? NaN) - 3 * goodSent;
console.log(`rows stored for strangers: ${String(strangers)}  (goal 0; ${String(goodSent)} good requests)`);
console.log(
  `${String(availableParallelism())} cores; load of the machine ${loadBefore} before, ${load()} after (each core can carry 1)`,
);
await compareVerification();
