/** Broker processes that share a store, and somebody who starts them again when they end, as an orchestrator does. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedPort } from '../../test/support/socket-server.ts';

export interface Fleet {
  /** Where the brokers listen. */
  readonly urls: readonly string[];
  /** What each of them said last, for whoever looks for a mistake. */
  readonly said: () => readonly string[];
  /** SIGKILL; it is started again by itself. */
  kill(index: number): void;
  /** How often one ended by itself, which is right while the store is away. */
  readonly ended: () => number;
  /** Resolves when every broker answers. */
  ready(): Promise<void>;
  /** SIGTERM to all; resolves when they have ended. */
  stop(): Promise<void>;
}

const entry = resolve(import.meta.dirname, '../../src/entry/broker.ts');
const program = `import { brokerMain } from '${entry}';
process.exitCode = await brokerMain(process.argv.slice(1));`;
const keptCharacters = 2000;
const againMs = 300;
const readyMs = 60_000;

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Writes the broker.yaml of one. @returns its path */
  readonly write: (index: number, port: number) => string;
}

/** Starts so many brokers. */
export async function startFleet(count: number, { folder, env, write }: Place): Promise<Fleet> {
  const ports = await Promise.all(Array.from({ length: count }, () => closedPort()));
  const urls = ports.map((port) => `http://127.0.0.1:${String(port)}`);
  const said = ports.map(() => '');
  const children: (ChildProcess | undefined)[] = ports.map(() => undefined);
  const killed = new Set<ChildProcess>();
  let ended = 0;
  const stopping = new AbortController();
  const isOver = (): boolean => stopping.signal.aborted;

  const watch = async (index: number, config: string): Promise<void> => {
    while (!isOver()) {
      const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program];
      const child = spawn(process.execPath, [...words, '--', 'run', '--config', config], {
        cwd: join(folder),
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      children[index] = child;
      child.stderr.on('data', (text: Buffer) => {
        said[index] = `${said[index] ?? ''}${text.toString()}`.slice(-keptCharacters);
      });
      await new Promise((done) => child.once('exit', done));
      if (!isOver() && !killed.has(child)) ended += 1;
      await sleep(againMs);
    }
  };
  const watchers = ports.map((port, index) => watch(index, write(index, port)));
  const answers = async (url: string): Promise<boolean> => {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status === 200;
  };
  return {
    urls,
    said: () => said,
    kill: (index) => {
      const child = children[index];
      if (child === undefined) return;
      killed.add(child);
      child.kill('SIGKILL');
    },
    ended: () => ended,
    ready: async () => {
      const until = Date.now() + readyMs;
      for (const url of urls)
        while (!(await answers(url))) {
          if (Date.now() > until) throw new Error(`a broker does not become ready: ${said.join('\n')}`);
          await sleep(100);
        }
    },
    stop: async () => {
      stopping.abort();
      for (const child of children) child?.kill('SIGTERM');
      await Promise.all(watchers);
    },
  };
}
