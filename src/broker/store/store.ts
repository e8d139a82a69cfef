import type { Census } from './census.ts';
import type { LeaseRecord, LeaseState } from '../domain/lease-record.ts';
import type { DeferredRecord } from '../domain/deferred-record.ts';
import type { Freeze } from '../domain/freeze.ts';
import type { LeaseSelector } from '../domain/lease-selector.ts';
import type { SessionRecord } from '../domain/session-record.ts';
import type { FreezeChange } from './freeze.ts';
import type { Ended } from './end-selected.ts';
import type { LeaseQuery, SelectedLease, Selection } from './select-leases.ts';
import type {
  AddOutcome,
  Addition,
  DeferOutcome,
  Deferral,
  ExtendOutcome,
  Extension,
  Opening,
  OpenOutcome,
  OverCap,
  Poll,
  Refused,
  SessionEntry,
} from './session-requests.ts';
import type { JobEventStore } from './job-event-store.ts';
import type { SecretStore } from './secret-store.ts';
import type { Marked, StoreClock, TimeMark } from './store-clock.ts';
import type { CappedRequest } from './role-caps.ts';
import type { ProofUse, UsedProof } from './used-once.ts';

/**
 * The broker's memory. Every call is one transaction, durable when it resolves. Nothing in it is secret that is not
 * sealed: tokens and handles are known by their SHA-256 only.
 */
