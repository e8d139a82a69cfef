import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Child, Command } from '../domain/processes.ts';
import { groupLives } from './owner.ts';
import { sourceOf } from './streams.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/**
 * Starts a command that reads our standard input and writes to two pipes of ours.
 * @param ownGroup in a process group (and session) of its own; never on Windows, which has none
 */
export async function startChild(command: Command, ownGroup: boolean): Promise<Child> {
  const pipes = makePipes(command.folder);
  try {
    const child = spawn(command.path, command.words.slice(1), {
      argv0: command.words[0],
      env: command.env,
      stdio: ['inherit', pipes?.[0].write ?? 'pipe', pipes?.[1].write ?? 'pipe'],
      detached: ownGroup,
    });
    const ended = new Promise<number>((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return {
      ...reachable(child, ownGroup),
      stdout: sourceOf(pipes === undefined ? readable(child.stdout) : readerOf(pipes[0])),
      stderr: sourceOf(pipes === undefined ? readable(child.stderr) : readerOf(pipes[1])),
      ended,
    };
  } catch (error) {
    for (const { read } of pipes ?? []) fs.closeSync(read);
    throw error;
  } finally {
    for (const { write } of pipes ?? []) fs.closeSync(write);
  }
}

function reachable(child: ChildProcess, ownGroup: boolean): Pick<Child, 'signal' | 'hasGroup'> {
  const group = child.pid ?? 0;
  const reach = (signal: NodeJS.Signals | 0): boolean => {
    try {
      // Without a group of its own nothing is known of it once it has been waited for.
      return ownGroup ? process.kill(-group, signal) : child.kill(signal);
    } catch {
      return false;
    }
  };
  return {
    signal: (name) => {
      reach(name);
    },
    hasGroup: () => ownGroup && reach(0) && groupLives(group),
  };
}

interface Pipe {
  readonly read: number;
  readonly write: number;
}

/**
 * Real pipes: what Node makes are sockets, which a script cannot open again by `> /dev/stderr`. A named one is the only
 * way to them from here; the names are gone at once.
 * @returns undefined where there is no mkfifo(1): Node's own have to do
 */
function makePipes(folder: string): [Pipe, Pipe] | undefined {
  if (process.platform === 'win32') return undefined;
  const name = randomBytes(8).toString('hex');
  const paths = [join(folder, `.${name}-1`), join(folder, `.${name}-2`)] as const;
  const made = spawnSync('mkfifo', ['-m', '600', ...paths], {
    env: { PATH: process.env['PATH'] },
    stdio: 'ignore',
  });
  try {
    return made.status === 0 ? [openPipe(paths[0]), openPipe(paths[1])] : undefined;
  } finally {
    for (const path of paths) fs.rmSync(path, { force: true });
  }
}

function openPipe(path: string): Pipe {
  const read = fs.openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  return { read, write: fs.openSync(path, O_WRONLY | O_NOFOLLOW) };
}

function readerOf({ read }: Pipe): Readable {
  return new Socket({ fd: read, readable: true, writable: false });
}

function readable(stream: Readable | null): Readable {
  if (stream === null) throw new Error('Node has made no pipe');
  return stream;
}
