import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Owner } from '../domain/intent.ts';

/** This process as an owner of what it borrows; undefined where the system does not tell when a process started. */
export function thisProcess(): Owner | undefined {
  const { pid } = process;
  const [space, start] = [spaceOfProcesses(), startOf(pid)];
  return space === undefined || start === undefined ? undefined : { pid, start, space };
}

/** A pid is used again, one day; together with the moment of the start it is not. */
export function stateOf(owner: Owner): 'running' | 'gone' | 'elsewhere' {
  if (owner.space !== spaceOfProcesses()) return 'elsewhere';
  return startOf(owner.pid) === owner.start ? 'running' : 'gone';
}

/** One boot of one kernel, and the container in which our pids count: proc(5), pid_namespaces(7). */
function spaceOfProcesses(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return process.platform === 'win32' ? undefined : hostname();
  }
}

/** When a process started; undefined when there is none, or only what is left of one that nobody has waited for. */
function startOf(pid: number): string | undefined {
  const stat = statOf(String(pid));
  if (stat !== undefined) return stat.lives ? stat.start : undefined;
  return statOf('self') === undefined ? startByPs(pid) : undefined;
}

/**
 * True when one of a process group is more than what is left of a process that nobody has waited for; in a container
 * there may be nobody who ever does. Where there is no /proc it cannot be told: true.
 */
export function groupLives(group: number): boolean {
  if (statOf('self') === undefined) return true;
  const pids = readdirSync('/proc').filter((name) => Number.isInteger(Number(name)));
  return pids.some((pid) => {
    const stat = statOf(pid);
    return stat?.lives === true && stat.group === group;
  });
}

interface Stat {
  readonly lives: boolean;
  readonly group: number;
  readonly start: string | undefined;
}

function statOf(pid: string): Stat | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The second field, the name, is in parentheses and may hold anything; then state, parent, group … the 22nd: the start.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined) return undefined;
  return { lives: !['Z', 'X'].includes(fields[0] ?? ''), group: Number(fields[2]), start: fields[19] };
}

/** Where there is no /proc (macOS): to the second, which pids do not outrun. */
function startByPs(pid: number): string | undefined {
  try {
    const words = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    }).trim();
    const [state = '', ...start] = words.split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
