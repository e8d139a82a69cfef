import type { BrokerClock } from '../domain/outside.ts';
import type { AuditEvent, WriteAudit } from '../domain/audit-event.ts';
import { unavailable } from '../domain/refusal.ts';
import type { AuditChain } from './chain.ts';
import { auditRecord } from './ocsf.ts';

/** Every place where events go. */
export interface AuditTrail {
  /** Rejects with Refusal `temporarily_unavailable` (audit) when any of the places did not take the events. */
  readonly write: WriteAudit;
  /** Ends every chain with the event and closes its place. A place that does not take it ends without. */
  close(last: AuditEvent): Promise<void>;
}

/** Writes events to every place, in the order in which they are given. */
export function auditTrail(chains: readonly AuditChain[], clock: BrokerClock): AuditTrail {
  return {
    write: async (events) => {
      if (events.length === 0) return;
      const now = clock.now();
      const records = events.map((event) => auditRecord(event, now));
      const outcomes = await Promise.allSettled(chains.map((chain) => chain.write(records)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw unavailable('audit', failed.reason);
    },
    close: async (last) => {
      const record = auditRecord(last, clock.now());
      await Promise.all(chains.map((chain) => chain.close(record)));
    },
  };
}
