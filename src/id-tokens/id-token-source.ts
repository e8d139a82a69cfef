import type { IdToken } from '../domain/id-token.ts';
import type { Job } from '../domain/job.ts';
import type { Call } from '../protocol/http.ts';

/** Where an ID token comes from. One file each; see registry.ts. */
export interface IdTokenSource {
  readonly name: string;
  /** True where each request mints a new token for the audience that is asked for. */
  readonly mints: boolean;
  /** The variable that holds the token; absent where none does. */
  readonly variable?: string;
  /**
   * @param audience exactly what `aud` has to be
   * @throws CredsError; with `retryAfterSeconds` where asking again may help
   */
  request(audience: string, call: Call): Promise<IdToken>;
}

/** Makes the source for a job; `name` is what stands behind the colon of `id-token: env:NAME`. */
export type IdTokenSourceFactory = (job: Job, name: string) => IdTokenSource;
