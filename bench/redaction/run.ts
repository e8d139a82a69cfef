// npm run bench:redaction: how fast secrets are hidden in a log, beside what else could do it, and beside `cat`.
// Whole processes, from a file to /dev/null, in turn; the median of the rounds. What hides all secrets of this log must
// leave everything else as it is, which is checked. Options: megabytes, rounds, seconds after which one is stopped.
import { spawn, type StdioOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { contendersFor, type Contender } from './contenders.ts';
import { writeLog } from './log.ts';
import { plantedOf, secretsOf } from './secrets.ts';

const megabytes = Number(process.argv[2] ?? 200);
const rounds = Number(process.argv[3] ?? 3);
const patience = Number(process.argv[4] ?? 20);
const goals = { speed: 400, memory: 150, ofBest: 0.5 };

/** What `ours.ts` tells. */
interface Told {
  readonly compileMs: number;
  readonly streamMs: number;
  /** Of the processor, which others cannot take away. */
  readonly cpuMs: number;
  readonly memoryMiB: number;
}

interface Run {
  readonly ms: number;
  readonly told: Partial<Told>;
}

/** Nothing when it did not finish in time. */
async function run({ command: [program, ...args] }: Contender, log: string): Promise<Run | undefined> {
  const input = openSync(log, 'r');
  const started = performance.now();
  const output = openSync('/dev/null', 'w');
  const stdio: StdioOptions = [input, output, 'pipe'];
  const child = spawn(program, args, { stdio, timeout: patience * 1000 });
  for (const file of [input, output]) closeSync(file);
  const [errors, code] = await Promise.all([
    child.stderr === null ? '' : text(child.stderr),
    new Promise<number | null>((done) => child.on('exit', done)),
  ]);
  if (code === null) return undefined;
  if (code !== 0) throw new Error(`${program} failed: ${errors.slice(0, 500)}`);
  return { ms: performance.now() - started, told: JSON.parse(errors || '{}') as Partial<Told> };
}

/** SHA-256 of what is left of the log. */
async function leftBy({ command: [program, ...args] }: Contender, log: string): Promise<string> {
  const input = openSync(log, 'r');
  const child = spawn(program, args, { stdio: [input, 'pipe', 'ignore'] });
  closeSync(input);
  const hash = createHash('sha256');
  for await (const bytes of child.stdout ?? []) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
const load = (): string => loadavg()[0]?.toFixed(1) ?? '';

async function compare(count: number, folder: string): Promise<void> {
  const secrets = secretsOf(count);
  const log = join(folder, 'log');
  const { bytes, planted, expectedSha256 } = writeLog(log, megabytes * 1e6, plantedOf(secrets));
  const contenders = contendersFor(secrets, folder);
  const runs = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]));
  const late = new Set<string>();
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders) {
      if (late.has(contender.name)) continue;
      const ran = await run(contender, log);
      if (ran === undefined) late.add(contender.name);
      else runs.get(contender.name)?.push(ran);
    }
  const speed = (name: string): number => bytes / 1e3 / median((runs.get(name) ?? []).map(({ ms }) => ms));
  console.log(`${String(count)} secrets, ${(bytes / 1e6).toFixed(0)} MB, ${String(planted)} of them planted`);
  for (const { name } of contenders)
    console.log(
      late.has(name)
        ? `  ${name.padEnd(12)} not finished in ${String(patience)} s`
        : `  ${name.padEnd(12)} ${speed(name).toFixed(0).padStart(6)} MB/s  ${(speed(name) / speed('cat')).toFixed(2)} of cat`,
    );
  const told = (runs.get('redactor') ?? []).map((each) => each.told);
  const of = (member: keyof Told): number => median(told.map((each) => each[member] ?? NaN));
  const best = Math.max(...['one RegExp', 'perl', 'sed'].filter((name) => !late.has(name)).map(speed), 0);
  const right = (await leftBy(contenders[1] ?? { name: '', command: [''] }, log)) === expectedSha256;
  console.log(
    `  redactor: ${(bytes / 1e3 / of('streamMs')).toFixed(0)} MB/s once started (goal ≥ ${String(goals.speed)}), ` +
      `${(bytes / 1e3 / of('cpuMs')).toFixed(0)} MB per second of CPU time, ` +
      `compiled in ${of('compileMs').toFixed(0)} ms, ${of('memoryMiB').toFixed(0)} MiB (goal < ${String(goals.memory)}), ` +
      `${best > 0 ? (speed('redactor') / best).toFixed(1) : '∞'} × the best other (goal ≥ ${String(goals.ofBest)}); ` +
      `result ${right ? 'right' : 'WRONG'}`,
  );
  if (!right) process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const before = load();
try {
  for (const count of [10, 100, 1000]) await compare(count, folder);
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`load of the machine ${before} before, ${load()} after`);
