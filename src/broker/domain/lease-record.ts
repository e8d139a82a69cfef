import type { Revocability } from '../../domain/lease.ts';
import type { Secret } from '../../domain/secret.ts';

/**
 * ```
 * intent → active → revoking → revoked | expired | failed (over by itself, when no attempt to revoke had succeeded)
 *   ├→ void         never minted
 *   └→ superseded   a repetition of the request took its place
 * ```
 */
export type LeaseState = (typeof leaseStates)[number];

export const leaseStates = [
  'intent',
  'active',
  'revoking',
  'revoked',
  'expired',
  'failed',
  'void',
  'superseded',
] as const;

/** What the store knows of one lease. Nothing in it is secret. */
export interface LeaseRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly issuer: string;
  readonly job: string;
  readonly role: string;
  readonly engine: string;
  readonly state: LeaseState;
  readonly revocability: Revocability;
  readonly policyId: string;
  readonly policyVersion: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** When it ends as things stand: earlier than `expiresAt` for want of a heartbeat, or since it was replaced. */
  readonly endsAt: Date;
  /** It ends so many seconds after the last heartbeat; 0: it needs none. */
  readonly heartbeatSeconds: number;
  /** When the credential dies by itself. */
  readonly credentialExpiresAt: Date;
  /** True while a mint is under way or its outcome unknown. */
  readonly minting: boolean;
  /** What the engine needs to revoke, nothing secret. */
  readonly revokeData: Readonly<Record<string, string>>;
  /** A secret that the engine needs to revoke lies sealed in the store. */
  readonly sealed: boolean;
  /** Failed attempts to revoke. */
  readonly attempts: number;
  /** Where the engine made it: leases of one place have one name for it. Empty for those of the version before. */
  readonly backend: string;
}

/** A lease as its engine is given it to revoke. */
export interface RevocableLease extends LeaseRecord {
  /** What `issue` gave; undefined: nothing, or the mint was cut off before it was kept. */
  readonly revokeSecret?: Secret;
}

/** A lease's id as operators name it; in this version it has 24 digits. */
export const leaseIdPattern = /lse_[0-9a-f]{1,64}/;

export const leaseIdForm =
  'a lease’s id is lse_ and 24 digits and letters from a to f, as `lease list` shows it; in a backend, ec_ stands before it';

/** The name of the backend's object, by which it can be found when all else is lost. */
export function backendName(leaseId: string): string {
  return `ec_${leaseId}`;
}

/** In a role of several parts each has an id of its own, so that no two make an object of one name. */
export function partId(leaseId: string, part: number): string {
  return part === 1 ? leaseId : `${leaseId}_${String(part)}`;
}

/** The lease to which a part's id belongs. */
export function leaseOf(id: string): string {
  return id.replace(/(_[^_]+)_\d+$/, '$1');
}
