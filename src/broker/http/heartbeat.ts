import type { Broker, Caller } from '../commands/broker.ts';
import { heartbeat } from '../commands/running-session.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Received } from './proof.ts';
import { readSessionOrder } from './session-request.ts';

/** POST /sessions/heartbeat, without content: the job is alive. @throws Refusal */
export async function postHeartbeat(broker: Broker, received: Received, caller: Caller): Promise<Response> {
  const session = await readSessionOrder(broker, received, caller);
  if (received.body.length > 0) throw new Refusal('invalid_request', 'a heartbeat has no content');
  await heartbeat(broker, session);
  return new Response(null, { status: 204 });
}
