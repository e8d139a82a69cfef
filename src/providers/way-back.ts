import type { IdToken } from '../domain/id-token.ts';
import type { Debt } from '../domain/intent.ts';
import type { ReturnedLease } from '../domain/lease.ts';
import type { Call } from '../protocol/http.ts';

/** How a provider takes back what it has lent. A file of its own for each; see returns.ts. Post reads it and nothing of borrowing. */
export interface Return {
  /** What the provider lends somebody who has it can renew: that its end has passed proves nothing. */
  readonly renewable?: true;
  /**
   * Gives back what an intent of this provider owes.
   * @param debt what `Opening.debt` was
   * @param leaseIds what the job knows to have borrowed; empty: whatever there is
   * @returns the state of each lease, and none that is unknown; undefined where nothing can ever be given back
   * @throws CredsError when it could not be made sure
   */
  giveBack(debt: Debt, leaseIds: readonly string[], way: WayBack): Promise<ReturnedLease[] | undefined>;
}

/** The means to give back. */
export interface WayBack {
  readonly call: Call;
  /** Base audience of the exchange. */
  readonly audience: string;
  /**
   * Finds out how to ask the platform for an ID token of an audience; undefined where it gives none any more. Looked for
   * when it is needed: mostly it is not.
   */
  readonly idToken?: () => Promise<((audience: string) => Promise<IdToken>) | undefined>;
}
