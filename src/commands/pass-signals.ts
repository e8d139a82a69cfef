import type { Clock } from '../domain/host.ts';
import type { Child, Processes, SignalName } from '../domain/processes.ts';

/**
 * After the first signal that cancels, in milliseconds. So long a command may need its credentials to tidy up (to
 * release a lock); then they are given back, and what does not heed the signal is told once more, and killed.
 */
const tidyMs = 2500;
const toldAgainMs = 3000;
const killedMs = 5000;
/** What cannot be killed, or written, is waited for no longer. */
const givenUpMs = 6000;

interface Passing {
  readonly processes: Processes;
  readonly host: { readonly clock: Clock };
  /** The job is being cancelled and the command still runs after the time to tidy up: called once. */
  readonly onCancel: () => void;
}

export interface SignalPassage {
  /** From now on there is someone to pass signals on to; those that came while it was being started come first. */
  reach(child: Child): void;
  /** Resolves some seconds after the job was cancelled: the runner is about to kill us. */
  readonly givenUp: Promise<void>;
  stop(): void;
}

/** Passes our signals on to a command, and ends it in time when the job is being cancelled. */
export function passSignals({ processes, host: { clock }, onCancel }: Passing): SignalPassage {
  let child: Child | undefined;
  let early: SignalName[] = [];
  let giveUp = (): void => undefined;
  const givenUp = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  const stops: (() => void)[] = [];
  const cancel = (): void => {
    stops.push(
      clock.after(tidyMs, onCancel),
      clock.after(toldAgainMs, () => child?.signal('SIGTERM')),
      clock.after(killedMs, () => child?.signal('SIGKILL')),
      clock.after(givenUpMs, giveUp),
    );
  };
  let cancelled = false;
  const unhear = processes.onSignal((name) => {
    if (child === undefined) early.push(name);
    else pass(name, child, processes);
    if (cancelled || !cancels(name, processes)) return;
    cancelled = true;
    cancel();
  });
  return {
    reach: (started) => {
      child = started;
      for (const name of early) pass(name, started, processes);
      early = [];
    },
    givenUp,
    stop: () => {
      for (const stop of [unhear, ...stops]) stop();
    },
  };
}

/** What reaches a command without us when it is in our own process group: what is typed, and the terminal's end. */
const shared: readonly SignalName[] = ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGBREAK', 'SIGWINCH', 'SIGCONT'];

function pass(name: SignalName, child: Child, processes: Processes): void {
  if (name === 'SIGTSTP') {
    // In a session of its own SIGTSTP would not stop it: nobody there could wake it.
    child.signal('SIGSTOP');
    processes.stopSelf();
  } else if (processes.ownGroup || !shared.includes(name)) child.signal(name);
}

/** Ctrl+C at a terminal is between the person and the command. */
function cancels(name: SignalName, { attended }: Processes): boolean {
  if (name === 'SIGTERM' || name === 'SIGHUP') return true;
  return !attended && (name === 'SIGINT' || name === 'SIGBREAK');
}
