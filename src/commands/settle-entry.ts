import type { Intent } from '../domain/intent.ts';
import { giveBack, type Means, type Return } from '../leases/giving-back.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import { forgetEntry } from './forget-entry.ts';
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
  if (outcome.result !== 'failed') forgetEntry(intent.id, where);
  return outcome;
}
