import type { AuditEvent } from '../domain/audit-event.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { makeLog, type Log } from '../telemetry/log.ts';
import type { Meters } from '../telemetry/meters.ts';
import type { Reload } from './reload-policies.ts';
import type { Settings } from './settings.ts';
import { countEvent, tellAlarm, tellReload } from './tell-events.ts';

/** By what those who run the broker see how it does. */
export interface Instruments {
  readonly log: Log;
  /** Undefined: nobody wants to know. */
  readonly meters: Meters | undefined;
  /** What is given to the audit log, whether it takes it or not. */
  readonly count: (event: AuditEvent) => void;
  readonly alarm: (event: AuditEvent) => void;
  readonly reloaded: (reload: Reload) => void;
}

/** What is not measured is not loaded either. */
export async function makeInstruments(
  { logLevel, metrics }: Pick<Settings, 'logLevel' | 'metrics'>,
  { printError, attended }: Pick<BrokerHost, 'printError' | 'attended'>,
): Promise<Instruments> {
  const log = makeLog({ level: logLevel, write: printError, attended });
  const meters = metrics && (await import('../telemetry/meters.ts')).createMeters();
  return {
    log,
    meters,
    count: (event) => {
      if (meters !== undefined) countEvent(meters, event);
    },
    alarm: (event) => {
      tellAlarm(log, event);
    },
    reloaded: (reload) => {
      const { called: set, outcome } = reload;
      meters?.reloads.inc({ set, outcome });
      tellReload(log, reload);
    },
  };
}
