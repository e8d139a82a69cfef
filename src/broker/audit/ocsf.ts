import type { AuditEvent, AuditName } from '../domain/audit-event.ts';
import { newId } from '../domain/identifiers.ts';

/** An event as plain JSON values, with the field names of OCSF where it has them. */
export interface AuditRecord {
  readonly type_uid: number;
  readonly metadata: { readonly uid: string };
  readonly unmapped?: Readonly<Record<string, unknown>>;
}

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
  operator: { category: 6, uid: 6003, activity: 99 },
  secret: { category: 6, uid: 6003, activity: 2 },
};

const statuses = { success: 1, failure: 2, unknown: 0 } as const;
const longestText = 1024;

/** The event as it is written down. Whatever a token's claims hold, it can be put into canonical form (RFC 8785). */
export function auditRecord(event: AuditEvent, at: Date): AuditRecord {
  const { category, uid, activity } = classes[event.name];
  const record = {
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
  return JSON.parse(wellFormed(JSON.stringify(record, capText))) as AuditRecord;
}

/** No text in the log is longer than 1 KiB, whatever a token's claims hold. */
function capText(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || Buffer.byteLength(value) <= longestText) return value;
  return `${Buffer.from(value).subarray(0, longestText).toString('utf8')}…`;
}

/** Half a surrogate pair, which `JSON.stringify` writes as an escape, has no canonical form (RFC 8785 §3.2.2.2). */
function wellFormed(json: string): string {
  if (!json.includes('\\ud')) return json;
  return json.replace(/\\(u[0-9a-f]{4}|.)/g, (escape, body: string) =>
    /^ud[89a-f]/.test(body) ? '\ufffd' : escape,
  );
}
