/** The errors of PROTOCOL.md with the status that each has at the token endpoint. */
export const statuses = {
  invalid_dpop_proof: 400,
  use_dpop_nonce: 400,
  invalid_grant: 400,
  authorization_pending: 400,
  invalid_request: 400,
  invalid_target: 400,
  invalid_scope: 400,
  invalid_authorization_details: 400,
  unsupported_grant_type: 400,
  unsupported_token_type: 400,
  unsupported_protocol_version: 400,
  invalid_client: 401,
  invalid_token: 401,
  access_denied: 403,
  insufficient_scope: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  rate_limited: 429,
  server_error: 500,
  temporarily_unavailable: 503,
} as const;

export type RefusalError = keyof typeof statuses;

/** The closed list of reasons that may be told. */
export type RefusalReason =
  | 'proof-time'
  | 'proof-body'
  | 'proof-target'
  | 'proof-replayed'
  | 'token-expired'
  | 'token-too-old'
  | 'audience-mismatch'
  | 'token-bound-to-other-key'
  | 'signature'
  | 'issuer-unknown'
  | 'ttl-below-minimum'
  | 'public-key'
  | 'denied'
  | 'role-in-use'
  | 'job-closed'
  | 'approval-rejected'
  | 'approval-expired'
  | 'superseded'
  | 'idempotency-conflict'
  | 'issuer'
  | 'backend'
  | 'store'
  | 'audit'
  | 'frozen';

interface Details {
  readonly reason?: RefusalReason;
  /** Where it differs from the error's own: 413, 415, 431. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  /** With 405: the methods that there are. */
  readonly allow?: string;
  /** At resource endpoints: the WWW-Authenticate header. */
  readonly challenge?: string;
  /** With `ttl-below-minimum`: the minimum, in seconds. */
  readonly minimumSeconds?: number;
  /** Further members of the answer’s body, in the wire’s spelling. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * A request is not granted. The message is told to the caller (RFC 6749 §5.2, `error_description`): it speaks of the
 * caller's own request, proof or token, never of policy, and quotes nothing from it.
 */
export class Refusal extends Error {
  readonly error: RefusalError;
  readonly status: number;
  readonly reason: RefusalReason | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly minimumSeconds: number | undefined;
  readonly allow: string | undefined;
  readonly challenge: string | undefined;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(error: RefusalError, message: string, details: Details = {}) {
    // An answer, not a defect: strangers cause it at will, and a stack would cost more than all else about it.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    Error.stackTraceLimit = limit;
    this.name = 'Refusal';
    this.error = error;
    this.status = details.status ?? statuses[error];
    this.reason = details.reason;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.minimumSeconds = details.minimumSeconds;
    this.allow = details.allow;
    this.challenge = details.challenge;
    this.members = details.members ?? {};
  }
}

/** A part that the broker cannot do without does not answer: nothing is granted (fail closed). */
export function unavailable(
  reason: 'issuer' | 'backend' | 'store' | 'audit',
  cause?: unknown,
  retryAfterSeconds = 2,
): Refusal {
  return new Refusal('temporarily_unavailable', `the broker’s ${reason} does not answer`, {
    reason,
    retryAfterSeconds,
    cause,
  });
}

/** The answer to whoever is not granted something, whatever the reason. @param cause for the audit log alone */
export function denied(cause?: Error): Refusal {
  return new Refusal('access_denied', 'not granted; the reason stands in the broker’s audit log', {
    reason: 'denied',
    cause,
  });
}
