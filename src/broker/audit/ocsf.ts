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
  const { requestId, address, clientId, detail } = event;
  // In the order of the canonical form, which then costs less to make.
  const record = {
    activity_id: activity,
    ...(clientId === undefined ? {} : { actor: { app_uid: plainText(clientId) } }),
    category_uid: category,
    class_uid: uid,
    message: plainText(event.message),
    metadata: {
      ...(requestId === undefined ? {} : { correlation_uid: plainText(requestId) }),
      event_code: event.name,
      product: { name: 'ephemeral-creds', vendor_name: 'ephemeral-creds' },
      uid: newId('evt'),
      version: '1.9.0',
    },
    severity_id: event.alarm === true ? 4 : 1,
    ...(address === undefined ? {} : { src_endpoint: { ip: plainText(address) } }),
    status: event.outcome,
    status_id: statuses[event.outcome],
    time: at.getTime(),
    time_dt: at.toISOString(),
    type_uid: uid * 100 + activity,
    ...(detail === undefined ? {} : { unmapped: plainMembers(detail) }),
  };
  return record;
}

/**
 * What `JSON.stringify` and `JSON.parse` would make of it, with each text as the log has it. Nearly all of it is that
 * already, and stays the object that it is.
 */
function plainJson(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? value : null;
  // Not `map`, which passes over what an array has nothing at.
  if (Array.isArray(value)) return Array.from(value, (each) => plainJson(each) ?? null);
  return tellsItself(value) ? plainJson(value.toJSON()) : plainMembers(value as Record<string, unknown>);
}

function plainMembers(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let changed: Record<string, unknown> | undefined;
  for (const name of Object.keys(object)) {
    const value = object[name];
    const plain = value === undefined ? undefined : plainJson(value);
    const named = plainName(name);
    if (plain === value && named === name) continue;
    changed ??= { ...object };
    if (named !== name) Reflect.deleteProperty(changed, name);
    changed[named] = plain;
  }
  return changed ?? object;
}

/**
 * No line with `__proto__` in it is ever read again: strict JSON refuses it, and the chain would break there. No ID token
 * has such a member either, for the same reason.
 */
function plainName(name: string): string {
  return name === '__proto__' ? '(__proto__)' : name.toWellFormed();
}

/**
 * No text in the log is longer than 1 KiB, whatever a token's claims hold, and none holds half a surrogate pair, which
 * has no canonical form (RFC 8785 §3.2.2.2).
 */
function plainText(text: string): string {
  // In UTF-8 no unit takes more than three octets.
  if (text.length * 3 <= longestText || Buffer.byteLength(text) <= longestText) return text.toWellFormed();
  return `${Buffer.from(text).subarray(0, longestText).toString('utf8')}…`;
}

function tellsItself(value: object): value is { toJSON: () => unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
