import { leaseStates } from '../domain/lease-record.ts';
import type { LeaseSelector } from '../domain/lease-selector.ts';
import { Refusal } from '../domain/refusal.ts';
import type { LeaseQuery, SelectedLease } from '../store/select-leases.ts';
import type { Broker } from './broker.ts';
import { noteAct, type Act } from './operator-act.ts';

/** Shows a page of leases. Who has looked, and for what, is written down first. @throws Refusal */
export async function selectLeases(
  broker: Broker,
  act: Act,
  query: LeaseQuery,
): Promise<readonly SelectedLease[]> {
  const found = await broker.store.selectLeases(query);
  await noteAct(broker, act, {
    outcome: 'success',
    message: 'operator lists leases',
    detail: { selector: selectorFacts(query.selector), states: query.states, count: found.length },
  });
  return found;
}

/** Shows one lease. @throws Refusal `not_found` */
export async function showLease(broker: Broker, act: Act, leaseId: string): Promise<SelectedLease> {
  const query = { selector: { leaseId }, states: leaseStates, limit: 1, after: undefined };
  const [found] = await broker.store.selectLeases(query);
  await noteAct(broker, act, {
    outcome: found === undefined ? 'failure' : 'success',
    message: 'operator shows a lease',
    detail: { lease_id: leaseId },
  });
  if (found === undefined) throw new Refusal('not_found', 'the broker knows no lease of this id');
  return found;
}

/** A selector as it stands in the audit log. */
export function selectorFacts({ since, ...selector }: LeaseSelector): Record<string, string> {
  return { ...selector, ...(since && { since: since.toISOString() }) };
}
