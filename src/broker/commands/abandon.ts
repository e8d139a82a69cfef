import type { Abandoned } from '../store/store.ts';
import type { Broker } from './broker.ts';

/**
 * Writes down that a request failed. What the store does not take is not forgotten: it may have taken the activation
 * before, and a credential that nobody received would live as if somebody had.
 * @throws StoreError; it is then tried again by `settleAbandoned`
 */
export async function abandon({ store, leaseTime, unsettled }: Broker, leases: Abandoned): Promise<void> {
  try {
    await store.abandon(leases, leaseTime.now());
  } catch (error) {
    unsettled.add(leases);
    throw error;
  }
}

/** Tries again what the store did not take. @throws StoreError */
export async function settleAbandoned({ store, leaseTime, unsettled }: Broker): Promise<void> {
  for (const leases of unsettled) {
    await store.abandon(leases, leaseTime.now());
    unsettled.delete(leases);
  }
}
