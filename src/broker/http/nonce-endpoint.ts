import type { Broker } from '../commands/broker.ts';
import { Refusal } from '../domain/refusal.ts';

/** POST /nonce: an answer for the sake of its `DPoP-Nonce` header. @throws Refusal `not_found` where none is needed */
export function postNonce({ nonceKey }: Broker): Promise<Response> {
  return nonceKey === undefined
    ? Promise.reject(new Refusal('not_found', 'this broker asks for no nonce'))
    : Promise.resolve(new Response(null, { status: 204 }));
}
