import { backendName } from '../domain/lease-record.ts';
import { inMintOrder } from '../domain/mint-order.ts';
import { Refusal, unavailable } from '../domain/refusal.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import { MintFailed, type Issued } from '../engines/engine.ts';
import { Overtime, withTimeLimit } from '../domain/time-limit.ts';
import type { NewLease } from '../store/session-requests.ts';
import type { Abandoned, MintedLease } from '../store/store.ts';
import { abandon } from './abandon.ts';
import type { Broker, Caller } from './broker.ts';
import type { Delivery, LentLease } from './exchange-order.ts';
import { frozen } from './judge-outcome.ts';
import { revokeNow } from './keep-leases.ts';
import { activeEvent } from './note-decisions.ts';

/** For all the leases of a request together. */
const mintMs = 15_000;

/** Leases whose intents are written. */
export interface MintOrder<Sealed> extends Pick<Delivery<Sealed>, 'seal'> {
  readonly caller: Caller;
  readonly claims: VerifiedClaims;
  readonly sessionId: string;
  readonly leases: readonly NewLease[];
  /** When the request was decided: from then on lifetimes count. */
  readonly now: Date;
}

interface Minted<Sealed> extends MintedLease {
  readonly sealed: Sealed;
}

type Kept = NonNullable<Abandoned['minted']>[number];

interface Tried {
  readonly tried: readonly string[];
  readonly unknown: readonly string[];
  readonly kept: readonly Kept[];
}

/**
 * Steps 10 and 11: mints every lease, those first that can be taken back, and makes them active together.
 * @throws Refusal; whatever was minted is then revoked or queued for it
 */
export async function mintLeases<Sealed>(
  broker: Broker,
  order: MintOrder<Sealed>,
): Promise<LentLease<Sealed>[]> {
  const { leases } = order;
  const minted = new Map<string, Minted<Sealed>>();
  const tried: string[] = [];
  const kept: Kept[] = [];
  try {
    await withTimeLimit(broker.host.clock, mintMs, async (signal) => {
      for (const lease of inMintOrder(leases)) {
        signal.throwIfAborted();
        tried.push(lease.id);
        const issued = await issue(broker, lease, { ...order, signal }).catch(async (error: unknown) => {
          if (error instanceof MintFailed || error instanceof Refusal)
            await heed(broker, lease, { error, tried, kept, signal });
          throw error;
        });
        const found = await keep(broker, lease, issued);
        if (signal.aborted) await keepLate(broker, found);
        kept.push(found);
        const sealed = await order.seal(issued.credentials);
        const credentialExpiresAt = broker.leaseTime.fromWall(issued.credentialExpiresAt);
        minted.set(lease.id, { ...found, sealed, credentialExpiresAt });
      }
    });
    await makeActive(broker, order, [...minted.values()]);
  } catch (error) {
    const unknown = error instanceof Overtime ? tried.filter((id) => !minted.has(id)) : [];
    await takeBack(broker, leases, { tried, unknown, kept });
    throw await refusalOf(broker, order, error);
  }
  return leases.map((lease) => {
    const found = minted.get(lease.id);
    if (found === undefined) throw new Error('a lease was not minted');
    return asLent(broker, { lease, ...found }, order.now);
  });
}

/** What the caller is told, and, where an engine does not lend to this job, the audit log besides. */
export async function refusalOf(
  broker: Broker,
  { caller, sessionId }: Pick<MintOrder<unknown>, 'caller' | 'sessionId'>,
  error: unknown,
): Promise<Refusal> {
  const reason = error instanceof MintFailed && error.cause instanceof Refusal ? error.cause : error;
  if (!(reason instanceof Refusal)) return unavailable('backend', reason, pauseOf(error));
  if (reason.cause instanceof Error) {
    const message = 'role denied when it was to be minted';
    const detail = { session_id: sessionId, cause: reason.cause.message };
    await broker
      .audit([{ name: 'decision', outcome: 'failure', message, ...caller, detail }])
      .catch(() => undefined);
  }
  return reason;
}

function pauseOf(error: unknown): number | undefined {
  return error instanceof MintFailed ? error.retryAfterSeconds : undefined;
}

interface Failure {
  readonly error: MintFailed | Refusal;
  readonly tried: string[];
  readonly kept: Kept[];
  readonly signal: AbortSignal;
}

