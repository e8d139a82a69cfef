/** What can be wrong with a line. */
export type ProblemKind =
  /** Not a line of an audit log. */
  | 'unreadable'
  /** Its content is not what was written. */
  | 'changed'
  /** The same content, written otherwise. */
  | 'respelled'
  /** Lines before it are not there. */
  | 'missing'
  /** Not at its place: put in, repeated or moved. */
  | 'misplaced'
  | 'signature'
  | 'key'
  /** What was before it cannot be known. */
  | 'gap';

/** Something about one line. */
export interface Finding {
  /** From 1, counted over all files. */
  readonly line: number;
  readonly chain?: string;
  readonly sequence?: number;
  /** A sentence without its full stop. */
  readonly what: string;
}

export interface Problem extends Finding {
  readonly kind: ProblemKind;
}

/** What a check of a log found. */
export interface AuditReport {
  readonly intact: boolean;
  readonly lines: number;
  readonly events: number;
  readonly chains: number;
  /** Times of the first and the last event, RFC 3339. */
  readonly from?: string;
  readonly until?: string;
  /** True when the keys were given; false when the one was believed with which the log begins. */
  readonly keysGiven: boolean;
  /** Thumbprints of the keys that signed, and how many events each. */
  readonly keys: readonly { readonly thumbprint: string; readonly events: number }[];
  /** The last event: whoever keeps it elsewhere can tell later that it is still there. */
  readonly last?: { readonly chain: string; readonly sequence: number; readonly fingerprint: string };
  /** How many there are; the first of them are listed. */
  readonly problemCount: number;
  readonly problems: readonly Problem[];
  readonly noticeCount: number;
  /** What is in order and should be known. */
  readonly notices: readonly Finding[];
}

/** Keeps the first findings and counts all, so that a log of any length takes the same memory. */
export class Findings<T> {
  readonly first: T[] = [];
  count = 0;

  add(finding: T): void {
    this.count += 1;
    if (this.first.length < 50) this.first.push(finding);
  }
}
