import type { BrokerClock } from '../domain/outside.ts';
import type { AuditEvent, WriteAudit } from '../domain/audit-event.ts';
import { unavailable } from '../domain/refusal.ts';
import type { AuditChain } from './chain.ts';
import { auditRecord } from './ocsf.ts';

/** Every place where events go. */
export interface AuditTrail {
  /** Rejects with Refusal `temporarily_unavailable` (audit) when a place that has to did not take the events. */
  readonly write: WriteAudit;
  /** Whether every place that has to took the last events that it was given. */
  readonly sound: () => boolean;
  /** Ends every chain with the event and closes its place. A place that does not take it ends without. */
  close(last: AuditEvent): Promise<void>;
}

/**
 * Writes events to every place, in the order in which they are given.
 * @param optional those of the chains that need not take them
 */
export function auditTrail(
  chains: readonly AuditChain[],
  clock: BrokerClock,
  optional: ReadonlySet<AuditChain> = new Set(),
): AuditTrail {
  let sound = true;
  const isOptional = (chain: AuditChain | undefined): boolean => chain !== undefined && optional.has(chain);
  return {
    sound: () => sound,
    write: async (events) => {
      if (events.length === 0) return;
      const now = clock.now();
      const records = events.map((event) => auditRecord(event, now));
      const outcomes = await Promise.allSettled(chains.map((chain) => chain.write(records)));
      const failed = outcomes.find(
        (outcome, index) => outcome.status === 'rejected' && !isOptional(chains[index]),
      );
      sound = failed === undefined;
      if (failed?.status === 'rejected') throw unavailable('audit', failed.reason);
    },
    close: async (last) => {
      const record = auditRecord(last, clock.now());
      await Promise.all(chains.map((chain) => chain.close(record)));
    },
  };
}
