import type { Masker } from './masker.ts';
import {
  createCommandFiles,
  readCommandFile,
  readPairs,
  removeCommandFiles,
  type CommandFiles,
} from './runner-files.ts';
import { StepLog, type Annotation } from './runner-log.ts';
import { runProcess, type Exit, type StepProcess } from './runner-process.ts';

export interface StepPlan {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly temp: string;
  readonly workspace: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** What outlives the step. */
  readonly shared: { readonly env: Map<string, string>; readonly path: string[]; readonly masker: Masker };
  readonly debug: boolean;
  readonly cancelMs: readonly [number, number];
  readonly onLine: (line: string) => void;
}

export interface StepResult {
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What people see: masked. */
  readonly log: string;
  /** What the process wrote, commands and all. */
  readonly rawLog: string;
  readonly annotations: readonly Annotation[];
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** What this step wrote to GITHUB_ENV. */
  readonly env: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** The job summary as people see it: masked. */
  readonly summary: string;
  readonly milliseconds: number;
}

export interface RunningStep {
  readonly pid: number;
  readonly files: CommandFiles;
  readonly done: Promise<StepResult>;
  /** What the process has written so far. */
  readonly rawLog: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** As the runner cancels: SIGINT, a while, SIGTERM, a while, SIGKILL. */
  readonly cancel: () => Promise<StepResult>;
}

export function startStep(plan: StepPlan): RunningStep {
  const started = performance.now();
  const files = createCommandFiles(plan.temp);
  const log = new StepLog(plan.shared.masker, plan);
  announce(plan, log);
  const child = runProcess({
    ...plan,
    cwd: plan.workspace,
    env: { ...plan.env, ...files },
    onLine: (line) => {
      log.receive(line);
    },
  });
  let cancelled = false;
  const done = child.exited.then((exit) => {
    const result = finish(plan, { log, files, exit, cancelled });
    return { ...result, milliseconds: performance.now() - started };
  });
  return {
    pid: child.pid,
    files,
    done,
    rawLog: () => log.raw,
    kill: child.kill,
    cancel: cancelWith(child, () => (cancelled = true), done),
  };
}

function cancelWith(child: StepProcess, mark: () => void, done: Promise<StepResult>) {
  return async () => {
    mark();
    await child.cancel();
    return done;
  };
}

/** Before each step the runner prints its inputs and every variable that workflow or steps have set. */
function announce(plan: StepPlan, log: StepLog): void {
  log.show(`##[group]Run ${plan.title}`);
  const block = (name: string, entries: Iterable<readonly [string, string]>) => {
    const lines = [...entries].map(([key, value]) => `  ${key}: ${value}`);
    if (lines.length > 0) for (const line of [`${name}:`, ...lines]) log.show(line);
  };
  block('with', Object.entries(plan.inputs));
  block('env', plan.shared.env);
  log.show('##[endgroup]');
}

interface Ended {
  readonly log: StepLog;
  readonly files: CommandFiles;
  readonly exit: Exit;
  readonly cancelled: boolean;
}

/** Command files are read whatever the exit code was. */
function finish(plan: StepPlan, { log, files, exit, cancelled }: Ended): Omit<StepResult, 'milliseconds'> {
  const env = pairsOf(files, 'GITHUB_ENV', log);
  const outputs = new Map([...log.outputs, ...pairsOf(files, 'GITHUB_OUTPUT', log)]);
  const state = new Map([...log.state, ...pairsOf(files, 'GITHUB_STATE', log)]);
  if (env.delete('NODE_OPTIONS'))
    log.annotate('error', "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  for (const [name, value] of env) {
    plan.shared.env.set(name, value);
    log.debug(`${name}='${value}'`);
  }
  for (const [name, value] of state) log.debug(`Save intra-action state ${name} = ${value}`);
  plan.shared.path.push(
    ...readCommandFile(files.GITHUB_PATH)
      .split(/\r?\n/)
      .filter((line) => line !== ''),
  );
  const summary = readCommandFile(files.GITHUB_STEP_SUMMARY)
    .split('\n')
    .map((line) => plan.shared.masker.mask(line))
    .join('\n');
  if (exit.code !== 0 && !cancelled)
    log.annotate('error', `Process completed with exit code ${String(exit.code)}.`);
  removeCommandFiles(files);
  return {
    conclusion: cancelled ? 'cancelled' : exit.code === 0 && !log.refused ? 'success' : 'failure',
    exitCode: exit.code,
    signal: exit.signal,
    log: log.text,
    rawLog: log.raw,
    annotations: log.annotations,
    inputs: plan.inputs,
    outputs: Object.fromEntries(outputs),
    env: Object.fromEntries(env),
    state: Object.fromEntries(state),
    summary,
  };
}

function pairsOf(files: CommandFiles, file: keyof CommandFiles, log: StepLog): Map<string, string> {
  const found = new Map<string, string>();
  try {
    readPairs(readCommandFile(files[file]), found);
  } catch (error) {
    log.refused = true;
    log.annotate('error', `Unable to process file command '${file.slice(7).toLowerCase()}' successfully.`);
    log.annotate('error', (error as Error).message);
  }
  return found;
}
