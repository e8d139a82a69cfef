/** What one request meets on its way in (PROTOCOL.md, Order of verification, step 1). */
export interface Passage {
  /**
   * Does the cryptography of steps 3 and 4 when it is the turn of the caller's network.
   * @throws Refusal `rate_limited` when too many are waiting
   */
  verify<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The same for the signature of a platform's event, which may come only once: it waits in a queue with room for all
   * the jobs of a large organisation that end together, and whoever sent it need not wait for its answer.
   * @param octets how long its content is
   * @throws Refusal `rate_limited` when more is waiting than may lie in memory
   */
  verifyEvent<T>(octets: number, work: () => Promise<T>): Promise<T>;
  /**
   * Does one step of what an event asks for, few at once, so that a thousand of them do not ask the store at the same
   * time, and owners in turn, so that one with a thousand waits behind itself.
   * @throws Refusal `rate_limited` when too many are waiting
   */
  ending<T>(step: EndingStep, of: EventOf, work: () => Promise<T>): Promise<T>;
  /**
   * Counts the request against the repository and the job of which it is now known to be. Only what a signature
   * vouched for may be said here.
   * @throws Refusal `rate_limited`
   */
  identified(names: VerifiedNames): void;
  /** Counts a dry run against its network's bucket for these. @throws Refusal `rate_limited` */
  dryRun(): void;
  /**
   * Counts a platform's event against its owner, whoever's address it comes from.
   * @param owner undefined: the secret is none of ours. Then its network's bucket counts
   * @throws Refusal `rate_limited`
   */
  event(owner: string | undefined): void;
  /** Something was lent: for a while the caller's network does not wait behind strangers. */
  granted(): void;
}

/** Whose request it is, by verified claims. */
export interface VerifiedNames {
  readonly issuer: string;
  /** The value of the issuer's index claim: `repository_id` or `project_id`. */
  readonly index: string;
  /** Undefined where the issuer does not tell the jobs of a run apart. */
  readonly job: string | undefined;
}

/** What is done about the end of a job, in this order. */
export type EndingStep = 'take' | 'close' | 'revoke';

/** Whose event it is, and how many octets it is long. */
export interface EventOf {
  readonly owner: string;
  readonly octets: number;
}
