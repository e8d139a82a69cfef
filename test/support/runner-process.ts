import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** Milliseconds from SIGINT to SIGTERM, and from SIGTERM to SIGKILL. */
  readonly cancelMs: readonly [number, number];
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A step's process while it runs. */
export interface StepProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** As the runner cancels: SIGINT, a while, SIGTERM, a while, SIGKILL. */
  readonly cancel: () => Promise<Exit>;
}

/** How long the runner waits for output after the end of the process: a grandchild may hold the pipes open. */
const drainMs = 5000;

export function runProcess(options: ProcessOptions): StepProcess {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) readLines(stream.setEncoding('utf8'), options.onLine);
  const exited = whenOver(child);
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  return {
    pid: child.pid ?? 0,
    exited,
    kill,
    async cancel() {
      const timer = new AbortController();
      const over = exited.finally(() => {
        timer.abort();
      });
      const after = (ms: number) => sleep(ms, undefined, { signal: timer.signal });
      kill('SIGINT');
      const escalation = (async () => {
        await after(options.cancelMs[0]);
        kill('SIGTERM');
        await after(options.cancelMs[1]);
        kill('SIGKILL');
      })();
      escalation.catch(() => undefined);
      return over;
    },
  };
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

async function whenOver(child: ChildProcess): Promise<Exit> {
  const closed = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  const exit = await new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const drained = new AbortController();
  const patience = sleep(drainMs, undefined, { signal: drained.signal }).catch(() => undefined);
  await Promise.race([closed, patience]);
  drained.abort();
  child.stdout?.destroy();
  child.stderr?.destroy();
  return exit;
}

/** Processes whose environment carries the text: what a job left behind. Empty where there is no /proc. */
export function processesWith(text: string): number[] {
  return numbersIn('/proc').filter((pid) => {
    try {
      return pid !== process.pid && readFileSync(`/proc/${String(pid)}/environ`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
