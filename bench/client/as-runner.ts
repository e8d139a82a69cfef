// Runs an action as a runner does: main, and post with what main has left in STATE and in the environment.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Two programs and their environment; arguments are those of Node. */
export interface Action {
  readonly name: string;
  readonly main: readonly string[];
  readonly post?: readonly string[] | undefined;
  readonly env: Env;
}

type Env = Readonly<Record<string, string>>;

/** One of the two programs, ready to be started. */
export interface Program {
  readonly what: string;
  readonly args: readonly string[];
  readonly env: Env;
}

/** What is told of main and of post. */
export interface Told<T> {
  readonly main: T;
  readonly post?: T | undefined;
}

const commandFiles = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'] as const;

/** Runs main and then post by `tell`, in a folder below `within` that is gone afterwards. */
export async function runJob<T>(
  { name, main, post, env }: Action,
  within: string,
  tell: (program: Program) => T | Promise<T>,
): Promise<Told<T>> {
  const folder = mkdtempSync(join(within, 'job-'));
  try {
    const given = prepare(folder, env);
    const first = await tell({ what: `main of ${name}`, args: main, env: given });
    if (post === undefined) return { main: first };
    return {
      main: first,
      post: await tell({ what: `post of ${name}`, args: post, env: afterMain(given) }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function prepare(folder: string, env: Env): Env {
  const files = commandFiles.map((name) => [name, join(folder, name)] as const);
  for (const [, file] of files) writeFileSync(file, '');
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'README.md'), '');
  const ofJob = { RUNNER_TEMP: folder, HOME: folder, GITHUB_WORKSPACE: workspace };
  return { ...env, ...ofJob, ...Object.fromEntries(files) };
}

/** What post is started with: the variables that main exported, and its STATE. */
function afterMain(given: Env): Env {
  const state = entriesOf(given['GITHUB_STATE']).map(([name, value]) => [`STATE_${name}`, value] as const);
  return { ...given, ...Object.fromEntries(entriesOf(given['GITHUB_ENV'])), ...Object.fromEntries(state) };
}

/** A runner's command file: `NAME=VALUE`, or `NAME<<WORD` and lines up to the word. */
function entriesOf(file = ''): [string, string][] {
  const entry = /^([^=<\n]+)(?:<<(.+)\n([^]*?)\n\2$|=(.*)$)/gm;
  return [...readFileSync(file, 'utf8').matchAll(entry)].map(([, name = '', , block, line = '']) => [
    name,
    block ?? line,
  ]);
}

/** @throws Error with what the program printed, when it fails */
export function start({ what, args, env }: Program): void {
  const ran = spawnSync(process.execPath, [...args], { env: { ...env }, timeout: 60_000 });
  if (ran.status !== 0) throw new Error(`${what} failed:\n${ran.stdout.toString()}${ran.stderr.toString()}`);
}

/** Milliseconds from its start to its end, as who waits for it sees them. */
export function clock(program: Program): number {
  const began = performance.now();
  start(program);
  return performance.now() - began;
}

/** CPU in milliseconds and peak memory in MiB, as the program itself tells when it ends. */
export function usage({ what, args, env }: Program): { cpu: number; memory: number } {
  const file = join(env['RUNNER_TEMP'] ?? '', 'usage');
  const preload = ['-r', join(import.meta.dirname, 'usage.cjs')];
  start({ what, args: [...preload, ...args], env: { ...env, BENCH_USAGE: file } });
  const { memory, cpu } = JSON.parse(readFileSync(file, 'utf8')) as { memory: number; cpu: number };
  return { cpu: cpu / 1000, memory: memory / 1024 };
}
