import type { BrokerClock } from '../domain/outside.ts';
import type { AuditEvent, WriteAudit } from '../domain/audit-event.ts';

const perSecond = 10;

/**
 * For what strangers cause at will: at most ten events a second are written, the next one says how many were not.
 * Losing one of these is no reason to fail: nothing was granted.
 */
export function sampled(audit: WriteAudit, clock: BrokerClock): (event: AuditEvent) => Promise<void> {
  let windowMs = -Infinity;
  let written = 0;
  let skipped = 0;
  return async (event) => {
    if (clock.monotonicMs() - windowMs >= 1000) {
      windowMs = clock.monotonicMs();
      written = 0;
    }
    if (written >= perSecond) {
      skipped += 1;
      return;
    }
    written += 1;
    const detail = skipped === 0 ? event.detail : { ...event.detail, not_written: skipped };
    skipped = 0;
    await audit([detail === undefined ? event : { ...event, detail }]).catch(() => undefined);
  };
}
