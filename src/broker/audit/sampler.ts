import type { BrokerClock } from '../domain/outside.ts';
import type { AuditEvent, WriteAudit } from '../domain/audit-event.ts';

const perSecond = 10;

/** What was written and left out of one sort in this second. */
interface Window {
  beganMs: number;
  written: number;
  skipped: number;
}

/**
 * For what strangers cause at will: at most ten events of a sort are written in a second, the next one says how many
 * were not. A sort is a name, alarms apart: a flood of one sort hides no other. Losing one of these is no reason to
 * fail: nothing was granted.
 */
export function sampled(audit: WriteAudit, clock: BrokerClock): (event: AuditEvent) => Promise<void> {
  const windows = new Map<string, Window>();
  return async (event) => {
    const sort = `${event.name} ${String(event.alarm === true)}`;
    const window = windows.get(sort) ?? { beganMs: -Infinity, written: 0, skipped: 0 };
    windows.set(sort, window);
    if (clock.monotonicMs() - window.beganMs >= 1000) {
      window.beganMs = clock.monotonicMs();
      window.written = 0;
    }
    if (window.written >= perSecond) {
      window.skipped += 1;
      return;
    }
    window.written += 1;
    const detail = window.skipped === 0 ? event.detail : { ...event.detail, not_written: window.skipped };
    window.skipped = 0;
    await audit([detail === undefined ? event : { ...event, detail }]).catch(() => undefined);
  };
}
