import type { AuditEvent } from '../domain/audit-event.ts';
import type { Log } from '../telemetry/log.ts';
import type { Meters } from '../telemetry/meters.ts';
import { inWords, type Reload } from './reload-policies.ts';

/** Of an alarm about a revocation: what is needed to look after the backend, and to find it in the audit log. */
const toldOfRevocation = ['engine', 'reason', 'code', 'attempts', 'lease_id'];

/** What the audit log calls an alarm, where those who run the broker look. Whom it is about stands in the audit log. */
export function tellAlarm(log: Log, { alarm, message, name, requestId, detail = {} }: AuditEvent): void {
  if (alarm !== true) return;
  const more =
    name === 'revocation' ? Object.entries(detail).filter(([key]) => toldOfRevocation.includes(key)) : [];
  log.warn(message, { event: name, request_id: requestId, ...Object.fromEntries(more) });
}

/** Counts what is written down, or would be. */
export function countEvent(meters: Meters, { name, alarm, detail = {} }: AuditEvent): void {
  if (alarm === true) meters.alarms.inc({ event: name });
  if (name === 'stranger') meters.decisions.inc({ decision: 'deny', by: 'stranger' });
  if (name === 'decision')
    meters.decisions.inc({ decision: named(detail['decision']), by: decidedBy(detail) });
  // The role is one that was granted, so one of broker.yaml.
  if (name === 'lease' && 'state' in detail)
    meters.leases.inc({
      state: named(detail['state']),
      role: named(detail['role']),
      engine: named(detail['engine']),
    });
}

function decidedBy(detail: Readonly<Record<string, unknown>>): string {
  if ('guardrails' in detail) return 'guardrails';
  return 'role_access' in detail ? 'role-access' : 'policy';
}

function named(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}

/** What became of an attempt to read rules or a certificate again. */
export function tellReload(log: Log, { called, outcome, version, lines }: Reload): void {
  const name = `The ${inWords(called)}`;
  const [are, stay] = name.endsWith('s') ? ['are', 'stay'] : ['is', 'stays'];
  if (outcome === 'refused')
    log.error(`${name} ${version} ${stay} in force: what is there now was refused`, { problems: lines });
  else if (lines.length > 0) log.warn(`${name} ${version} ${are} in force`, { warnings: lines });
  else log.info(`${name} ${version} ${are} in force${outcome === 'same' ? ', unchanged' : ''}`);
}
