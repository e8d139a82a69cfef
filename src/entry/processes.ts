import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { Processes, SignalName } from '../domain/processes.ts';
import { startChild } from './child.ts';
import { stateOf, thisProcess } from './owner.ts';
import { isGiven } from './descriptors.ts';
import { sinkTo, sourceFrom } from './streams.ts';

const onWindows = process.platform === 'win32';

/** The real processes, streams and signals. */
export async function realProcesses(): Promise<Processes> {
  const { isatty } = await import('node:tty');
  const attended = isatty(0);
  const ownGroup = !attended && !onWindows;
  return {
    attended,
    ownGroup,
    find: onWindows ? (word) => word : find,
    start: (command) => startChild(command, ownGroup),
    isGiven,
    source: sourceFrom,
    sink: sinkTo,
    onSignal: (hear) => onSignal(hear, ownGroup),
    stopSelf: () => {
      process.kill(process.pid, 'SIGSTOP');
    },
    endBy: (name) => {
      process.removeAllListeners(name);
      process.kill(process.pid, name);
    },
    self: thisProcess,
    stateOf,
  };
}

const heard: readonly SignalName[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  // Unheard it would open Node’s inspector.
  'SIGUSR1',
  'SIGUSR2',
  // What else ends a process that does not hear it.
  'SIGALRM',
  'SIGVTALRM',
  'SIGPROF',
  'SIGIO',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGXCPU',
  'SIGWINCH',
  'SIGTSTP',
  'SIGCONT',
  'SIGBREAK',
];

function onSignal(hear: (name: SignalName) => void, ownGroup: boolean): () => void {
  // In one group with us the command is stopped when we are, by default.
  const names = heard.filter((name) => ownGroup || name !== 'SIGTSTP');
  for (const name of names) process.on(name, hear);
  return () => {
    for (const name of names) process.off(name, hear);
  };
}

/** POSIX, Shell Command Language, 2.9.1.4; without PATH as the C library does it. */
function find(word: string, path = '/bin:/usr/bin'): string | 126 | 127 {
  if (word === '') return 127;
  const places = word.includes('/') ? [word] : path.split(delimiter).map((folder) => resolve(folder, word));
  let status: 126 | 127 = 127;
  for (const place of places) {
    const verdict = runnable(place);
    if (verdict === true) return place;
    if (verdict === false) status = 126;
  }
  return status;
}

/** Undefined when nothing is there. */
function runnable(place: string): boolean | undefined {
  try {
    if (!statSync(place).isFile()) return false;
    accessSync(place, constants.X_OK);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? false : undefined;
  }
}
