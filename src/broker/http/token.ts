import type { Broker, Caller } from '../commands/broker.ts';
import { dryRun } from '../commands/dry-run.ts';
import { exchange } from '../commands/exchange.ts';
import type { TokenOrder } from '../commands/exchange-order.ts';
import { extend } from '../commands/extend.ts';
import { Refusal } from '../domain/refusal.ts';
import { parseIdToken } from '../issuers/verify-id-token.ts';
import { loanToWire, type Sealed } from './delivery.ts';
import { dryRunToWire } from './dry-run.ts';
import { jsonAnswer } from './json-answer.ts';
import { checkRequestProof, proofHeader, type Received } from './proof.ts';
import { Form } from './request-limits.ts';
import { readTokenRequest, type TokenRequest } from './token-request.ts';

/** POST /token (RFC 8693 §2): opens a session, extends one, or only says what would be granted. @throws Refusal */
export async function postToken(broker: Broker, received: Received, caller: Caller): Promise<Response> {
  const { request, body } = received;
  if (request.headers.has('authorization'))
    throw new Refusal(
      'invalid_request',
      'clients have no credentials of their own here: no Authorization header',
    );
  const asked = await readTokenRequest(new Form(request, body), broker.publicUrls);
  if (asked.asks.kind === 'dry-run') caller.passage.dryRun();
  const parsed = proofHeader(request);
  const idToken = parseIdToken(asked.idToken);
  const proof = await checkRequestProof(broker, received, { proof: parsed });
  const order: TokenOrder = {
    caller: asked.clientId === undefined ? caller : { ...caller, clientId: asked.clientId },
    proof,
    publicUrl: proof.publicUrl,
    idToken,
  };
  return jsonAnswer(await answer(broker, order, asked));
}

async function answer(
  broker: Broker,
  order: TokenOrder,
  { asks, handleHash }: TokenRequest,
): Promise<Record<string, unknown>> {
  switch (asks.kind) {
    case 'open':
      return loanToWire(await exchange<Sealed>(broker, { ...order, ...asks, handleHash }));
    case 'extend':
      return loanToWire(await extend(broker, { ...order, sessionId: asks.sessionId, handleHash }));
    case 'dry-run':
      return dryRunToWire(await dryRun(broker, { ...order, ...asks }), order.caller);
  }
}
