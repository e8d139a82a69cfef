import type { Intent } from '../domain/intent.ts';
import { giveBack, type Means, type Return } from '../leases/giving-back.ts';
import { closeIntent, type Whereabouts } from '../leases/ledger.ts';
import { tellReturn } from './return-report.ts';
import { removeDelivered } from './revoke.ts';

/**
 * Removes the files that were delivered, gives back and tells how it went. What could not be given back stays in the
 * ledger. Never throws.
 */
export async function settleEntry(
  intent: Intent,
  where: Whereabouts,
  how: Required<Pick<Means, 'deadline' | 'idTokens'>>,
): Promise<Return> {
  await removeDelivered(intent, where);
  const outcome = await giveBack(intent, { ...where, ...how });
  tellReturn(outcome, where);
  if (outcome.result !== 'failed') forget(intent, where);
  return outcome;
}

/** The entry of what is over. */
export function forget({ id }: Intent, where: Whereabouts): void {
  try {
    closeIntent(id, where);
  } catch {
    where.job.tell('warning', 'An entry of the ledger that owes nothing could not be removed.');
  }
}
