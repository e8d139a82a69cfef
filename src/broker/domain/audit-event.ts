/** Something that is written down for good. Tokens stand in it as hashes only. */
export interface AuditEvent {
  readonly name: AuditName;
  readonly outcome: 'success' | 'failure' | 'unknown';
  /** The request that caused it; absent for what the broker does by itself. */
  readonly requestId?: string;
  /** The caller's network address. */
  readonly address?: string;
  /** The `client_id` that the caller gave itself; it means nothing to us. */
  readonly clientId?: string;
  /** Short text for a person. */
  readonly message: string;
  /** An operator should look at it now. */
  readonly alarm?: boolean;
  /** Nobody changes anything in it afterwards: what needs no change to be written is not copied. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export const auditNames = [
  'broker',
  'identity',
  'decision',
  'stranger',
  'lease',
  'session',
  'revocation',
  'issuer',
  'operator',
  'secret',
] as const;
export type AuditName = (typeof auditNames)[number];

/** Writes events down, in order. @throws when one of the sinks did not take them durably */
export type WriteAudit = (events: readonly AuditEvent[]) => Promise<void>;
