/** A platform's API, as far as we ask it anything: which question has which address, and what its answer means. */
export interface Forge {
  /** The platform's name in broker.yaml. */
  readonly name: string;
  /** Where an issuer's API is, if broker.yaml does not say; undefined: it must. */
  api(issuer: URL): string | undefined;
  /** Headers that every request carries. */
  headers(token: string): Readonly<Record<string, string>>;
  /** How the job stands of which these claims are; undefined: they name none. */
  job(claims: Claims): Question<JobState> | undefined;
  /**
   * Whether the pull request's head that these claims' run is for lies in the repository itself; undefined: the claims
   * name no such run. Absent where the claims tell it themselves.
   */
  readonly sameRepository?: (claims: Claims) => Question<boolean> | undefined;
}

export type Claims = Readonly<Record<string, unknown>>;

/** `running`: it has not ended; it may wait. */
export type JobState = 'running' | 'ended';

export interface Question<Answer> {
  /** Below the API's address. */
  readonly path: string;
  /** @returns undefined when it speaks of something else than was asked */
  read(answer: Readonly<Record<string, unknown>>): Answer | undefined;
}

/** The platform gave no answer that counts. Its message has nothing of what came. */
export class ForgeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ForgeError';
  }
}
