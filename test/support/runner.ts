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
import { createMasker, type Masker } from './masker.ts';
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

export interface Job extends AsyncDisposable {
  readonly temp: string;
  readonly workspace: string;
  readonly home: string;
  readonly masker: Masker;
  /** What steps wrote to GITHUB_ENV so far. */
  readonly env: ReadonlyMap<string, string>;
  /** Starts a door of an action and comes back at once, for tests that interfere. */
  start(script: string, options?: StepOptions): RunningStep;
  /** Runs a door of an action to its end. */
  step(script: string, options?: StepOptions): Promise<StepResult>;
  /** Runs the post door of the action whose main step this was; inputs are the same unless given. */
  post(script: string, main: StepResult, options?: StepOptions): Promise<StepResult>;
  startPost(script: string, main: StepResult, options?: StepOptions): RunningStep;
  /** A `run:` step. */
  run(script: string, options?: StepOptions): Promise<StepResult>;
  /** Job outputs: those that contain a masked value are dropped. */
  outputs(values: Readonly<Record<string, string>>): Record<string, string>;
  /** Removes all files. @throws Error when a process of the job is still alive (it is killed) */
  end(): Promise<void>;
}

export function startJob(options: JobOptions = {}): Job {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'runner-')));
  const folder = (name: string) => {
    const path = join(root, name);
    mkdirSync(path);
    return path;
  };
  const places = {
    temp: folder('_temp'),
    workspace: folder('workspace'),
    home: folder('home'),
    tools: folder('_tool'),
  };
  const eventPath = join(places.temp, '_github_workflow_event.json');
  writeFileSync(eventPath, JSON.stringify(options.github?.event ?? {}));
  const trackingId = `github_${randomUUID()}`;
  const env = new Map<string, string>();
  const path: string[] = [];
  const masker = createMasker();
  if (options.idToken !== undefined) masker.add(options.idToken.token);

  const environmentFor = (step: StepOptions, more: Readonly<Record<string, string>>) => ({
    HOME: places.home,
    LANG: 'C.UTF-8',
    ...githubVariables(options.github ?? {}, { ...places, eventPath }),
    RUNNER_TRACKING_ID: trackingId,
    ...(options.debug === true ? { RUNNER_DEBUG: '1' } : {}),
    ...options.env,
    ...Object.fromEntries(env),
    ...step.env,
    PATH: [...path.toReversed(), process.env['PATH'] ?? ''].join(delimiter),
    ...inputVariables(step.inputs ?? {}),
    ...more,
    ...(options.idToken === undefined
      ? {}
      : {
          ACTIONS_ID_TOKEN_REQUEST_URL: options.idToken.url,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: options.idToken.token,
        }),
  });
  const begin = (plan: Pick<StepPlan, 'title' | 'command' | 'args'>, step: StepOptions, more = {}) =>
    startStep({
      ...plan,
      ...places,
      inputs: step.inputs ?? {},
      env: environmentFor(step, more),
      shared: { env, path, masker },
      debug: options.debug ?? false,
      cancelMs: options.cancelMs ?? [7500, 2500],
      onLine: options.onLine ?? (() => undefined),
    });
  const beginNode = (script: string, step: StepOptions, more = {}) =>
    begin({ title: script, command: options.node ?? process.execPath, args: [resolve(script)] }, step, more);
  const startPost: Job['startPost'] = (script, main, step = {}) =>
    beginNode(script, { inputs: main.inputs, ...step }, stateVariables(main.state));

  const end = async () => {
    const left = await stillAlive(trackingId);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    rmSync(root, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`The job left ${String(left.length)} process(es) behind`);
  };
  return {
    ...places,
    masker,
    env,
    start: (script, step = {}) => beginNode(script, step),
    step: (script, step = {}) => beginNode(script, step).done,
    startPost,
    post: (script, main, step) => startPost(script, main, step).done,
    run(script, step = {}) {
      const file = join(places.temp, `${randomUUID()}.sh`);
      writeFileSync(file, script);
      return begin({ title: script, command: shell(), args: ['-e', file] }, step).done;
    },
    outputs: (values) =>
      Object.fromEntries(
        Object.entries(values).filter(([, value]) => value !== '' && masker.mask(value) === value),
      ),
    end,
    [Symbol.asyncDispose]: end,
  };
}

function stateVariables(state: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
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
