import type { IdToken } from '../domain/id-token.ts';
import type { Intent } from '../domain/intent.ts';
import type { Job } from '../domain/job.ts';
import { findIdTokenSource } from '../id-tokens/registry.ts';
import type { Call } from '../protocol/http.ts';
import { masksOfIdToken } from '../redaction/id-token-masks.ts';

/**
 * How to ask for an ID token with which something is given back; it is hidden before anyone has it.
 * @param mayMint false where only the one may be used that the job began with
 * @returns undefined where there is none
 */
export async function askFor(
  { audience, idToken }: Intent,
  { job, mayMint }: { readonly job: Job; readonly mayMint: boolean },
  call: Call,
): Promise<((audience: string) => Promise<IdToken>) | undefined> {
  const source = await findIdTokenSource(idToken, job).catch(() => undefined);
  if (source === undefined) return undefined;
  const hidden = (token: IdToken): IdToken => {
    job.mask(masksOfIdToken(token.token));
    return token;
  };
  if (source.mints) return mayMint ? async (bound) => hidden(await source.request(bound, call)) : undefined;
  // The one that the job began with, if this shell has it: its audience names no key, and it may be presented again.
  const held = await source.request(audience, call).catch(() => undefined);
  if (held === undefined || held.expiresAt <= call.host.clock.now()) return undefined;
  return () => Promise.resolve(hidden(held));
}
