import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Processes } from '../domain/processes.ts';
import type { Outlet } from './outlet.ts';

/** How long what is still to be written may take once the job is being cancelled, in milliseconds. */
const lastWordsMs = 500;

interface Speakers {
  readonly host: Pick<Host, 'clock' | 'signal'>;
  readonly processes: Pick<Processes, 'attended' | 'endBy'>;
  readonly out: Outlet;
  readonly err: Outlet;
}

/**
 * Waits until all is written. Where the job is being cancelled and a reader is stuck, this process is ended by the
 * signal that cancelled it: an end of its own would wait for the reader, too.
 */
export async function lastWords({ host: { clock, signal }, processes, out, err }: Speakers): Promise<void> {
  const told = new AbortController();
  const stuck = new Promise<'stuck'>((resolve) => {
    const wait = (): void => {
      // Ctrl+C at a terminal was for the command; its output may have a reader who takes their time.
      if (processes.attended && nameOf(signal) === 'SIGINT') return;
      const cancel = clock.after(lastWordsMs, () => {
        resolve('stuck');
      });
      told.signal.addEventListener('abort', cancel);
    };
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { signal: told.signal });
  });
  const end = await Promise.race([Promise.all([out.settled(), err.settled()]), stuck]);
  told.abort();
  if (end === 'stuck') processes.endBy(nameOf(signal));
}

function nameOf({ reason }: AbortSignal): 'SIGINT' | 'SIGTERM' {
  return reason instanceof CredsError && reason.code === 'interrupted' ? 'SIGINT' : 'SIGTERM';
}
