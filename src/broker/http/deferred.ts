import { fullMatch } from '../../domain/pattern.ts';
import type { Broker, Caller } from '../commands/broker.ts';
import { pollDeferred } from '../commands/poll-deferred.ts';
import { Refusal } from '../domain/refusal.ts';
import { loanToWire, readDelivery, type Sealed } from './delivery.ts';
import { jsonAnswer } from './json-answer.ts';
import { JsonRequest } from './json-request.ts';
import { checkRequestProof, proofHeader, type Received } from './proof.ts';

/**
 * POST /credentials/deferred: how an approval stands, by the key that asked; when it is there, what /token would have
 * answered. No access token, since there is no session yet.
 * @throws Refusal
 */
export async function postDeferred(broker: Broker, received: Received, caller: Caller): Promise<Response> {
  const asked = new JsonRequest(received.request, received.body, ['transaction_id']);
  const transactionId = asked.get('transaction_id');
  if (typeof transactionId !== 'string' || !fullMatch(/txn_[0-9a-f]{24}/, transactionId))
    throw new Refusal('invalid_request', 'transaction_id is missing or not acceptable');
  const proof = await checkRequestProof(broker, received, { proof: proofHeader(received.request) });
  const result = await pollDeferred<Sealed>(broker, { caller, proof, transactionId, deliver: readDelivery });
  return jsonAnswer(loanToWire(result));
}