/** A mint that failed counts as minted, unless its engine knows that nothing was made, or refused the job itself. */
async function heed(broker: Broker, lease: NewLease, { error, tried, kept, signal }: Failure): Promise<void> {
  if (error instanceof MintFailed && error.left !== undefined) {
    const found = await keep(broker, lease, error.left);
    kept.push(found);
    if (signal.aborted) await keepLate(broker, found);
    return;
  }
  tried.splice(tried.indexOf(lease.id), 1);
  const { store, leaseTime } = broker;
  if (signal.aborted) await store.abandon({ toRevoke: [], unminted: [lease.id] }, leaseTime.now());
}

/** A lease as the borrower is told of it. @param credentialExpiresAt by the store's time */
export function asLent<Sealed>(
  { leaseTime }: Broker,
  { lease, sealed, credentialExpiresAt }: Pick<LentLease<Sealed>, 'lease' | 'sealed' | 'credentialExpiresAt'>,
  now: Date,
): LentLease<Sealed> {
  const expiresAt = leaseTime.toWall(lease.expiresAt);
  const ttlSeconds = Math.floor((lease.expiresAt.getTime() - now.getTime()) / 1000);
  const lent = { ...lease, expiresAt };
  return { lease: lent, ttlSeconds, credentialExpiresAt: leaseTime.toWall(credentialExpiresAt), sealed };
}

/** What revoking will need of what was just issued. */
async function keep(
  { sealer }: Broker,
  { id, revokeData }: NewLease,
  issued: Pick<Issued, 'revokeData' | 'revokeSecret'>,
): Promise<Kept> {
  const { revokeSecret } = issued;
  return {
    id,
    revokeData: { ...revokeData, ...issued.revokeData },
    ...(revokeSecret && { sealedSecret: await sealer.seal(revokeSecret, id) }),
  };
}

/** It came when nobody waited for it any more, and by its name alone it may not be revocable. */
async function keepLate(broker: Broker, found: Kept): Promise<void> {
  if (found.sealedSecret === undefined) return;
  await abandon(broker, { toRevoke: [found.id], unminted: [], minted: [found] });
}

/** @throws what the engine throws */
export async function issue(
  broker: Broker,
  lease: NewLease,
  {
    claims,
    now,
    sessionId,
    signal,
  }: Omit<MintOrder<unknown>, 'seal' | 'caller' | 'leases'> & { readonly signal: AbortSignal },
): Promise<Issued> {
  const role = broker.roles.get(lease.role);
  if (role === undefined) throw new Error('the role is gone');
  return role.prepared.issue({
    leaseId: lease.id,
    sessionId,
    role: lease.role,
    policyId: lease.policyId,
    backendName: backendName(lease.id),
    issuedAt: broker.leaseTime.toWall(now),
    expiresAt: broker.leaseTime.toWall(lease.expiresAt),
    claims,
    job: claims.job.key,
    ...(lease.publicKey !== undefined && { publicKey: lease.publicKey }),
    signal,
  });
}

/**
 * No audit row, no credential. The rows come first: should then the store fail, the leases are still mints under way,
 * which are taken up and revoked, also by the next process; an active lease that nobody received would live on.
 */
async function makeActive<Sealed>(
  broker: Broker,
  { caller, leases }: MintOrder<Sealed>,
  minted: readonly MintedLease[],
): Promise<void> {
  await broker.audit(leases.map((lease) => activeEvent(caller, lease)));
  const outcome = await broker.store.activate(minted, broker.leaseTime.now());
  if (outcome === 'frozen') throw frozen();
  if (outcome === 'superseded')
    throw new Refusal('conflict', 'another request came in between', { reason: 'superseded' });
}

/**
 * A mint that failed counts as minted. One that is still under way is left to `reconcile`: revoked now, it could
 * bring its credential afterwards.
 */
async function takeBack(
  broker: Broker,
  leases: readonly NewLease[],
  { tried, unknown, kept }: Tried,
): Promise<void> {
  const unminted = leases.map(({ id }) => id).filter((id) => !tried.includes(id));
  const toRevoke = tried.filter((id) => !unknown.includes(id));
  await abandon(broker, { toRevoke, unminted, minted: kept });
  const left = await broker.store.leases(toRevoke);
  // In reverse: what came last may rest on what came first.
  await revokeNow(
    broker,
    left.toSorted((a, b) => toRevoke.indexOf(b.id) - toRevoke.indexOf(a.id)),
  );
}
