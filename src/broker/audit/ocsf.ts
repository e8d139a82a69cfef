import type { AuditEvent, AuditName } from '../domain/audit-event.ts';
import { newId } from '../domain/identifiers.ts';

interface EventClass {
  readonly category: number;
  readonly uid: number;
  readonly activity: number;
}

/** OCSF 1.9 classes: 3002 Authentication, 3003 Authorize Session, 6002 Application Lifecycle, 6003 API Activity. */
const classes: Readonly<Record<AuditName, EventClass>> = {
  broker: { category: 6, uid: 6002, activity: 99 },
  identity: { category: 3, uid: 3002, activity: 1 },
  decision: { category: 3, uid: 3003, activity: 1 },
  stranger: { category: 3, uid: 3003, activity: 1 },
  lease: { category: 6, uid: 6003, activity: 3 },
  session: { category: 6, uid: 6003, activity: 1 },
  revocation: { category: 6, uid: 6003, activity: 4 },
  issuer: { category: 6, uid: 6002, activity: 99 },
};

const statuses = { success: 1, failure: 2, unknown: 0 } as const;
const longestText = 1024;

/** One event as one line of JSON, with the field names of OCSF where it has them. */
export function auditLine(event: AuditEvent, at: Date): string {
  const { category, uid, activity } = classes[event.name];
  const line = {
    time: at.getTime(),
    time_dt: at.toISOString(),
    category_uid: category,
    class_uid: uid,
    activity_id: activity,
    type_uid: uid * 100 + activity,
    severity_id: event.alarm === true ? 4 : 1,
    status_id: statuses[event.outcome],
    status: event.outcome,
    message: event.message,
    metadata: {
      version: '1.9.0',
      product: { name: 'ephemeral-creds', vendor_name: 'ephemeral-creds' },
      uid: newId('evt'),
      event_code: event.name,
      ...(event.requestId === undefined ? {} : { correlation_uid: event.requestId }),
    },
    ...(event.address === undefined ? {} : { src_endpoint: { ip: event.address } }),
    ...(event.clientId === undefined ? {} : { actor: { app_uid: event.clientId } }),
    ...(event.detail === undefined ? {} : { unmapped: event.detail }),
  };
  return `${escapeInvisible(JSON.stringify(line, capText))}\n`;
}

/** No text in the log is longer than 1 KiB, whatever a token's claims hold. */
function capText(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || Buffer.byteLength(value) <= longestText) return value;
  return `${Buffer.from(value).subarray(0, longestText).toString('utf8')}…`;
}

/** JSON escapes only C0 controls; whoever prints the log must not meet C1, bidirectional or invisible marks either. */
function escapeInvisible(json: string): string {
  return json.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (mark) =>
    [...Array(mark.length).keys()].map((index) => unicodeEscape(mark.charCodeAt(index))).join(''),
  );
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
