import { startDeadline } from '../domain/deadline.ts';
import type { Processes } from '../domain/processes.ts';
import { listIntents, type Whereabouts } from '../leases/ledger.ts';
import { settleEntry } from './settle-entry.ts';

/** The time, in seconds, that someone else's debts may take from this command. */
const sweepSeconds = 5;

/**
 * Gives back what an `exec` of this job has left that was killed: its entry is there, its process is not. What belongs
 * to one that lives is left alone, and so is what belongs to a process of which nothing can be known here. Never throws.
 */
export async function sweepCrashed(where: Whereabouts, processes: Processes): Promise<void> {
  const left = listIntents(where).filter(
    ({ owner }) => owner !== undefined && processes.stateOf(owner) === 'gone',
  );
  const deadline = startDeadline(where.host.clock, sweepSeconds);
  for (const intent of left) {
    where.job.tell('info', 'An earlier `exec` of this job was killed; what it had borrowed is given back.');
    await settleEntry(intent, where, { deadline, idTokens: 'none' });
  }
}
