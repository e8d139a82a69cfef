/** `ephemeral-creds exec` as a real process of the built bundle, in the environment of a job. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtCli, typed, type Typed } from './client/command-line.ts';
import { githubVariables } from './runner-env.ts';
import { processesWith } from './runner-process.ts';

/** A job on GitHub that has a shell of its own: several commands share its folder. */
export class ShellJob implements Disposable {
  readonly temp: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), 'exec-')));
  readonly #trackingId = `exec_${randomUUID()}`;

  constructor(env: Readonly<Record<string, string>> = {}, platform: 'github' | 'gitlab' = 'github') {
    this.temp = join(this.#root, '_temp');
    mkdirSync(this.temp);
    const places = { temp: this.temp, workspace: this.#root, tools: this.#root, eventPath: '/dev/null' };
    this.env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.#root,
      ...(platform === 'github' ? githubVariables({}, places) : this.#gitlabVariables()),
      RUNNER_TRACKING_ID: this.#trackingId,
      ...env,
    };
  }

  /** Starts `ephemeral-creds exec OPTIONS -- COMMAND`. */
  exec(options: ExecOptions): ExecRun {
    return new ExecRun(this, options);
  }

  #gitlabVariables(): Record<string, string> {
    return {
      CI: 'true',
      GITLAB_CI: 'true',
      CI_JOB_ID: '302',
      CI_PROJECT_DIR: join(this.#root, 'project'),
      CI_PROJECT_PATH: 'my-group/my-project',
    };
  }

  /** Another command of ours in the same job, to its end. */
  type(...words: string[]): Promise<Typed> {
    return typed(words, { env: this.env, cwd: this.#root });
  }

  /** The same to its end, for a script of sh. */
  sh(script: string, options: Omit<ExecOptions, 'command'>): Promise<ExecEnd> {
    return this.exec({ ...options, command: ['sh', '-c', script] }).done;
  }

  path(name: string): string {
    return join(this.#root, name);
  }

  /** Ends what is still running, and removes all files. */
  [Symbol.dispose](): void {
    for (const pid of processesWith(this.#trackingId)) process.kill(pid, 'SIGKILL');
    rmSync(this.#root, { recursive: true, force: true });
  }
}

export interface ExecOptions {
  /** Options by name; a list is given once for each item. */
  readonly options: Readonly<Record<string, string | readonly string[]>>;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input, output and error; pipes that are read, with nothing at standard input, by default. */
  readonly stdio?: StdioOptions;
  /** Words before the process: a shell that sets something up. */
  readonly under?: readonly string[];
  /** By way of script(1), at a terminal of its own; what is written to standard input is typed. */
  readonly terminal?: true;
  /** The Node that runs it; by default the one that runs this. */
  readonly node?: string;
}

export interface ExecEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** One run of it. */
export class ExecRun {
  readonly process: ChildProcess;
  readonly done: Promise<ExecEnd>;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];

  constructor(
    job: ShellJob,
    { options, command, env, stdio, under = [], terminal, node = process.execPath }: ExecOptions,
  ) {
    const flags = Object.entries(options).flatMap(([name, value]) =>
      (typeof value === 'string' ? [value] : value).flatMap((each) => [`--${name}`, each]),
    );
    const plain = [...under, node, builtCli, 'exec', ...flags, '--', ...command];
    const [program = '', ...words] =
      terminal === undefined
        ? plain
        : ['script', '-qefc', `exec ${plain.map(quoted).join(' ')}`, '/dev/null'];
    this.process = spawn(program, words, {
      cwd: job.path('.'),
      env: { ...job.env, ...env },
      stdio: stdio ?? [terminal === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    this.process.stderr?.on('data', (chunk: Buffer) => this.#stderr.push(chunk));
    this.done = new Promise((resolve, reject) => {
      this.process.once('error', reject);
      this.process.once('close', (status, signal) => {
        resolve({ status, signal, stdout: this.stdout(), stderr: this.stderr() });
      });
    });
    this.done.catch(() => undefined);
  }

  stdout(): Buffer {
    return Buffer.concat(this.#stdout);
  }

  stderr(): string {
    return Buffer.concat(this.#stderr).toString();
  }

  /** Resolves when the text has been printed to either; rejects when it ends before. */
  async says(text: string): Promise<void> {
    const said = (): boolean => this.stdout().includes(text) || this.stderr().includes(text);
    while (!said()) {
      if (!this.runs)
        throw new Error(`It ended without saying “${text}”:\n${this.stdout().toString()}\n${this.stderr()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  get runs(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Resolves as soon as something is so, looked at every few milliseconds; gives up after a while. */
export async function until(isSo: () => boolean, everyMs = 10): Promise<void> {
  for (let leftMs = 20_000; !isSo(); leftMs -= everyMs) {
    if (leftMs < 0) throw new Error('It never came true.');
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
