import type { SessionLimits } from '../../domain/trust-policy.ts';
import type { ReplayAnswer } from '../domain/issuer.ts';
import type { Condition } from '../domain/condition.ts';
import type { LeaseRecord } from '../domain/lease-record.ts';
import type { Origin } from '../domain/origin.ts';
import type { RoleCaps } from '../domain/role-access.ts';
import type { JobIdentity } from '../domain/verified-claims.ts';
import type { ProofUse, UsedOnce, UsedProof } from './used-once.ts';

/** An ID token, which belongs to the first key that presents it. */
export interface TokenUse extends UsedOnce {
  /** By the wall clock. */
  readonly issuedAt: Date;
  readonly singleUse: boolean;
  readonly onReplay: ReplayAnswer;
}

interface Presented {
  readonly proof: UsedProof;
  readonly token: TokenUse;
}

/** What opens a session: by an ID token, or in place of a request that was approved. */
export type Opening = OpeningByToken | (NewOpening & { readonly deferredId: string });
export type OpeningByToken = NewOpening & Presented;

/** Who asks for what, by which a repetition is told from another request. */
export interface Asked {
  readonly thumbprint: string;
  readonly issuer: string;
  readonly job: JobIdentity;
  /** SHA-256 of the revocation handle; absent for clients that make none. */
  readonly handleHash: string | undefined;
  /** SHA-256 of what is asked for. */
  readonly detailsHash: string;
  readonly now: Date;
}

interface NewOpening extends Asked {
  readonly session: NewSession;
  readonly leases: readonly NewLease[];
  /** The leases are active when they are written, not intents first. */
  readonly atOnce?: boolean;
  readonly limits: SessionLimits;
  /** Those of the roles that have some, by name. */
  readonly caps: ReadonlyMap<string, RoleCaps>;
}

/** An access token, and until when it is good if its session lasts as long. */
export interface NewAccess {
  readonly accessTokenHash: string;
  readonly accessUntil: Date;
}

export interface NewSession extends NewAccess {
  readonly id: string;
  readonly expiresAt: Date;
  /** What is remembered of the claims, as JSON. */
  readonly claims: string;
  readonly origin: Origin;
  readonly tokenKey: string;
  readonly tokenExpiresAt: Date;
}

export type NewLease = Pick<
  LeaseRecord,
  | 'id'
  | 'role'
  | 'engine'
  | 'revocability'
  | 'policyId'
  | 'policyVersion'
  | 'expiresAt'
  | 'heartbeatSeconds'
  | 'credentialExpiresAt'
  | 'revokeData'
> & {
  /** What the engine made does not go with the credential: it is revoked at the lease's end, too, until it is gone. */
  readonly lingers?: boolean;
  /** The job's own, for the mint; it is not kept. */
  readonly publicKey?: string | undefined;
};

/** What has to be approved before it opens a session. */
export interface Deferral extends Presented, Omit<NewOpening, 'session' | 'leases' | 'atOnce' | 'caps'> {
  readonly roles: readonly string[];
  readonly waiting: {
    readonly id: string;
    /** What is asked for, as JSON. */
    readonly asked: string;
    readonly claims: string;
    readonly origin: Origin;
    readonly tokenKey: string;
    readonly tokenExpiresAt: Date;
    readonly expiresAt: Date;
  };
}

export type DeferOutcome =
  | {
      readonly kind: 'deferred';
      readonly id: string;
      readonly expiresAt: Date;
      readonly superseded: readonly LeaseRecord[];
    }
  | Refused;

export interface Poll {
  readonly proof: UsedProof;
  readonly id: string;
  readonly thumbprint: string;
  readonly now: Date;
}

/** What makes a session's access token anew. */
export interface Extension extends NewAccess, Presented {
  readonly thumbprint: string;
  readonly issuer: string;
  readonly job: JobIdentity;
  readonly sessionId: string;
  /** Where the request names a handle, it is the session's. */
  readonly handleHash: string | undefined;
  readonly now: Date;
}

/** By what a request enters a running session. */
export interface SessionEntry {
  readonly proof: UsedProof;
  readonly accessTokenHash: string;
  readonly thumbprint: string;
  readonly now: Date;
}

/** A further lease in a running session, or one in another's place. */
export interface Addition extends SessionEntry {
  readonly issuer: string;
  readonly job: JobIdentity;
  readonly requestId: string;
  readonly detailsHash: string;
  readonly replaces: string | undefined;
  readonly lease: NewLease;
  readonly limits: SessionLimits;
  /** Of the lease’s role; undefined: it has none. */
  readonly caps: RoleCaps | undefined;
}

/** Nothing was granted. */
export type Refused = PlainlyRefused | RefusedByCap;

interface PlainlyRefused {
  readonly kind:
    | Exclude<ProofUse, 'new'>
    | 'token-used'
    | 'token-of-other-key'
    | 'handle-of-other-key'
    | 'other-handle'
    | 'idempotency-conflict'
    | 'given-back'
    | 'session-over'
    | 'no-such-session'
    | 'job-closed'
    | 'role-in-use'
    | 'budget-spent'
    | 'too-many-keys'
    | 'no-access'
    | 'session-too-old'
    | 'not-renewable'
    | 'renewed-already'
    | 'no-such-transaction'
    | 'rejected'
    | 'approval-expired'
    | 'frozen'
    | 'token-too-old';
  /** What was taken back because of it (`on_excess`, `on_replay`). */
  readonly revoked: readonly LeaseRecord[];
}

interface RefusedByCap {
  readonly kind: 'over-cap';
  readonly revoked: readonly [];
  readonly over: OverCap;
}

/** A role of which as much is lent as its caps allow. */
export interface OverCap {
  readonly role: string;
  readonly conditions: readonly Condition[];
  /** Where nothing but its rate stands against it: when the rate allows one more. */
  readonly freeAt: Date | undefined;
}

export type OpenOutcome =
  | {
      readonly kind: 'opened';
      readonly sessionId: string;
      readonly accessExpiresAt: Date;
      /** What it took the place of: the same request before, or lower attempts of the run. */
      readonly superseded: readonly LeaseRecord[];
    }
  | Refused;

export type ExtendOutcome = { readonly kind: 'extended'; readonly accessExpiresAt: Date } | Refused;

export type AddOutcome =
  | { readonly kind: 'added'; readonly sessionId: string; readonly superseded: readonly LeaseRecord[] }
  | Refused;

/** @param revoked what was taken back because of it */
export function refused(kind: PlainlyRefused['kind'], revoked: readonly LeaseRecord[] = []): PlainlyRefused {
  return { kind, revoked };
}
