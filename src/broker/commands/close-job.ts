import type { LeaseRecord } from '../domain/lease-record.ts';
import { Refusal } from '../domain/refusal.ts';
import type { TrustedIssuer } from '../issuers/verify-id-token.ts';
import type { Broker } from './broker.ts';
import { takenBack } from './keep-leases.ts';

/** What a token's age may be beyond its issuer's maximum, since clocks differ. */
const leewayMs = 60_000;

/**
 * The platform said that a job has ended: what it has is taken back, and its requests are refused until the last of its
 * tokens is too old.
 * @param closing the issuer's URL, the job as its identity names it, and how we know of its end
 * @throws Refusal `temporarily_unavailable` when too many jobs are remembered already; the platform will say it again
 */
export async function closeJob(
  broker: Broker,
  { issuer, job, by }: { readonly issuer: string; readonly job: string; readonly by: string },
): Promise<void> {
  const trusted = broker.issuers.get(issuer);
  if (trusted === undefined) return;
  const now = broker.leaseTime.now();
  const leases = await broker.store.closeJob({ issuer, job, until: closedUntil(trusted, now), now });
  if (leases === 'full') throw tooManyEnded();
  await closed(broker, leases, { issuer, job, by });
}

/** When the last token of a job that has ended is too old, and was presented by nobody. */
export function closedUntil({ issuer }: Pick<TrustedIssuer, 'issuer'>, now: Date): Date {
  return new Date(now.getTime() + issuer.maxAgeSeconds * 1000 + leewayMs);
}

/** Writes the end of a job down, and revokes at once what can be. */
async function closed(
  broker: Broker,
  leases: readonly LeaseRecord[],
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await broker
    .audit([
      {
        name: 'session',
        outcome: 'success',
        message: 'job closed',
        detail: { ...facts, leases: leases.map(({ id }) => id) },
      },
    ])
    .catch(() => undefined);
  await takenBack(broker, leases);
}

/** There is no room for another job that is known by nothing but its end. */
function tooManyEnded(): Refusal {
  return new Refusal('temporarily_unavailable', 'too many ended jobs are remembered', {
    reason: 'store',
    retryAfterSeconds: 60,
  });
}
