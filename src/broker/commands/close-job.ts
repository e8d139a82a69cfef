import { Refusal } from '../domain/refusal.ts';
import type { Broker } from './broker.ts';
import { takenBack } from './keep-leases.ts';

/** What a token's age may be beyond its issuer's maximum, since clocks differ. */
const leewayMs = 60_000;

/**
 * The platform said that a job has ended: what it has is taken back, and its requests are refused until the last of its
 * tokens is too old.
 * @param closing the issuer's URL, and the job as its identity names it
 * @throws Refusal `temporarily_unavailable` when too many jobs are remembered already; the platform will say it again
 */
export async function closeJob(
  broker: Broker,
  { issuer, job }: { readonly issuer: string; readonly job: string },
): Promise<void> {
  const trusted = broker.issuers.get(issuer);
  if (trusted === undefined) return;
  const now = broker.host.clock.now();
  const until = new Date(now.getTime() + trusted.issuer.maxAgeSeconds * 1000 + leewayMs);
  const leases = await broker.store.closeJob({ issuer, job, until, now });
  if (leases === 'full')
    throw new Refusal('temporarily_unavailable', 'too many ended jobs are remembered', {
      reason: 'store',
      retryAfterSeconds: 60,
    });
  await broker
    .audit([
      {
        name: 'session',
        outcome: 'success',
        message: 'job closed',
        detail: { issuer, job, leases: leases.map(({ id }) => id) },
      },
    ])
    .catch(() => undefined);
  await takenBack(broker, leases);
}
