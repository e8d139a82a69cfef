import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fullMatch } from '../domain/pattern.ts';

const endMs = 2000;
const lookMs = 20;

interface Running {
  readonly pid: number;
  readonly parent: number;
  /** Its words, a space between two. */
  readonly command: string;
}

/** The agents that we have started at a socket, by their command line: `…/ssh-agent -a SOCKET …/sleep SECONDS`. */
export function agentsAt(socket: string): Running[] {
  return running().filter(({ command }) => sleepOf(command, socket) !== undefined);
}

/**
 * Ends them, and the sleep that each of them waits for.
 * @returns false when there was none
 */
export async function endAgentsAt(socket: string): Promise<boolean> {
  const all = running();
  const agents = all.filter(({ command }) => sleepOf(command, socket) !== undefined);
  const sleeps = all.filter(({ pid, command }) =>
    agents.some((agent) => agent.parent === pid && sleepOf(agent.command, socket) === command),
  );
  for (const { pid } of [...agents, ...sleeps]) tell(pid, 'SIGTERM');
  for (let waited = 0; waited < endMs && agentsAt(socket).length > 0; waited += lookMs) await pause(lookMs);
  // One that was stopped, or does not listen.
  for (const { pid } of agentsAt(socket)) tell(pid, 'SIGKILL');
  return agents.length > 0;
}

/** What stands behind the socket in a command line of ours; undefined in any other. */
function sleepOf(command: string, socket: string): string | undefined {
  const [, rest] = command.split(` -a ${socket} `, 2);
  return rest !== undefined && fullMatch(/\/.*\/sleep \d+/, rest) ? rest : undefined;
}

/** @param pid of a process, or its negative of a group */
export function tell(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, or another user's, who has made a process look like ours.
  }
}

function running(): Running[] {
  return existsSync('/proc/self/stat') ? runningByProc() : runningByPs();
}

function runningByProc(): Running[] {
  const pids = readdirSync('/proc').filter((name) => Number.isInteger(Number(name)));
  return pids.flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0$/, '').replaceAll('\0', ' ');
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The second field, the name, is in parentheses and may hold anything; then state and parent.
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [{ pid: Number(pid), parent: Number(parent), command }];
    } catch {
      return [];
    }
  });
}

/** Where there is no /proc: macOS. */
function runningByPs(): Running[] {
  const text = execFileSync('ps', ['-axww', '-o', 'pid=,ppid=,command='], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  return [...text.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, pid, parent, command = '']) => ({
    pid: Number(pid),
    parent: Number(parent),
    command,
  }));
}
