import { startDeadline, type Deadline } from '../domain/deadline.ts';
import { CredsError, missingFile } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Intent, OwedLease } from '../domain/intent.ts';
import type { Job } from '../domain/job.ts';
import type { ReturnedLease } from '../domain/lease.ts';
import type { Call } from '../protocol/http.ts';
import { findReturn } from '../providers/returns.ts';

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
  const { host } = means;
  const start = host.clock.monotonicMs();
  const done = (result: Return['result'], rest: Partial<Return> = {}): Return => ({
    intent,
    result,
    leases: intent.leases.map((lease) => ({ ...lease, state: 'unknown' as const })),
    tookMs: host.clock.monotonicMs() - start,
    ...rest,
  });
  try {
    const way = await findReturn(intent.provider);
    if (
      isPast(intent, host.clock.now()) &&
      !(way?.renewable === true && intent.kept?.['token'] !== undefined)
    )
      return done('over', {
        leases: intent.leases.map((lease) => ({ ...lease, state: 'expired' as const })),
      });
    if (way === undefined) return done(...judged(intent, undefined));
    const ids = intent.leases.map(({ id }) => id);
    const call = callFor(intent, means);
    const returned = await way.giveBack({ ...intent.kept, ...intent.debt }, ids, {
      call,
      audience: intent.audience,
      idToken: () => wayToAsk(intent, means, call),
    });
    return done(...judged(intent, returned));
  } catch (error) {
    const known =
      error instanceof CredsError
        ? error
        : (missingFile(error) ?? new CredsError('internal', 'Giving back failed.', { cause: error }));
    return done('failed', { error: known });
  }
}

function isPast({ leases }: Intent, now: Date): boolean {
  return leases.length > 0 && leases.every(({ expiresAt }) => Date.parse(expiresAt) <= now.getTime());
}

function callFor({ post }: Intent, { job, host, deadline }: Means): Call {
  const trust = trustOf(post.caCert, host);
  return {
    host,
    deadline: deadline ?? startDeadline(host.clock, budgetSeconds),
    ...(trust === undefined ? {} : { trust }),
    onRetry: (text) => {
      job.tell('info', text);
    },
  };
}

function trustOf(caCert: string, { files }: Host): string | undefined {
  if (caCert === '') return undefined;
  return caCert.startsWith('-----BEGIN ') ? caCert : files.read(caCert, 1024 * 1024);
}

/** Loaded when a handle alone did not do. */
async function wayToAsk(
  intent: Intent,
  { job, idTokens = 'any' }: Means,
  call: Call,
): Promise<((audience: string) => Promise<IdToken>) | undefined> {
  if (idTokens === 'none') return undefined;
  const { askFor } = await import('./id-token-for-return.ts');
  return askFor(intent, { job, mayMint: idTokens === 'any' }, call);
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
