import type { CryptoKey } from 'jose';
import type { Credential } from '../../domain/credential.ts';
import { credentialToWire } from '../../protocol/credential-wire.ts';
import { encryptTo } from '../../protocol/jwe.ts';
import { accessTokenType, detailType } from '../../protocol/token-exchange.ts';
import type { Broker, Caller } from '../commands/broker.ts';
import { exchange } from '../commands/exchange.ts';
import type { ExchangeResult, LentLease } from '../commands/exchange-order.ts';
import { Refusal } from '../domain/refusal.ts';
import { parseIdToken } from '../issuers/verify-id-token.ts';
import { checkRequestProof, proofHeader, type Received } from './proof.ts';
import { Form } from './request-limits.ts';
import { readTokenRequest } from './token-request.ts';

const longestAnswer = 1024 * 1024;
/** For what is in an answer besides credentials. */
const headroom = 64 * 1024;

/** The member that carries the credentials, open or encrypted. */
type Sealed = { readonly credentials: readonly unknown[] } | { readonly credentials_jwe: string };

/** POST /token (RFC 8693 §2). @throws Refusal */
export async function postToken(broker: Broker, received: Received, caller: Caller): Promise<Response> {
  const { request, body } = received;
  if (request.headers.has('authorization'))
    throw new Refusal(
      'invalid_request',
      'clients have no credentials of their own here: no Authorization header',
    );
  const asked = await readTokenRequest(new Form(request, body), broker.publicUrls);
  const parsed = proofHeader(request);
  const idToken = parseIdToken(asked.idToken);
  const proof = await checkRequestProof(broker, received, { proof: parsed });
  const result = await exchange<Sealed>(broker, {
    caller: asked.clientId === undefined ? caller : { ...caller, clientId: asked.clientId },
    proof,
    publicUrl: proof.publicUrl,
    idToken,
    details: asked.details,
    handleHash: asked.handleHash,
    encrypted: asked.encryptionKey !== undefined,
    seal: makeSeal(asked.encryptionKey),
  });
  return Response.json(answerOf(result));
}

/** Makes credentials fit to be sent; all of them together are no longer than an answer may be. */
function makeSeal(key: CryptoKey | undefined): (credentials: readonly Credential[]) => Promise<Sealed> {
  let length = 0;
  return async (credentials) => {
    const list = credentials.map(credentialToWire);
    const text = JSON.stringify(list);
    // Encrypted, they are a third longer.
    length += (Buffer.byteLength(text) * 4) / 3;
    if (length > longestAnswer - headroom) throw new Error('the credentials are too long for an answer');
    return key === undefined ? { credentials: list } : { credentials_jwe: await encryptTo(key, text) };
  };
}

function answerOf(result: ExchangeResult<Sealed>): Record<string, unknown> {
  return {
    access_token: result.accessToken,
    issued_token_type: accessTokenType,
    token_type: 'DPoP',
    expires_in: result.accessSeconds,
    session_id: result.sessionId,
    authorization_details: result.leases.map(detailOf),
  };
}

function detailOf({
  lease,
  ttlSeconds,
  credentialExpiresAt,
  sealed,
}: LentLease<Sealed>): Record<string, unknown> {
  return {
    type: detailType,
    role: lease.role,
    lease_id: lease.id,
    expires_at: lease.expiresAt.toISOString(),
    expires_in: ttlSeconds,
    credential_expires_at: credentialExpiresAt.toISOString(),
    revocability: lease.revocability,
    policy: { id: lease.policyId, version: lease.policyVersion },
    ...sealed,
  };
}
