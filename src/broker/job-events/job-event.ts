import type { Secret } from '../../domain/secret.ts';

/** A platform that tells us by webhook when a job has ended. */
export interface JobEvents {
  /** The platform's name in broker.yaml, and the end of the path: `/webhooks/github`. */
  readonly name: string;
  /** The keys of a hook in broker.yaml that say for whom it speaks, each with the claim whose values it lists. */
  readonly lists: Readonly<Record<string, string>>;
  /** What is wrong with a secret, if the platform would never have made it. */
  secretProblem(secret: Secret): string | undefined;
  /**
   * What can be judged without a secret.
   * @throws Refusal `invalid_request` for headers that are missing, or stand there twice
   */
  checkForm(delivery: Delivery): void;
  /** Whether the platform sent it with this secret; compared in the same time whatever differs. */
  isFrom(secret: Secret, delivery: Delivery, now: Date): Promise<boolean>;
  /** @throws Refusal `invalid_request` for content that the platform does not send */
  read(delivery: Delivery): JobEvent;
}

/** One request as it came in. */
export interface Delivery {
  readonly headers: Pick<Headers, 'get'>;
  /** The content octets: signatures are over them, not over what they mean. */
  readonly body: Uint8Array;
}

export type JobEvent =
  | { readonly kind: 'ping' }
  /** Something else than the end of a job. */
  | { readonly kind: 'other' }
  | JobEnd;

/** A job has ended. */
export interface JobEnd {
  readonly kind: 'ended';
  /**
   * What the job's ID token would say of it, each by itself enough to name the job: a platform may have two numbers for
   * one job.
   */
  readonly jobs: readonly [JobClaims, ...JobClaims[]];
  /** Further claims that the event gives of the repository or project. */
  readonly claims: JobClaims;
  /** The platform's name for this delivery, the same when it is repeated; undefined: it gives none. */
  readonly delivery: string | undefined;
}

export type JobClaims = Readonly<Record<string, string>>;
