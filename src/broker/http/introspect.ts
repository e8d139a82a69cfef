import { authenticateCaller } from '../commands/authenticate-caller.ts';
import type { Broker } from '../commands/broker.ts';
import { introspect } from '../commands/introspect.ts';
import { Refusal } from '../domain/refusal.ts';
import { jsonAnswer } from './json-answer.ts';
import type { Received } from './proof.ts';
import { readAssertion } from './assertion.ts';
import { Form } from './request-limits.ts';

/** POST /introspect (RFC 7662 §2) by a resource server with private_key_jwt (RFC 7523 §2.2). @throws Refusal */
export async function postIntrospect(broker: Broker, received: Received): Promise<Response> {
  const form = new Form(received.request, received.body);
  const caller = await authenticateCaller(broker, readAssertion(form), {
    passage: received.passage,
    callers: broker.resourceServers,
    paths: [received.path],
  });
  const token = form.get('token');
  if (token === undefined) throw new Refusal('invalid_request', 'token is missing');
  return jsonAnswer(await introspect(broker, caller, token));
}
