import type { Host } from '../domain/host.ts';
import type { ByteSink, Child, Command, Processes } from '../domain/processes.ts';
import { makeRedactor, type Patterns } from '../redaction/redactor.ts';
import { passSignals } from './pass-signals.ts';
import { pump } from './pump.ts';

export interface Supervision {
  readonly processes: Processes;
  readonly host: Host;
  readonly out: ByteSink;
  readonly err: ByteSink;
  readonly patterns: Patterns;
  /** The job is being cancelled, and the command has had its time to tidy up: called once, while it may still run. */
  readonly onCancel: () => void;
}

/** How the command ended. */
export interface End {
  readonly status: number;
  /** Codes of what kept its output from being written, a closed pipe apart: `ENOSPC`. */
  readonly lost: readonly string[];
}

/** How long those who were left behind may keep the pipes, and then their lives. */
const leftBehindMs = 2000;
const lookMs = 25;

/**
 * Runs a command to its end: its output through redactors, signals passed on.
 * @throws Error with the system's `code` when it cannot be run; the host's reason when the job was cancelled before
 */
export async function supervise(command: Command, scene: Supervision): Promise<End> {
  const { processes, host, patterns } = scene;
  const signals = passSignals(scene);
  try {
    host.signal.throwIfAborted();
    const child = await processes.start(command);
    signals.reach(child);
    const enough = new AbortController();
    const move = { clock: host.clock, enough: enough.signal };
    const pumps = Promise.allSettled([
      pump(child.stdout, scene.out, { ...move, redactor: makeRedactor(patterns) }),
      pump(child.stderr, scene.err, { ...move, redactor: makeRedactor(patterns) }),
    ]);
    const status = await Promise.race([child.ended, signals.givenUp.then(() => 137)]);
    await within(leftBehindMs, Promise.race([pumps, signals.givenUp]), host);
    await reap(child, host);
    enough.abort();
    const moved = await Promise.race([pumps, signals.givenUp]);
    return { status, lost: moved === undefined ? [] : moved.flatMap(lossOf) };
  } finally {
    signals.stop();
  }
}

/** Ends what the command has left behind in its group: in the background, or because it was killed itself. */
async function reap(child: Child, host: Host): Promise<void> {
  if (!child.hasGroup()) return;
  child.signal('SIGTERM');
  for (let waited = 0; child.hasGroup() && waited < leftBehindMs; waited += lookMs) await pause(host, lookMs);
  child.signal('SIGKILL');
}

/** A reader that has gone away has seen what it wanted; the command was told by its own closed pipe. */
function lossOf(moved: PromiseSettledResult<void>): string[] {
  if (moved.status === 'fulfilled') return [];
  const { code = 'unknown' } = moved.reason as { code?: string };
  return code === 'EPIPE' ? [] : [code];
}

/** Resolves with what is waited for, or after so many milliseconds. */
async function within(ms: number, work: Promise<unknown>, { clock }: Host): Promise<void> {
  let cancel = (): void => undefined;
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await Promise.race([work, late]);
  cancel();
}

function pause({ clock }: Host, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
