import type { Broker, Caller } from '../commands/broker.ts';
import type { SessionOrder } from '../commands/running-session.ts';
import { checkRequestProof, proofHeader, type Received } from './proof.ts';
import { presentedToken } from './resource.ts';

/**
 * By what right a request at a resource endpoint comes: an access token and a proof by its key (RFC 9449 §7.1). That
 * the token is good is for the store to say.
 * @throws Refusal `invalid_token`, `invalid_dpop_proof`
 */
export async function readSessionOrder(
  broker: Broker,
  received: Received,
  caller: Caller,
): Promise<SessionOrder> {
  const accessToken = presentedToken(received.request);
  const proof = await checkRequestProof(broker, received, {
    proof: proofHeader(received.request),
    accessToken,
  });
  return { caller, proof, accessToken };
}
