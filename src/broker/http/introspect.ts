import { authenticateCaller } from '../commands/authenticate-caller.ts';
import type { Broker } from '../commands/broker.ts';
import { introspect } from '../commands/introspect.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Received } from './proof.ts';
import { Form } from './request-limits.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** POST /introspect (RFC 7662 §2) by a resource server with private_key_jwt (RFC 7523 §2.2). @throws Refusal */
export async function postIntrospect(broker: Broker, received: Received): Promise<Response> {
  const form = new Form(received.request, received.body);
  const assertion = form.get('client_assertion');
  if (form.get('client_assertion_type') !== assertionType || assertion === undefined)
    throw new Refusal('invalid_client', 'a client_assertion is needed (private_key_jwt)');
  const caller = await authenticateCaller(broker, assertion, received.path);
  const token = form.get('token');
  if (token === undefined) throw new Refusal('invalid_request', 'token is missing');
  return Response.json(await introspect(broker, caller, token));
}
