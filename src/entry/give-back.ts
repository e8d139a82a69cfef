import { revokeAtEnd, revokeNow } from '../commands/revoke.ts';
import { unheard } from '../commands/unheard.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import type { Host } from '../domain/host.ts';
import { missingFile } from '../domain/errors.ts';
import type { Job } from '../domain/job.ts';
import { attachAction, attachPost, tell } from './action-job.ts';
import { open } from './door.ts';

/** In the core: each way of giving back sends by it, and would be built with a copy of its own. */
export { exchange } from '../protocol/http.ts';

/** The action's post step. */
export function post(): void {
  open(postStory);
}

/** What the post step does, and its exit status. Tests hand it a world of their own. */
export function postStory(host: Host): Promise<number> {
  return statusOf(host, revokeAtEnd, attachPost);
}

/** The action `revoke/`: gives back in the middle of the job. */
export function revoke(): void {
  open(revokeStory);
}

/** What `revoke/` does, and its exit status. Tests hand it a world of their own. */
export function revokeStory(host: Host): Promise<number> {
  return statusOf(host, async (where) => {
    const { givenInputs, namedLeases, refuseOthers } = await import('../config/action-inputs.ts');
    const given = givenInputs(host.env);
    refuseOthers(Object.keys(given), ['lease-ids']);
    await revokeNow(namedLeases(given['lease-ids']), where);
  });
}

/** A run that is cancelled while it gives back goes on for so long, in milliseconds; the runner waits for ten seconds. */
const graceMs = 5000;

/** The world as one sees it who is told of a signal when there is no time left. */
function unhurried(host: Host): Host {
  let late: AbortSignal | undefined;
  // As that of the process it is made when somebody asks for it: its module takes 2 ms to load.
  const signal = { get: () => (late ??= lateSignal(host)), enumerable: true };
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(host), signal }) as Host;
}

function lateSignal({ signal, clock }: Host): AbortSignal {
  const late = new AbortController();
  const begin = (): void => {
    clock.after(graceMs, () => {
      late.abort(signal.reason);
    });
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return late.signal;
}

async function statusOf(
  given: Host,
  story: (where: Whereabouts) => Promise<void>,
  attach: (host: Host) => Job = attachAction,
): Promise<number> {
  const host = unhurried(given);
  const job = unheard(attach(host));
  try {
    await story({ job, host });
    return 0;
  } catch (error) {
    return tell(missingFile(error) ?? error, { job, host }, false);
  }
}
