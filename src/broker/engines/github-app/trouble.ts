/** GitHub did not do what it was asked. The message is a sentence for an operator; it has nothing of what came, and no secret. */
export class GithubTrouble extends Error {
  /** False: it is not known whether GitHub has done it all the same. */
  readonly undone: boolean;
  /** GitHub wants no request until then, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, details: { readonly undone: boolean; readonly retryAfterSeconds?: number }) {
    super(`GitHub: ${message}`);
    this.name = 'GithubTrouble';
    this.undone = details.undone;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}