export interface Store {
  /** Whether other brokers may work on it as well. */
  readonly shared: boolean;
  /** The database's own clock, where that is not the broker's. @throws StoreError */
  readonly time?: () => Promise<Date>;
  /** What the broker itself keeps, sealed. */
  readonly secrets: SecretStore;
  /** What platforms have told of the ends of jobs. */
  readonly jobEvents: JobEventStore;
  /** Step 8 of PROTOCOL.md's order: proof, token, session and intents, or nothing but the proof's and token's use. */
  openSession(opening: Opening): Promise<OpenOutcome>;
  /** A new access token for a session that has not ended, by the same key and job. The session's end stays. */
  extendSession(extension: Extension): Promise<ExtendOutcome>;
  /** The running session of an access token and its key; undefined when token or session is over or another key's. */
  findSession(entry: Omit<SessionEntry, 'proof'>): Promise<SessionRecord | undefined>;
  /** The intent of a further lease, or of one in another's place. A known request id is a repetition. */
  addLease(addition: Addition): Promise<AddOutcome>;
  /** A lease of the session that the access token names; undefined when there is none of this id. */
  readLease(
    entry: SessionEntry & { readonly leaseId: string },
  ): Promise<{ readonly kind: 'read'; readonly lease: LeaseRecord | undefined } | Refused>;
  /** The platform said that the job has ended: what it has is taken back, and it borrows nothing more. */
  closeJob(closing: Closing): Promise<readonly LeaseRecord[] | 'full'>;
  /** Jobs with live leases about which to ask their platform, claimed until `again`. */
  claimJobs(claim: PollClaim): Promise<readonly JobToAsk[]>;
  /** Keeps a request until it is approved. The same request again is the same transaction. */
  defer(deferral: Deferral): Promise<DeferOutcome>;
  /** How a request that waits stands, for the key that made it. */
  pollDeferred(poll: Poll): Promise<{ readonly kind: 'polled'; readonly record: DeferredRecord } | Refused>;
  findDeferred(id: string): Promise<DeferredRecord | undefined>;
  /** The first decision stands; where several must agree, the first rejection does. */
  decideDeferred(verdict: Verdict): Promise<Decided>;
  /** Puts off the end of the session's leases that need heartbeats. */
  heartbeat(entry: SessionEntry): Promise<{ readonly kind: 'alive' } | Refused>;
  /** The mints of a request have succeeded. Else something came between, and all are queued for revocation. */
  activate(minted: readonly MintedLease[], now: Date): Promise<'active' | 'superseded' | 'frozen'>;
  /** A request failed: what was or may have been minted goes to `revoking`, the rest becomes `void`. */
  abandon(leases: Abandoned, now: Date): Promise<void>;
  /**
   * Ends sessions and queues their leases for revocation. A handle that nobody knows leaves a tombstone.
   * @returns the leases of those sessions, whatever their state; `full`: no room for a tombstone
   */
  beginRevocation(target: RevocationTarget, now: Date): Promise<RevocationOutcome>;
  /** Of which of these roles as much is lent as may be, as things stand. Takes nothing. */
  overCaps(requests: readonly CappedRequest[]): Promise<readonly OverCap[]>;
  /** Uses up a proof by itself, for requests that change nothing else. */
  useProof(proof: UsedProof): Promise<ProofUse>;
  lease(id: string): Promise<LeaseRecord | undefined>;
  leases(ids: readonly string[]): Promise<readonly LeaseRecord[]>;
  /** A page of what an operator looks for. */
  selectLeases(query: LeaseQuery): Promise<readonly SelectedLease[]>;
  countSelected(selector: LeaseSelector, now: Date): Promise<Selection>;
  /** Ends one batch of what an operator selects; to be called until it finds nothing more. */
  endSelected(selector: LeaseSelector, batch: { readonly limit: number; readonly now: Date }): Promise<Ended>;
  freeze(): Promise<Freeze>;
  /** Holds for every broker on this store when it resolves. @returns how it was before */
  setFreeze(change: FreezeChange): Promise<Freeze>;
  /** The backends in which a revocation is due. */
  dueBackends(now: Date): Promise<readonly string[]>;
  /** Leases whose revocation is due, in one backend or in all, claimed for so long that no other worker takes them up. */
  claimDue(now: Date, limit: number, backend?: string): Promise<readonly LeaseRecord[]>;
  /** Of these leases those whose revocation is due and that nobody has claimed, claimed like the others. */
  claim(ids: readonly string[], now: Date): Promise<readonly LeaseRecord[]>;
  /** Gives claims back: whoever comes first takes them up. */
  release(ids: readonly string[], now: Date): Promise<void>;
  /** What `MintedLease.sealedSecret` was, for the one who revokes; empty: nothing. */
  sealed(id: string): Promise<string>;
  /** The outcome of an attempt to revoke. */
  settle(id: string, outcome: Settled): Promise<void>;
  /** Ends a part of what is past its end. @returns the leases that changed, in their new state; none: that was all */
  expire(now: Date): Promise<readonly LeaseRecord[]>;
  /** Takes up mints that nobody finished: begun before `before`, outcome unknown. @returns what is now revoking */
  reconcile(before: Date, now: Date): Promise<readonly LeaseRecord[]>;
  clock(): Promise<StoreClock>;
  /** Writes down that lease time has come so far. @returns the clock as it was before; undefined: nothing new, see `TimeMark` */
  markTime(mark: TimeMark): Promise<Marked | undefined>;
  /**
   * The store was restored from a backup: all sessions that it knows end.
   * @returns their leases, now revoking; undefined: another broker has done it, nothing was changed
   */
  beginAnew(restored: Restored): Promise<readonly LeaseRecord[] | undefined>;
  /** Queues what was found in a backend, unless it is a lease that lives. @returns the ids of what was queued */
  adopt(orphans: readonly Orphan[], now: Date): Promise<readonly string[]>;
  noteSwept(restoredAt: Date): Promise<void>;
  /** Forgets some of what no longer serves: used proofs and tokens an hour past their end, old leases. @returns whether there is more */
  purge(now: Date): Promise<boolean>;
  /** What is not over, counted. */
  census(now: Date): Promise<Census>;
  /** Rejects when the store cannot write. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** How far the store had come by what its broker knows, when that was found out, and lease time. */
export interface Restored {
  /** Who found it out. */
  readonly broker: string;
  readonly reached: Date;
  /** Whether all lending was stopped when this broker last wrote. */
  readonly frozen: boolean;
  readonly at: Date;
  readonly now: Date;
}

/** An object of a backend, by the lease in its name. */
export type Orphan = Pick<LeaseRecord, 'id' | 'role' | 'engine' | 'revokeData'>;

export interface MintedLease {
  readonly id: string;
  readonly credentialExpiresAt: Date;
  readonly revokeData: Readonly<Record<string, string>>;
  /** A JWE; undefined: revoking needs no secret. */
  readonly sealedSecret?: string;
}

/** Leases of a request that failed. */
export interface Abandoned {
  readonly toRevoke: readonly string[];
  readonly unminted: readonly string[];
  /** What was minted of `toRevoke`: what revoking it needs is kept. */
  readonly minted?: readonly Pick<MintedLease, 'id' | 'revokeData' | 'sealedSecret'>[];
}

export type RevocationTarget = {
  /** Only these leases; undefined: all, and the sessions end. */
  readonly leaseIds?: readonly string[];
} & (
  | { readonly handleHash: string; readonly tombstoneUntil: Date }
  | ({ readonly proof: UsedProof } & (
      | { readonly accessTokenHash: string; readonly thumbprint: string }
      | { readonly issuer: string; readonly job: string }
    ))
);

export type RevocationOutcome = readonly LeaseRecord[] | 'full' | Exclude<ProofUse, 'new'>;

export type Settled =
  | { readonly state: Extract<LeaseState, 'revoked'> }
  | { readonly state: Extract<LeaseState, 'revoking'>; readonly nextAt: Date };

/** A job that has ended. */
export interface Closing {
  readonly issuer: string;
  readonly job: string;
  /** When the last of its tokens that nobody presented yet is too old. */
  readonly until: Date;
  readonly now: Date;
}

export interface PollClaim {
  readonly issuer: string;
  readonly now: Date;
  /** When they may be asked about again, by whomever. */
  readonly again: Date;
  readonly limit: number;
}

/** A job, and the claims with which it borrowed. */
export interface JobToAsk {
  readonly job: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What an approver said. */
export interface Verdict {
  readonly id: string;
  readonly state: 'approved' | 'rejected';
  readonly by: string;
  /** How many must agree; left out, one. */
  readonly approvers?: number;
  readonly now: Date;
}

/** `noted`: others must agree, too. `again`: this one has agreed before. `late`: there is nothing to decide any more. */
export type Decided = 'decided' | 'noted' | 'again' | 'late';

/** The store did not do what it was asked; whether a write happened is not known. */
export class StoreError extends Error {
  constructor(cause: unknown) {
    super('the store does not answer', { cause });
    this.name = 'StoreError';
  }
}
