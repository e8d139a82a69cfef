import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CredsError } from '../domain/errors.ts';
import type { SshAgents } from '../domain/ssh-agents.ts';
import { askIdentities } from '../protocol/ssh-agent.ts';
import { sshString } from '../protocol/ssh-wire.ts';
import { agentsAt, endAgentsAt, tell } from './agent-processes.ts';

const startMs = 5000;
const answerMs = 2000;
const lookMs = 20;
const longestAnswer = 64 * 1024;

/** The real agents. */
export const realSshAgents: SshAgents = {
  find: (program, path = '') => ({
    agent: program === undefined ? onPath('ssh-agent', path) : named(program),
    sleep: onPath('sleep', path),
  }),
  start: async ({ agent, sleep }, { socket, seconds }) => {
    // With a command of its own it ends when that does, also when nobody of us is left to end it.
    const child = spawn(agent, ['-a', socket, sleep, String(seconds)], {
      stdio: 'ignore',
      detached: true,
      cwd: '/',
      env: keptEnvironment(),
    });
    const over = new AbortController();
    const ended = (): void => {
      over.abort();
    };
    child.once('exit', ended).once('error', ended);
    try {
      await untilAnswers(socket, over.signal);
      const pid = agentsAt(socket).find(({ parent }) => parent === child.pid)?.pid;
      if (pid === undefined) throw new Error('another than the one that was started answers');
      child.unref();
      return pid;
    } catch (error) {
      // What it has become nobody knows; its group is ours as long as it has not ended.
      if (!over.signal.aborted && child.pid !== undefined) tell(-child.pid, 'SIGKILL');
      await endAgentsAt(socket);
      throw error;
    }
  },
  ask,
  end: endAgentsAt,
};

/** By this GitHub's runner ends, with the job, what is left of it. Nothing else of the environment is for an agent. */
function keptEnvironment(): NodeJS.ProcessEnv {
  const { RUNNER_TRACKING_ID } = process.env;
  return RUNNER_TRACKING_ID === undefined ? {} : { RUNNER_TRACKING_ID };
}

async function untilAnswers(socket: string, over: AbortSignal): Promise<void> {
  const end = Date.now() + startMs;
  for (;;) {
    try {
      await ask(socket, askIdentities);
      return;
    } catch (error) {
      if (over.aborted) throw new Error('the program ended at once', { cause: error });
      if (Date.now() > end) throw new Error('the program does not answer as an agent', { cause: error });
    }
    await pause(lookMs);
  }
}

/** One question, one answer, one connection. */
async function ask(path: string, question: Uint8Array): Promise<Uint8Array> {
  const socket = connect(path).on('error', () => undefined);
  const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), answerMs);
  try {
    socket.write(sshString(question));
    let answer = Buffer.alloc(0);
    for await (const piece of socket) {
      answer = Buffer.concat([answer, piece as Buffer]);
      const length = answer.length < 4 ? Infinity : answer.readUInt32BE();
      if (length !== Infinity && length > longestAnswer) throw new Error('too long');
      if (answer.length >= 4 + length) return answer.subarray(4, 4 + length);
    }
    throw new Error('broken off');
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/**
 * The first on PATH that only root can have put there: one that an earlier step has planted would be handed the key.
 * @returns its path without a link that somebody else could lead elsewhere until it is run
 */
function onPath(name: string, path: string): string {
  const places = path.split(delimiter).filter(isAbsolute);
  const found = places
    .flatMap((folder) => (existsSync(folder) ? [join(realpathSync(folder), name)] : []))
    .find((place) => isRunnable(place) && isRoots(place));
  if (found !== undefined) return found;
  throw new CredsError(
    'input-invalid',
    `There is no \`${name}\` on PATH that only root can have put there.`,
    {
      hint:
        name === 'ssh-agent'
          ? 'Install OpenSSH’s client (`openssh-client`), or name one that you trust: `agent-program=/path/to/ssh-agent`.'
          : 'An agent of this run ends with a `sleep`: install one (`coreutils`).',
    },
  );
}

function named(program: string): string {
  if (isRunnable(program)) return program;
  throw new CredsError(
    'input-invalid',
    'The input `export` gives `ssh` an `agent-program` that cannot be run.',
  );
}

function isRunnable(place: string): boolean {
  try {
    accessSync(place, constants.X_OK);
    return statSync(place).isFile();
  } catch {
    return false;
  }
}

/** By the place, what it leads to, and every folder above: whoever may rename one of these, may put another in its place. */
function isRoots(place: string): boolean {
  const target = realpathSync(place);
  const folders = new Set([...foldersAbove(place), ...foldersAbove(target)]);
  return isRootsAlone(target) && [...folders].every(isRootsAlone);
}

function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...foldersAbove(above)];
}

function isRootsAlone(path: string): boolean {
  const found = statSync(path);
  // Where the folder is sticky, nobody else renames what root has put there.
  const sticky = found.isDirectory() && (found.mode & 0o1000) !== 0;
  return found.uid === 0 && (sticky || (found.mode & 0o022) === 0);
}
