import type { CheckedProof } from '../../protocol/dpop-check.ts';
import { sha256 } from '../domain/digest.ts';
import type { LeaseRecord } from '../domain/lease-record.ts';
import { denied, Refusal } from '../domain/refusal.ts';
import type { SessionRecord } from '../domain/session-record.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import { recallClaims } from '../issuers/remember-claims.ts';
import type { SessionEntry } from '../store/session-requests.ts';
import type { Broker, Caller } from './broker.ts';
import { judge } from './judge-outcome.ts';
import { usedProof } from './used-proof.ts';

/** A request that a running session's access token lets in. */
export interface SessionOrder {
  readonly caller: Caller;
  readonly proof: CheckedProof;
  readonly accessToken: string;
}

/** By what the store finds the session, and what is used up in it. */
export function entryOf({ proof, accessToken }: SessionOrder, now: Date): SessionEntry {
  return {
    proof: usedProof(proof, now),
    accessTokenHash: sha256(accessToken),
    thumbprint: proof.thumbprint,
    now,
  };
}

type Remembered = Pick<
  SessionRecord,
  'issuer' | 'job' | 'thumbprint' | 'claims' | 'tokenKey' | 'tokenExpiresAt'
>;

/**
 * The claims with which a session was opened, or a request deferred, to be judged by what broker.yaml and the policies say now.
 * @throws Refusal `access_denied` when the issuer is not believed any more, or names its jobs otherwise
 */
export async function recall(broker: Broker, caller: Caller, session: Remembered): Promise<VerifiedClaims> {
  const claims = recalled(broker, session);
  if (claims?.job.key === session.job) return claims;
  const { issuer, job, thumbprint: jkt } = session;
  const message = 'session refused: its issuer is not believed any more, or names its jobs otherwise';
  await broker.audit([
    { name: 'session', outcome: 'failure', message, ...caller, detail: { issuer, job, jkt } },
  ]);
  throw denied();
}

function recalled(broker: Broker, session: Remembered): VerifiedClaims | undefined {
  const trusted = broker.issuers.get(session.issuer);
  if (trusted === undefined) return undefined;
  const { thumbprint, tokenKey, tokenExpiresAt: expiresAt } = session;
  try {
    return recallClaims(trusted.issuer, session.claims, { thumbprint, tokenKey, expiresAt });
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/**
 * A lease of the session, whatever its state.
 * @throws Refusal `not_found` for another session's lease and for none alike
 */
export async function readLease(
  broker: Broker,
  order: SessionOrder & { readonly leaseId: string },
): Promise<LeaseRecord> {
  const entry = { ...entryOf(order, broker.leaseTime.now()), leaseId: order.leaseId };
  const outcome = await broker.store.readLease(entry);
  if ('revoked' in outcome) throw await judge(broker, order.caller, { refused: outcome });
  if (outcome.lease === undefined) throw new Refusal('not_found', 'this session has no such lease');
  return outcome.lease;
}

/** The job is alive: its leases that need heartbeats go on. @throws Refusal */
export async function heartbeat(broker: Broker, order: SessionOrder): Promise<void> {
  const outcome = await broker.store.heartbeat(entryOf(order, broker.leaseTime.now()));
  if ('revoked' in outcome) throw await judge(broker, order.caller, { refused: outcome });
}
