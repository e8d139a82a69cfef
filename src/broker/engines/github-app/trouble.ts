import { BackendFailure, type ToldReason } from '../../domain/backend-failure.ts';

interface Details {
  readonly undone: boolean;
  readonly retryAfterSeconds?: number;
  readonly told?: ToldReason;
}

/** GitHub did not do what it was asked. The message is a sentence for an operator; it has nothing of what came, and no secret. */
export class GithubTrouble extends BackendFailure {
  /** False: it is not known whether GitHub has done it all the same. */
  readonly undone: boolean;
  /** GitHub wants no request until then, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  /** @param details a refusal, where it does not say why */
  constructor(message: string, details: Details) {
    super(`GitHub: ${message}`, details.told ?? { reason: 'refused' });
    this.name = 'GithubTrouble';
    this.undone = details.undone;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}
