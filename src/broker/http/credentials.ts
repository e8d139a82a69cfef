import { fullMatch } from '../../domain/pattern.ts';
import { isObject } from '../../protocol/json.ts';
import { borrowMore } from '../commands/borrow-more.ts';
import type { Broker, Caller } from '../commands/broker.ts';
import { readLease } from '../commands/running-session.ts';
import { secondsBetween } from '../commands/seconds-between.ts';
import type { LeaseRecord, LeaseState } from '../domain/lease-record.ts';
import { Refusal } from '../domain/refusal.ts';
import { readDetail } from './authorization-detail.ts';
import { lentToWire, readDelivery, type Sealed } from './delivery.ts';
import { jsonAnswer } from './json-answer.ts';
import { JsonRequest } from './json-request.ts';
import type { Received } from './proof.ts';
import { readSessionOrder } from './session-request.ts';

const requestIdPattern = /[A-Za-z0-9._:-]{1,128}/;
const leaseIdPattern = /[A-Za-z0-9_]{1,64}/;
const members = ['authorization_detail', 'request_id', 'replaces', 'encrypt_to'];

/** POST /credentials: one more credential in a running session, or a renewed one. @throws Refusal */
export async function postCredentials(broker: Broker, received: Received, caller: Caller): Promise<Response> {
  const session = await readSessionOrder(broker, received, caller);
  const asked = new JsonRequest(received.request, received.body, members);
  const lent = await borrowMore<Sealed>(broker, {
    ...session,
    ...(await readDelivery(keyText(asked.get('encrypt_to')))),
    detail: readDetail(asked.get('authorization_detail')),
    requestId: named(asked, 'request_id', requestIdPattern),
    replaces: asked.get('replaces') === undefined ? undefined : named(asked, 'replaces', leaseIdPattern),
  });
  return jsonAnswer(lentToWire(lent), 201);
}

/** GET /credentials/{lease_id}: how the lease stands, never what was lent. @throws Refusal */
export async function getCredential(broker: Broker, received: Received, caller: Caller): Promise<Response> {
  const session = await readSessionOrder(broker, received, caller);
  const lease = await readLease(broker, { ...session, leaseId: received.params['lease_id'] ?? '' });
  return jsonAnswer({
    lease_id: lease.id,
    role: lease.role,
    state: stateNow(lease, broker.leaseTime.now()),
    revocability: lease.revocability,
    expires_at: broker.leaseTime.toWall(lease.endsAt).toISOString(),
    expires_in: secondsBetween(broker.leaseTime.now(), lease.endsAt),
    credential_expires_at: broker.leaseTime.toWall(lease.credentialExpiresAt).toISOString(),
  });
}

/** A lease past its end is not active, whether or not somebody has ended it yet. */
function stateNow({ state, endsAt }: LeaseRecord, now: Date): LeaseState {
  return state === 'active' && endsAt <= now ? 'expired' : state;
}

function keyText(key: unknown): string | undefined {
  if (key === undefined) return undefined;
  // What is no object is no key: the reader says so.
  return isObject(key) ? JSON.stringify(key) : '';
}

function named(asked: JsonRequest, name: string, pattern: RegExp): string {
  const value = asked.get(name);
  if (typeof value !== 'string' || !fullMatch(pattern, value))
    throw new Refusal('invalid_request', `${name} is missing or not acceptable`);
  return value;
}
