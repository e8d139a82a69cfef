import type { NewLease } from '../store/session-requests.ts';
import { abandon } from './abandon.ts';
import { mustAsk } from './ask-platform.ts';
import type { Broker } from './broker.ts';
import type { LentLease } from './exchange-order.ts';
import { noteStates } from './keep-leases.ts';
import { asLent, issue, refusalOf, type MintOrder } from './mint-leases.ts';
import type { Granted } from './opening.ts';

/**
 * Whether the leases may be active when they are written: nothing of what is issued is anywhere but in the answer, and
 * nobody has to agree besides (docs/decisions/0020).
 */
export function issuesAtOnce(broker: Broker, granted: Granted): boolean {
  const inMemory = granted.decisions.every(({ role }) => broker.roles.get(role)?.prepared.inMemory);
  return inMemory && !mustAsk(broker, granted);
}

/**
 * Issues what was lent in the transaction that opened the session.
 * @throws Refusal; the leases are then void, since nobody received anything
 */
export async function issueAtOnce<Sealed>(
  broker: Broker,
  order: MintOrder<Sealed>,
): Promise<LentLease<Sealed>[]> {
  const { leases } = order;
  const { signal } = new AbortController();
  const issued = async (lease: NewLease): Promise<LentLease<Sealed>> => {
    const { credentials, credentialExpiresAt } = await issue(broker, lease, { ...order, signal });
    const sealed = await order.seal(credentials);
    const ends = broker.leaseTime.fromWall(credentialExpiresAt);
    return asLent(broker, { lease, sealed, credentialExpiresAt: ends }, order.now);
  };
  try {
    return await Promise.all(leases.map(issued));
  } catch (error) {
    const unminted = leases.map(({ id }) => id);
    await abandon(broker, { toRevoke: [], unminted });
    await noteStates(broker, await broker.store.leases(unminted));
    throw await refusalOf(broker, order, error);
  }
}
