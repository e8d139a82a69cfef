import type { LeaseRecord } from '../domain/lease-record.ts';
import type { Closing } from './store.ts';
import type { UsedOnce } from './used-once.ts';

/**
 * Ends of jobs that platforms have told and that are not closed yet: what was answered 2xx lies here. Every call is one
 * transaction, as those of `Store`. Who works on an event has claimed it; a claim that ran out is anybody's.
 */
export interface JobEventStore {
  /** Keeps an event, once a delivery, claimed by whoever took it; nothing is kept of one that is not `queued`. */
  take(event: JobEnding, waiting: Waiting): Promise<EventTaking>;
  /** Closes the jobs of an event that is claimed. The same again has the same outcome, until `finish`. */
  close(event: QueuedEvent, now: Date): Promise<EventOutcome>;
  /** All of it is done, or there is nothing to be done. */
  finish(id: string): Promise<void>;
  /** It could not be done: it waits until then, whoever has it. */
  putOff(id: string, nextAt: Date): Promise<void>;
  /** Claims what is due, of each owner in turn. */
  claim(claim: EventClaim): Promise<readonly QueuedEvent[]>;
  /** Gives claims back, these or all: whoever comes first takes them up. */
  release(ids: readonly string[] | 'all', now: Date): Promise<void>;
  load(): Promise<EventLoad>;
}

/** Jobs that an event of their platform says have ended: several names of one job. */
export interface JobEnding extends Omit<Closing, 'job' | 'now'> {
  readonly jobs: readonly string[];
  /** By what a repetition is known, and until when; undefined: the platform gives deliveries no name. */
  readonly delivery: UsedOnce | undefined;
  /** The sender speaks for jobs whose ID token had one of these values in this claim. */
  readonly scope: { readonly claim: string; readonly values: readonly string[] };
  /** Whether a job is closed that the store does not know. */
  readonly closesUnknown: boolean;
  /** Of whom it is, as far as the event says it: none may have so many waiting that others have no room. */
  readonly owner: string;
  /** For the audit log. */
  readonly facts: Readonly<Record<string, string>>;
}

/** How an event is kept. */
export interface Waiting {
  readonly id: string;
  /** Until when nobody else takes it up. */
  readonly claimedUntil: Date;
  /** When there is nothing left to close, and it is forgotten. */
  readonly expiresAt: Date;
  readonly now: Date;
}

/** One that is kept. */
export interface QueuedEvent extends Omit<JobEnding, 'delivery'> {
  readonly id: string;
  /** How often it was put off. */
  readonly attempts: number;
}

/** `foreign`: the job is another's; `unknown`: it is not known, and not to be closed; `full`: its owner has no room. */
export type EventTaking = 'queued' | 'repeated' | 'foreign' | 'unknown' | 'full';

/** What was taken back, or: `gone`: somebody else has finished it; `full`: no room for another ended job. */
export type EventOutcome = readonly LeaseRecord[] | 'gone' | 'foreign' | 'full';

export interface EventClaim {
  readonly now: Date;
  readonly until: Date;
  readonly limit: number;
  /** The owner who had the last turn; empty: nobody had one. */
  readonly after: string;
}

export interface EventLoad {
  readonly waiting: number;
  /** Since when the first of them waits. */
  readonly since: Date | undefined;
}
