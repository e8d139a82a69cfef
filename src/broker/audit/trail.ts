import type { BrokerClock } from '../domain/outside.ts';
import type { WriteAudit } from '../domain/audit-event.ts';
import { unavailable } from '../domain/refusal.ts';
import { auditLine } from './ocsf.ts';
import type { AuditSink } from './sink.ts';

/**
 * Writes events to every sink, in the order in which they are given.
 * @returns a function that rejects with Refusal `temporarily_unavailable` (audit) when any sink did not take them
 */
export function auditTrail(sinks: readonly AuditSink[], clock: BrokerClock): WriteAudit {
  return async (events) => {
    if (events.length === 0) return;
    const now = clock.now();
    const lines = events.map((event) => auditLine(event, now)).join('');
    const outcomes = await Promise.allSettled(sinks.map((sink) => sink.write(lines)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw unavailable('audit', failed.reason);
  };
}
