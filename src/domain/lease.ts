import type { Credential } from './credential.ts';

/**
 * What giving back achieves: `immediate`: the credential is dead at once; `policy`: it is denied by a rule that
 * takes a while to spread; `expiry-only`: nothing but its end stops it.
 */
export type Revocability = 'immediate' | 'policy' | 'expiry-only';

export const revocabilities: readonly Revocability[] = ['immediate', 'policy', 'expiry-only'];

/** What the job asked for: a role and, when the workflow names one, the prefix for its variables and outputs. */
export interface RoleRequest {
  readonly role: string;
  readonly prefix?: string;
}

/** A lease that is about to be asked for, as far as it is known before. */
export interface Prospect extends RoleRequest {
  /** What comes with it; absent where only the server knows. */
  readonly credentials?: readonly ProspectiveCredential[];
}

export interface ProspectiveCredential extends Pick<Credential, 'name' | 'kind'> {
  /** Exactly the fields that it will have; absent: those of its kind, and of the kind `fields` nobody knows. */
  readonly fields?: readonly string[];
}

/** Credentials lent for a time under one id. */
export interface Lease {
  readonly id: string;
  readonly role: string;
  readonly prefix?: string;
  /** End of the lease. */
  readonly expiresAt: Date;
  readonly revocability: Revocability;
  readonly credentials: readonly Credential[];
}

/** All that one exchange brought. */
export interface Loan {
  readonly leases: readonly Lease[];
  readonly sessionId?: string;
  readonly requestId?: string;
  /** The account, project or tenant that the provider says the credentials belong to. */
  readonly account?: string;
}

/** A lease's state after giving back, as the provider tells it. */
export interface ReturnedLease {
  readonly id: string;
  /** `revoked`, `expired` …: over. `revoking`: durably queued. `active`: still alive. */
  readonly state: 'revoked' | 'revoking' | 'expired' | 'active' | 'failed' | 'superseded' | 'void' | 'intent';
  readonly revocability: Revocability;
  readonly expiresAt: Date;
}
