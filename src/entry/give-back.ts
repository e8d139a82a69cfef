import { revokeAtEnd, revokeNow } from '../commands/revoke.ts';
import { unheard } from '../commands/unheard.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import type { Host } from '../domain/host.ts';
import { attachAction, tell } from './action-job.ts';
import { open } from './door.ts';

/** The action's post step. */
export function post(): void {
  open(postStory);
}

/** What the post step does, and its exit status. Tests hand it a world of their own. */
export function postStory(host: Host): Promise<number> {
  return statusOf(host, revokeAtEnd);
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

async function statusOf(host: Host, story: (where: Whereabouts) => Promise<void>): Promise<number> {
  const job = unheard(attachAction(host));
  try {
    await story({ job, host });
    return 0;
  } catch (error) {
    return tell(error, { job, host }, false);
  }
}
