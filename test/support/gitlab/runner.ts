/**
 * A FAKE of gitlab-runner, written from what its documentation says of scripts, cancelling and timeouts (GitLab Docs,
 * CI/CD YAML reference, `after_script`; Configure runners, “Set script and after script timeouts”).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { inNamespace } from '../namespace.ts';
import { runnersMasks } from '../proxy-exec.ts';
import type { RunnerJob } from './interpolate.ts';

export interface Surroundings {
  /** Starts the shell of the image: `['dash']`, `['busybox', 'ash']`. */
  readonly shell: readonly [string, ...string[]];
  readonly variables: Readonly<Record<string, string>>;
  /** The builds folder, which outlives containers; the checkout is `project` in it. */
  readonly builds: string;
  /** Each script in a container of its own, as the Docker executor does after a cancel; else they share the machine. */
  readonly container?: boolean;
  readonly interrupt?: Interrupt;
  /** Nobody reads the log before this time is over, as where a server is slow. The job then has no status. */
  readonly readAfterSeconds?: number;
  /** The runner has `proxy_exec` on: it hears `::add-mask::` on the standard output of a script. */
  readonly proxyExec?: boolean;
}

export interface Interrupt {
  /** It strikes when the log shows this. */
  readonly at: string;
  /** `killed`: the container is killed without a word, and after_script runs all the same. */
  readonly as: 'cancel' | 'script-timeout' | 'job-timeout' | 'killed';
}

export interface JobResult {
  /** Of the script; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly log: string;
  /** What the script alone printed. */
  readonly scriptLog: string;
}

const graceMs = 4000;

/** Runs before_script and script in one shell, then after_script in another, as the interrupt lets it. */
export async function runJob(job: RunnerJob, around: Surroundings): Promise<JobResult> {
  const project = join(around.builds, 'project');
  mkdirSync(project, { recursive: true });
  const temporary = { CI_PROJECT_DIR: project, RUNNER_TEMP_PROJECT_DIR: `${project}.tmp` };
  const shell = startShell([...job.before_script, ...job.script], around, temporary);
  const { interrupt } = around;
  if (interrupt !== undefined) {
    await shell.shows(interrupt.at);
    await strike(shell.child, interrupt, around.container === true);
  }
  const status = await shell.ended;
  if (interrupt?.as === 'job-timeout' || job.after_script === undefined)
    return { status, log: shell.log(), scriptLog: shell.log() };
  const after = startShell(job.after_script, around, {
    ...temporary,
    CI_JOB_STATUS: statusOf(status, interrupt),
  });
  await after.ended;
  return { status, log: shell.log() + after.log(), scriptLog: shell.log() };
}

function statusOf(status: number | undefined, interrupt: Interrupt | undefined): string {
  if (interrupt?.as === 'cancel') return 'canceled';
  return status === 0 ? 'success' : 'failed';
}

/** The runner lets the shell evaluate the lines as one text, with an end of its own on SIGTERM, and no standard input. */
function wrapped(lines: readonly string[]): string {
  const text = lines.join('\n').replaceAll("'", `'\\''`);
  return `trap 'exit 1' TERM\n(set -o pipefail) 2>/dev/null && set -o pipefail\nset -o errexit\n(trap 'exit 1' TERM\neval '${text}') </dev/null\nexit 0\n`;
}

interface Shell {
  readonly child: ChildProcess;
  readonly ended: Promise<number | undefined>;
  log(): string;
  shows(text: string): Promise<void>;
}

function startShell(lines: readonly string[], around: Surroundings, more: Record<string, string>): Shell {
  const file = join(around.builds, `script-${String(readdirSync(around.builds).length)}.sh`);
  writeFileSync(file, wrapped(lines));
  const words = [...slowly(around), ...(around.container === true ? inNamespace : []), ...around.shell, file];
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: join(around.builds, 'project'),
    env: { ...around.variables, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let log = '';
  const show = (text: string): void => {
    log += text;
  };
  child.stderr.setEncoding('utf8').on('data', show);
  if (around.proxyExec === true) showMasked(child.stdout, more['RUNNER_TEMP_PROJECT_DIR'] ?? '', show);
  else child.stdout.setEncoding('utf8').on('data', show);
  const ended = new Promise<number | undefined>((done, fail) => {
    child.once('error', fail).once('close', (status) => {
      done(status ?? undefined);
    });
  });
  const shows = async (text: string): Promise<void> => {
    while (!log.includes(text)) {
      if (child.exitCode !== null) throw new Error(`ended without showing ${text}:\n${log}`);
      await sleep(10);
    }
  };
  return { child, ended, log: () => log, shows };
}

function showMasked(stdout: Readable, temporary: string, show: (text: string) => void): void {
  const { shown } = runnersMasks(temporary);
  createInterface({ input: stdout }).on('line', (line) => {
    show(shown(`${line}\n`));
  });
}

/** A pipe of the system between the two holds less than what Node reads from. */
function slowly({ readAfterSeconds: seconds }: Surroundings): readonly string[] {
  return seconds === undefined ? [] : ['sh', '-c', `"$@" 2>&1 | { sleep ${String(seconds)}; cat; }`, 'sh'];
}

/** SIGTERM to everything that runs, the youngest first; what is left after the grace period, and the container, are killed. */
async function strike(child: ChildProcess, { as }: Interrupt, container: boolean): Promise<void> {
  const { pid = 0 } = child;
  const processes = (): number[] => (container ? processesIn(pid) : groupOf(pid));
  if (as !== 'killed') {
    for (const each of processes().reverse()) signal(each, 'SIGTERM');
    const end = Date.now() + graceMs;
    while (processes().length > 0 && Date.now() < end) await sleep(20);
  }
  for (const each of processes()) signal(each, 'SIGKILL');
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

function running(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** Processes of the namespace that `unshare` has made for its child. */
function processesIn(unshare: number): number[] {
  const space = namespaceOf(unshare, 'pid_for_children');
  if (space === undefined) return [];
  return running().filter((pid) => pid !== unshare && namespaceOf(pid, 'pid') === space);
}

function namespaceOf(pid: number, kind: 'pid' | 'pid_for_children'): string | undefined {
  try {
    return readlinkSync(`/proc/${String(pid)}/ns/${kind}`);
  } catch {
    return undefined;
  }
}

/** Processes that share the group of the job’s shell. */
function groupOf(leader: number): number[] {
  return running().filter((pid) => groupNumber(pid) === leader);
}

function groupNumber(pid: number): number | undefined {
  try {
    const [, state = '', , group] =
      /^\d+ \(.*\) (\S) (\d+) (\d+)/s.exec(readFileSync(`/proc/${String(pid)}/stat`, 'utf8')) ?? [];
    return state === 'Z' ? undefined : Number(group);
  } catch {
    return undefined;
  }
}
