import type { LeaseRecord } from '../domain/lease-record.ts';
import type { LeaseSelector } from '../domain/lease-selector.ts';
import type { Selection } from '../store/select-leases.ts';
import type { Broker } from './broker.ts';
import { noteStates, revokeNow } from './keep-leases.ts';
import { noteAct, type Act } from './operator-act.ts';
import { selectorFacts } from './select-leases.ts';

/** So many sessions, or leases, in one transaction. */
const batch = 200;
/** So many leases are tried at once here; more are the workers’, of all replicas. */
const mostInline = 100;
const pollMs = 500;

/** What an operator wants taken back. */
export interface RevokeSelected {
  readonly selector: LeaseSelector;
  /** Why, in his words, for the audit log. */
  readonly reason: string;
  /** Only to be told how much it would be. */
  readonly dryRun: boolean;
  /** How long to wait for what can be revoked at once. Milliseconds. */
  readonly waitMs: number;
}

/** What became of it. */
export interface RevokedSelection extends Selection {
  /** Of the leases: how many are revoked, or over, by now. */
  readonly over: number;
  /** Of the leases: how many wait for a backend, or cannot be revoked and end by themselves. */
  readonly revoking: number;
  /** When the last of those ends by itself at the latest. */
  readonly revokingUntil: Date | undefined;
}

/**
 * Ends what the selector means: leases are queued for revocation, and sessions end, so that nothing is renewed. It goes
 * on until nothing more is found, whether or not it can be written down.
 * @throws StoreError when the store failed; what was ended until then stays ended
 */
export async function revokeSelected(
  broker: Broker,
  act: Act,
  order: RevokeSelected,
): Promise<RevokedSelection> {
  const detail = { selector: selectorFacts(order.selector), reason: order.reason };
  if (order.dryRun) {
    const found = await broker.store.countSelected(order.selector, broker.leaseTime.now());
    const message = 'operator asks what would be revoked';
    await noteAct(broker, act, { outcome: 'success', message, detail: { ...detail, ...found } });
    return { ...found, over: 0, revoking: 0, revokingUntil: undefined };
  }
  const note = (outcome: 'success' | 'failure' | 'unknown', message: string, more = {}): Promise<void> =>
    noteAct(broker, act, { outcome, message, detail: { ...detail, ...more } }).catch(() => undefined);
  await note('unknown', 'operator revokes');
  const ended = { leases: [] as LeaseRecord[], sessions: 0, requests: 0 };
  try {
    await endAll(broker, order.selector, ended);
  } catch (error) {
    await note('failure', 'operator’s revocation failed in the middle', countsOf(ended));
    throw error;
  }
  await note('success', 'operator revoked', countsOf(ended));
  await revokeNow(broker, ended.leases.slice(0, mostInline));
  const left = await waitFor(broker, ended.leases, order.waitMs);
  // Not spread into one call: there may be more of them than arguments.
  const last = left.reduce((latest, { credentialExpiresAt: at }) => Math.max(latest, at.getTime()), 0);
  return {
    ...countsOf(ended),
    over: ended.leases.length - left.length,
    revoking: left.length,
    revokingUntil: left.length === 0 ? undefined : new Date(last),
  };
}

interface AllEnded extends Omit<Selection, 'leases'> {
  leases: LeaseRecord[];
  sessions: number;
  requests: number;
}

function countsOf({ leases, sessions, requests }: AllEnded): Selection {
  return { leases: leases.length, sessions, requests };
}

/** Adds to `all` as it goes, so that what was done is known when it fails. */
async function endAll(broker: Broker, selector: LeaseSelector, all: AllEnded): Promise<void> {
  for (;;) {
    const now = broker.leaseTime.now();
    const { leases, sessions, requests } = await broker.store.endSelected(selector, { limit: batch, now });
    if (leases.length + sessions + requests === 0) return;
    all.leases.push(...leases);
    all.sessions += sessions;
    all.requests += requests;
    await noteStates(broker, leases);
  }
}

/** @returns what is still revoking when nothing more can be waited for, or the time is over */
async function waitFor(
  { store, host: { clock } }: Broker,
  leases: readonly LeaseRecord[],
  waitMs: number,
): Promise<LeaseRecord[]> {
  const endMs = clock.monotonicMs() + waitMs;
  for (let left = [...leases]; ;) {
    left = await stillRevoking(store, left);
    const open = left.some(({ revocability }) => revocability !== 'expiry-only');
    const leftMs = endMs - clock.monotonicMs();
    if (!open || leftMs <= 0) return left;
    await clock.sleep(Math.min(pollMs, leftMs));
  }
}

async function stillRevoking(store: Broker['store'], leases: readonly LeaseRecord[]): Promise<LeaseRecord[]> {
  const found: LeaseRecord[] = [];
  for (let from = 0; from < leases.length; from += batch) {
    const page = await store.leases(leases.slice(from, from + batch).map(({ id }) => id));
    found.push(...page.filter(({ state }) => state === 'revoking'));
  }
  return found;
}
