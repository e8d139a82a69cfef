import { decodeBase64url } from '../../protocol/base64url.ts';
import { handleType } from '../../protocol/revocation.ts';
import { idTokenType } from '../../protocol/token-exchange.ts';
import type { Broker, Caller } from '../commands/broker.ts';
import { revoke, type RevokeBy } from '../commands/revoke.ts';
import { isAccessToken } from '../domain/identifiers.ts';
import type { LeaseRecord } from '../domain/lease-record.ts';
import { Refusal } from '../domain/refusal.ts';
import { parseIdToken } from '../issuers/verify-id-token.ts';
import { jsonAnswer } from './json-answer.ts';
import { checkRequestProof, proofHeader, type Received } from './proof.ts';
import { Form } from './request-limits.ts';

const mostLeaseIds = 100;

/** POST /revoke in its three forms (RFC 7009 §2, PROTOCOL.md The revocation handle). @throws Refusal */
export async function postRevoke(broker: Broker, received: Received, caller: Caller): Promise<Response> {
  const form = new Form(received.request, received.body, ['lease_id']);
  const leaseIds = form.all('lease_id');
  if (leaseIds.length > mostLeaseIds) throw new Refusal('invalid_request', 'too many lease_id');
  const leases = await revoke(broker, {
    caller,
    by: await readRight(broker, received, form),
    leaseIds: leaseIds.length === 0 ? undefined : leaseIds,
  });
  return jsonAnswer({ leases: leases.map((lease) => toWire(lease, broker.leaseTime)) });
}

/** The hint decides where it is one of ours, else the token's shape (RFC 7009 §2.1: a hint is only a hint). */
async function readRight(broker: Broker, received: Received, form: Form): Promise<RevokeBy> {
  const token = form.get('token');
  if (token === undefined || token === '') throw new Refusal('invalid_request', 'token is missing');
  const hint = form.get('token_type_hint');
  if (hint === idTokenType || (hint !== handleType && token.split('.').length === 3)) {
    const parsed = proofHeader(received.request);
    const idToken = parseIdToken(token);
    const proof = await checkRequestProof(broker, received, { proof: parsed });
    return { kind: 'id-token', token: idToken, proof, publicUrl: proof.publicUrl };
  }
  if (hint !== handleType && isAccessToken(token)) {
    const proof = await checkRequestProof(broker, received, {
      proof: proofHeader(received.request),
      accessToken: token,
    });
    return { kind: 'access-token', token, proof };
  }
  if (decodeBase64url(token)?.length !== 32)
    throw new Refusal(
      'invalid_request',
      'the token is no revocation handle: those have 43 base64url characters',
    );
  return { kind: 'handle', handle: token };
}

function toWire(lease: LeaseRecord, { toWall }: Broker['leaseTime']): Record<string, unknown> {
  return {
    lease_id: lease.id,
    state: lease.state,
    revocability: lease.revocability,
    expires_at: toWall(lease.expiresAt).toISOString(),
  };
}
