import { startDeadline } from '../domain/deadline.ts';
import type { Intent } from '../domain/intent.ts';
import { giveBack } from '../leases/giving-back.ts';
import { closeIntent, type Whereabouts } from '../leases/ledger.ts';
import { recordLeases } from '../leases/opening.ts';
import { tellReturn } from './return-report.ts';
import { removeFiles } from './remove-files.ts';
import { unheard } from './unheard.ts';
import { variablesAfter } from './variables-after.ts';

/** The time, in seconds, that giving back may take when the run has failed or was cancelled. */
const undoSeconds = 5;

/** How far the run has come, for undoing it. */
export interface Progress {
  latest: Intent;
  /** Names of the outputs that may have been set. */
  outputs: readonly string[];
  /** A request went out and no answer said for sure that nothing was issued. */
  maybeLent: boolean;
}

/** Gives back what was lent, whatever the failure was; a cancelled run has five seconds for it. */
export async function undo(progress: Progress, { job, host }: Whereabouts): Promise<void> {
  const { latest, maybeLent } = progress;
  // Cancelled, or with nobody listening any more: neither may keep us from giving back.
  const calm = { ...host, signal: new AbortController().signal };
  const where = { job: unheard(job), host: calm };
  // What only this run knows post has to know before it is tried here, where it may fail or be killed.
  if (maybeLent && latest.kept !== undefined)
    bestEffort(() => {
      recordLeases(latest, where);
    });
  await takeBackDelivered(progress, where);
  if (maybeLent) {
    const outcome = await giveBack(latest, { ...where, deadline: startDeadline(host.clock, undoSeconds) });
    tellReturn(outcome, where);
    if (outcome.result === 'failed') return;
  }
  bestEffort(() => {
    closeIntent(latest.id, where);
    job.remember('');
  });
}

/** A part of the delivery may have succeeded before another failed. */
async function takeBackDelivered({ latest, outputs }: Progress, where: Whereabouts): Promise<void> {
  const { job, host } = where;
  const { agent } = latest;
  if (agent !== undefined) await (await import('./ssh-agent.ts')).endAgent(agent.socket, where);
  bestEffort(() => {
    removeFiles(latest, where);
  });
  bestEffort(() => {
    job.exportVariables(variablesAfter(latest, host));
  });
  bestEffort(() => {
    job.setOutputs(Object.fromEntries(outputs.map((name) => [name, ''])));
  });
}

/** A disk that failed to take the delivery may not take it back either; the credentials themselves are revoked. */
function bestEffort(action: () => void): void {
  try {
    action();
  } catch {
    // Nothing more can be done here, and giving back must go on.
  }
}
