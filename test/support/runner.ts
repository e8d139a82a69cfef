/**
 * A STAND-IN for GitHub's Actions runner: it runs the doors of an action as that does (environment, command files,
 * masks, state, cancelling), so tests and the demo need no runner. It decides nothing about ID tokens: hand it the
 * URL and the token of a stand-in issuer.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMasker } from './masker.ts';
import { githubVariables, inputVariables, type GitHubFacts } from './runner-env.ts';
import { processesWith } from './runner-process.ts';
import { startStep, type RunningStep, type StepPlan, type StepResult } from './runner-step.ts';

export interface JobOptions {
  /** The job's own `env:`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Given to every step when the job has `id-token: write`. */
  readonly idToken?: { readonly url: string; readonly token: string };
  readonly github?: GitHubFacts;
  /** The Node that runs actions; by default the one that runs this. */
  readonly node?: string;
  /** ACTIONS_STEP_DEBUG. */
  readonly debug?: boolean;
  /** Milliseconds from SIGINT to SIGTERM and from SIGTERM to SIGKILL when a step is cancelled. */
  readonly cancelMs?: readonly [number, number];
  /** Gets every visible line, masked. */
  readonly onLine?: (line: string) => void;
}

export interface StepOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  /** The step's own `env:`. */
  readonly env?: Readonly<Record<string, string>>;
}

export function startJob(options: JobOptions = {}): Job {
  return new Job(options);
}

/** One job on a machine of its own: a temporary folder, which `end` removes. */
export class Job implements AsyncDisposable {
  readonly temp: string;
  readonly workspace: string;
  readonly home: string;
  readonly masker = createMasker();
  /** What steps wrote to GITHUB_ENV so far. */
  readonly env = new Map<string, string>();
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), 'runner-')));
  readonly #path: string[] = [];
  readonly #trackingId = `github_${randomUUID()}`;
  readonly #options: JobOptions;

  constructor(options: JobOptions) {
    this.#options = options;
    this.temp = this.#folder('_temp');
    this.workspace = this.#folder('workspace');
    this.home = this.#folder('home');
    writeFileSync(this.#eventPath, JSON.stringify(options.github?.event ?? {}));
    if (options.idToken !== undefined) this.masker.add(options.idToken.token);
  }

  /** Starts a door of an action and comes back at once, for tests that interfere. */
  start(script: string, step: StepOptions = {}): RunningStep {
    return this.#node(script, step, {});
  }

  /** Runs a door of an action to its end. */
  step(script: string, step: StepOptions = {}): Promise<StepResult> {
    return this.start(script, step).done;
  }

  /** The post door of the action whose main step this was; inputs are the same unless given. */
  startPost(script: string, main: StepResult, step: StepOptions = {}): RunningStep {
    const state = Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value] as const);
    return this.#node(script, { inputs: main.inputs, ...step }, Object.fromEntries(state));
  }

  post(script: string, main: StepResult, step: StepOptions = {}): Promise<StepResult> {
    return this.startPost(script, main, step).done;
  }

  /** A `run:` step. */
  run(script: string, step: StepOptions = {}): Promise<StepResult> {
    const file = join(this.temp, `${randomUUID()}.sh`);
    writeFileSync(file, script);
    return this.#begin({ title: script, command: shell(), args: ['-e', file] }, step, {}).done;
  }

  /** Job outputs: those that contain a masked value are dropped. */
  outputs(values: Readonly<Record<string, string>>): Record<string, string> {
    const kept = ([, value]: [string, string]) => value !== '' && this.masker.mask(value) === value;
    return Object.fromEntries(Object.entries(values).filter(kept));
  }

  /** Removes all files. @throws Error when a process of the job is still alive (it is killed) */
  async end(): Promise<void> {
    const left = await stillAlive(this.#trackingId);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    rmSync(this.#root, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`The job left ${String(left.length)} process(es) behind`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  #node(script: string, step: StepOptions, more: Readonly<Record<string, string>>): RunningStep {
    const command = this.#options.node ?? process.execPath;
    return this.#begin({ title: script, command, args: [resolve(script)] }, step, more);
  }

  #begin(
    plan: Pick<StepPlan, 'title' | 'command' | 'args'>,
    step: StepOptions,
    more: Readonly<Record<string, string>>,
  ): RunningStep {
    return startStep({
      ...plan,
      temp: this.temp,
      workspace: this.workspace,
      inputs: step.inputs ?? {},
      env: { ...this.#environment(step), ...more },
      shared: { env: this.env, path: this.#path, masker: this.masker },
      debug: this.#options.debug ?? false,
      cancelMs: this.#options.cancelMs ?? [7500, 2500],
      onLine: this.#options.onLine ?? (() => undefined),
    });
  }

  #environment(step: StepOptions): Record<string, string> {
    const { github = {}, debug = false, env = {}, idToken } = this.#options;
    const places = {
      temp: this.temp,
      workspace: this.workspace,
      tools: join(this.#root, '_tool'),
      eventPath: this.#eventPath,
    };
    return {
      HOME: this.home,
      LANG: 'C.UTF-8',
      ...githubVariables(github, places),
      RUNNER_TRACKING_ID: this.#trackingId,
      ...(debug ? { RUNNER_DEBUG: '1' } : {}),
      ...env,
      ...Object.fromEntries(this.env),
      ...step.env,
      PATH: [...this.#path.toReversed(), process.env['PATH'] ?? ''].join(delimiter),
      ...inputVariables(step.inputs ?? {}),
      ...(idToken === undefined
        ? {}
        : { ACTIONS_ID_TOKEN_REQUEST_URL: idToken.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken.token }),
    };
  }

  get #eventPath(): string {
    return join(this.temp, '_github_workflow_event.json');
  }

  #folder(name: string): string {
    const path = join(this.#root, name);
    mkdirSync(path);
    return path;
  }
}

function shell(): string {
  return ['/bin/bash', '/usr/bin/bash'].find((path) => existsSync(path)) ?? 'sh';
}

/** Processes get a moment to end after their parent. */
async function stillAlive(trackingId: string): Promise<number[]> {
  for (let tries = 0; tries < 20; tries++) {
    if (processesWith(trackingId).length === 0) return [];
    await sleep(25);
  }
  return processesWith(trackingId);
}
