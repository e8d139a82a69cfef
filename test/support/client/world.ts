// A FAKE of what surrounds a step on GitHub's runner, for tests in one process: real files in a folder of its own, a
// clock that jumps, servers that are functions. It keeps a journal of all that the client does to it, in order.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  TransportError,
  type Files,
  type Host,
  type HttpAnswer,
  type HttpRequest,
} from '../../../src/domain/host.ts';
import type { Job } from '../../../src/domain/job.ts';
import { realFiles } from '../../../src/entry/files.ts';
import { randomHex } from '../../../src/entry/random.ts';
import { githubActions } from '../../../src/platforms/github-actions.ts';
import { createCommandFiles, readCommandFile, readPairs } from '../runner-files.ts';
import { jumpingClock, type JumpingClock } from './clock.ts';

/** A server as a function; `undefined`: nothing listens there. */
export type Server = (request: HttpRequest) => Promise<HttpAnswer | undefined> | HttpAnswer | undefined;

/** One thing that the client did: `create x.json`, `append GITHUB_ENV`, `send POST https://…`, `print ::add-mask::…`. */
export type Deed = string;

export interface ClientWorld extends Disposable {
  readonly host: Host;
  readonly job: Job;
  readonly clock: JumpingClock;
  readonly temp: string;
  readonly journal: Deed[];
  /** All that was printed to standard output. */
  printed(): string;
  /** And to standard error. */
  printedErrors(): string;
  /** What the step wrote to GITHUB_ENV, GITHUB_OUTPUT or GITHUB_STATE, as the runner reads it. */
  told(file: 'GITHUB_ENV' | 'GITHUB_OUTPUT' | 'GITHUB_STATE'): Record<string, string>;
  summary(): string;
  /** The next step of the same job: new command files, the state of this one in its environment. */
  next(env?: Record<string, string>): ClientWorld;
}

export interface WorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly server?: Server;
  readonly clock?: JumpingClock;
  readonly signal?: AbortSignal;
  /** Throws before a deed is done: a full disk, a closed pipe. */
  readonly breaks?: (deed: Deed) => void;
}

export function clientWorld(options: WorldOptions = {}): ClientWorld {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'client-')));
  const temp = join(root, '_temp');
  mkdirSync(temp);
  return stepIn(temp, options, {});
}

function stepIn(temp: string, options: WorldOptions, more: Readonly<Record<string, string>>): ClientWorld {
  const commandFiles = createCommandFiles(temp);
  const journal: Deed[] = [];
  const printed: string[] = [];
  const printedErrors: string[] = [];
  const clock = options.clock ?? jumpingClock();
  const does = (deed: Deed): void => {
    journal.push(deed);
    options.breaks?.(deed);
  };
  const host: Host = {
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'octo-org/octo-repo',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_RUN_ID: '17000000001',
      RUNNER_TEMP: temp,
      ...commandFiles,
      ...options.env,
      ...more,
    },
    clock,
    randomHex,
    files: journaled(does, new Map(Object.entries(commandFiles).map(([name, path]) => [String(path), name]))),
    send: (request) => {
      does(`send ${request.method} ${request.url.href}`);
      return clock.during(ask(options.server, request));
    },
    connect: ({ origin }) => {
      does(`connect ${origin}`);
      return Promise.resolve();
    },
    print: (text) => {
      does(`print ${text.trim().split(/\s/)[0] ?? ''}`);
      printed.push(text);
    },
    terminal: { stdout: false, stderr: false },
    printError: (text) => {
      does(`print-error ${text.trim().split(/\s/)[0] ?? ''}`);
      printedErrors.push(text);
    },
    signal: options.signal ?? new AbortController().signal,
  };
  const told: ClientWorld['told'] = (file) => {
    const found = new Map<string, string>();
    readPairs(readCommandFile(commandFiles[file]), found);
    return Object.fromEntries(found);
  };
  return {
    host,
    job: githubActions.attach(host),
    clock,
    temp,
    journal,
    printed: () => printed.join(''),
    printedErrors: () => printedErrors.join(''),
    told,
    summary: () => readCommandFile(commandFiles.GITHUB_STEP_SUMMARY),
    next: (env = {}) => {
      const state = Object.entries(told('GITHUB_STATE')).map(
        ([name, value]) => [`STATE_${name}`, value] as const,
      );
      return stepIn(temp, { ...options, clock }, { ...Object.fromEntries(state), ...env });
    },
    [Symbol.dispose]: () => {
      rmSync(join(temp, '..'), { recursive: true, force: true });
    },
  };
}

async function ask(server: Server | undefined, request: HttpRequest): Promise<HttpAnswer> {
  const answer = await server?.(request);
  if (answer === undefined) throw new TransportError('refused');
  return answer;
}

/** The real files, with a line in the journal for each that is written. */
function journaled(does: (deed: Deed) => void, names: ReadonlyMap<string, string>): Files {
  const nameOf = (path: string): string => names.get(path) ?? basename(path);
  return {
    ...realFiles,
    append: (path, text, synced) => {
      does(`append ${nameOf(path)}${synced ? '' : ' unsynced'}`);
      realFiles.append(path, text, synced);
    },
    create: (path, text) => {
      does(`create ${nameOf(path)}`);
      realFiles.create(path, text);
    },
    replace: (path, text) => {
      does(`replace ${nameOf(path)}`);
      realFiles.replace(path, text);
    },
    erase: (path) => {
      does(`erase ${nameOf(path)}`);
      return realFiles.erase(path);
    },
  };
}

/** An answer of such a server. */
export function jsonAnswer(body: unknown, status = 200, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}
