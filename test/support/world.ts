/** A job's world in this process: real files, a real network, a clock and an output that the test holds. */
import { lstatSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Host, Transport } from '../../src/domain/host.ts';
import { mainStory } from '../../src/entry/core.ts';
import { postStory, revokeStory } from '../../src/entry/give-back.ts';
import { realFiles } from '../../src/entry/files.ts';
import { randomHex } from '../../src/entry/random.ts';
import { httpTransport } from '../../src/protocol/transport.ts';
import { manualClock, type ManualClock } from './manual-clock.ts';
import { createMasker } from './masker.ts';
import { readAction } from './runner-action.ts';
import { githubVariables, inputVariables } from './runner-env.ts';
import { createCommandFiles, readCommandFile, readPairs, type CommandFiles } from './runner-files.ts';
import { StepLog, type Annotation } from './runner-log.ts';

export interface WorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Date;
  /** Laid over the real network. */
  readonly send?: (real: Transport) => Transport;
  readonly files?: Partial<Host['files']>;
  /** Told of each print and each write, in order: `print ::add-mask::…`, `append GITHUB_STATE synced`, `create …`. */
  readonly watch?: (deed: string) => void;
  /** In place of RUNNER_TEMP: paths as a container sees them. */
  readonly temp?: string;
}

export interface Run {
  readonly exitCode: number;
  /** As people see it: masked. */
  readonly log: string;
  readonly rawLog: string;
  readonly annotations: readonly Annotation[];
  readonly env: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** One job in this process. Time stands still, but passes at once whenever the program only waits for it. */
export class World implements Disposable {
  readonly clock: ManualClock;
  readonly temp: string;
  readonly masker = createMasker();
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), 'world-')));
  readonly #options: WorldOptions;
  readonly #stop = new AbortController();
  #files: CommandFiles | undefined;
  #inFlight = 0;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.temp = options.temp ?? this.#root;
    this.clock = manualClock(options.clock, () => {
      this.#jumpSoon();
    });
  }

  main(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<Run> {
    return this.#run(mainStory, { ...inputVariables(inputs), ...env });
  }

  post(main: Pick<Run, 'state'>, env: Readonly<Record<string, string>> = {}): Promise<Run> {
    const state = Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value] as const);
    return this.#run(postStory, { ...Object.fromEntries(state), ...env });
  }

  /** The action `revoke/`; inputs that are left out have the defaults of its action.yml. */
  revoke(inputs: Readonly<Record<string, string>>): Promise<Run> {
    return this.#run(revokeStory, inputVariables(readAction('revoke/action.yml').inputs(inputs)));
  }

  /** The command files of the step that runs. */
  get files(): CommandFiles {
    if (this.#files === undefined) throw new Error('no step has run yet');
    return this.#files;
  }

  /** What SIGINT does. */
  interrupt(reason: Error): void {
    this.#stop.abort(reason);
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  #jumpSoon(): void {
    setImmediate(() => {
      if (this.#inFlight === 0) this.clock.jump();
    });
  }

  async #run(story: (host: Host) => Promise<number>, env: Record<string, string>): Promise<Run> {
    const files = createCommandFiles(this.#root);
    this.#files = files;
    const printed: string[] = [];
    const places = {
      temp: this.temp,
      workspace: join(this.#root, 'checkout'),
      tools: this.temp,
      eventPath: '',
    };
    const host = this.#host(
      { ...githubVariables({}, places), ...files, ...this.#options.env, ...env },
      printed,
    );
    const exitCode = await story(host);
    return this.#result(exitCode, files, printed.join(''));
  }

  #host(env: Record<string, string>, printed: string[]): Host {
    const real = httpTransport();
    const send = this.#options.send?.(real.send) ?? real.send;
    return {
      env,
      clock: this.clock,
      randomHex,
      files: { ...this.#watched(env), ...this.#options.files },
      print: (text) => {
        this.#options.watch?.(`print ${text.trim().split(/[\s:]+/)[1] ?? ''}`);
        printed.push(text);
      },
      terminal: { stdout: false, stderr: false },
      printError: (text) => {
        printed.push(text);
      },
      signal: this.#stop.signal,
      connect: real.connect,
      send: async (request) => {
        this.#inFlight++;
        try {
          return await send(request);
        } finally {
          this.#inFlight--;
          this.#jumpSoon();
        }
      },
    };
  }

  /** The real files, told of by the variable that names them or by their own name. */
  #watched(env: Record<string, string>): Host['files'] {
    const watch = this.#options.watch ?? (() => undefined);
    const nameOf = (path: string): string =>
      Object.entries(env).find(([, value]) => value === path)?.[0] ?? basename(path);
    return {
      ...realFiles,
      append: (path, text, synced) => {
        watch(`append ${nameOf(path)}${synced ? ' synced' : ''}`);
        realFiles.append(path, text, synced);
      },
      create: (path, text) => {
        watch(`create ${nameOf(path)}`);
        realFiles.create(path, text);
      },
    };
  }

  #result(exitCode: number, files: CommandFiles, printed: string): Run {
    const log = new StepLog(this.masker, { debug: true, onLine: () => undefined });
    for (const line of printed.split('\n')) log.receive(line);
    const pairs = (name: keyof CommandFiles): Record<string, string> => {
      const found = new Map<string, string>();
      // What a test has put in its place is no file of the runner's.
      if (lstatSync(files[name], { throwIfNoEntry: false })?.isFile() !== true) return {};
      readPairs(readCommandFile(files[name]), found);
      return Object.fromEntries(found);
    };
    return {
      exitCode,
      log: log.text,
      rawLog: log.raw,
      annotations: log.annotations,
      env: pairs('GITHUB_ENV'),
      outputs: pairs('GITHUB_OUTPUT'),
      state: pairs('GITHUB_STATE'),
      summary: readCommandFile(files.GITHUB_STEP_SUMMARY),
    };
  }
}
