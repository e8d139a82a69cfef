import { startDeadline, type Deadline } from '../domain/deadline.ts';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Intent, OwedLease } from '../domain/intent.ts';
import type { Job } from '../domain/job.ts';
import type { ReturnedLease } from '../domain/lease.ts';
import { findIdTokenSource } from '../id-tokens/registry.ts';
import type { Call } from '../protocol/http.ts';
import type { WayBack } from '../providers/provider.ts';
import { findProvider } from '../providers/registry.ts';
import { masksOfIdToken } from '../redaction/masks.ts';

/** How giving back one entry of the ledger went. */
export interface Return {
  readonly intent: Intent;
  /** `over`: nothing lives any more. `queued`: the broker has it durably in its queue. */
  readonly result: 'over' | 'queued' | 'lives-on' | 'failed';
  /** The leases that it is about, with what is known of each now. */
  readonly leases: readonly (OwedLease & { readonly state: ReturnedLease['state'] | 'unknown' })[];
  readonly error?: CredsError;
  readonly tookMs: number;
}

export interface Means {
  readonly job: Job;
  readonly host: Host;
  readonly deadline?: Deadline;
  /**
   * What may be sent where the entry says, besides its handle; `any` if nothing is said. `none` for an entry that
   * another step could have written; `held` where such a step has the job’s only ID token as well as we.
   */
  readonly idTokens?: 'none' | 'held' | 'any';
}

const budgetSeconds = 20;

/**
 * Gives back what one entry owes: by handle, then by a fresh ID token; tried again for 20 seconds. Never throws:
 * what went wrong is in the result.
 */
export async function giveBack(intent: Intent, means: Means): Promise<Return> {
  const { job, host, deadline } = means;
  const start = host.clock.monotonicMs();
  const done = (result: Return['result'], rest: Partial<Return> = {}): Return => ({
    intent,
    result,
    leases: intent.leases.map((lease) => ({ ...lease, state: 'unknown' as const })),
    tookMs: host.clock.monotonicMs() - start,
    ...rest,
  });
  try {
    const provider = await findProvider(intent.provider);
    if (isPast(intent, host.clock.now()) && !(provider.renewable && intent.kept?.['token'] !== undefined))
      return done('over', {
        leases: intent.leases.map((lease) => ({ ...lease, state: 'expired' as const })),
      });
    const ids = intent.leases.map(({ id }) => id);
    const trust = intent.post.caCert === '' ? undefined : host.files.read(intent.post.caCert, 1024 * 1024);
    const call: Call = {
      host,
      deadline: deadline ?? startDeadline(host.clock, budgetSeconds),
      ...(trust === undefined ? {} : { trust }),
      onRetry: (text) => {
        job.tell('info', text);
      },
    };
    const returned = await provider.giveBack(
      { ...intent.kept, ...intent.debt },
      ids,
      await wayBack(intent, means, call),
    );
    return done(...judged(intent, returned));
  } catch (error) {
    const known =
      error instanceof CredsError
        ? error
        : new CredsError('internal', 'Giving back failed.', { cause: error });
    return done('failed', { error: known });
  }
}

function isPast({ leases }: Intent, now: Date): boolean {
  return leases.length > 0 && leases.every(({ expiresAt }) => Date.parse(expiresAt) <= now.getTime());
}

async function wayBack(intent: Intent, { job, idTokens = 'any' }: Means, call: Call): Promise<WayBack> {
  const { audience } = intent;
  const source = await findIdTokenSource(intent.idToken, job).catch(() => undefined);
  if (source === undefined || idTokens === 'none') return { call, audience };
  const hidden = (idToken: IdToken): IdToken => {
    job.mask(masksOfIdToken(idToken.token));
    return idToken;
  };
  if (source.mints) {
    if (idTokens === 'held') return { call, audience };
    return { call, audience, idToken: async (bound) => hidden(await source.request(bound, call)) };
  }
  // The one that the job began with, if this shell has it: its audience names no key, and it may be presented again.
  const held = await source.request(audience, call).catch(() => undefined);
  if (held === undefined || held.expiresAt <= call.host.clock.now()) return { call, audience };
  return { call, audience, idToken: () => Promise.resolve(hidden(held)) };
}

function judged(
  intent: Intent,
  returned: readonly ReturnedLease[] | undefined,
): [Return['result'], Partial<Return>] {
  if (returned === undefined) {
    return ['lives-on', { leases: intent.leases.map((lease) => ({ ...lease, state: 'active' as const })) }];
  }
  const owed = intent.leases.map((lease) => {
    const state = returned.find(({ id }) => id === lease.id)?.state;
    if (state !== undefined) return { ...lease, state };
    return {
      ...lease,
      state: lease.revocability === 'expiry-only' ? ('active' as const) : ('revoked' as const),
    };
  });
  const others = returned
    .filter(({ id }) => !intent.leases.some((lease) => lease.id === id))
    .map(({ id, state, revocability, expiresAt }) => ({
      id,
      role: '',
      expiresAt: expiresAt.toISOString(),
      revocability,
      state,
    }));
  const leases = [...owed, ...others];
  const endsLater = leases.some(
    ({ revocability, state }) => revocability === 'expiry-only' && state !== 'expired',
  );
  if (endsLater) return ['lives-on', { leases }];
  return [leases.some(({ state }) => state === 'revoking') ? 'queued' : 'over', { leases }];
}
