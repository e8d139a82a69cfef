import type { CryptoKey } from 'jose';
import type { Credential } from '../../domain/credential.ts';
import { credentialToWire } from '../../protocol/credential-wire.ts';
import { encryptTo, readEncryptionKey } from '../../protocol/jwe.ts';
import { accessTokenType, detailType } from '../../protocol/token-exchange.ts';
import type { Delivery, ExchangeResult, LentLease } from '../commands/exchange-order.ts';
import { Refusal } from '../domain/refusal.ts';

const longestKey = 2048;
const longestAnswer = 1024 * 1024;
/** For what is in an answer besides credentials. */
const headroom = 64 * 1024;

/** The member that carries the credentials, open or encrypted. */
export type Sealed = { readonly credentials: readonly unknown[] } | { readonly credentials_jwe: string };

/**
 * How credentials are sent to whoever gave this key, or gave none.
 * @param text `encrypt_to`: a JWK
 * @throws Refusal `invalid_request` when it is no public key on X25519 or P-256
 */
export async function readDelivery(text: string | undefined): Promise<Delivery<Sealed>> {
  if (text === undefined) return { encryptTo: text, seal: makeSeal(undefined) };
  const key = text.length > longestKey ? undefined : await readEncryptionKey(text);
  if (key === undefined) throw new Refusal('invalid_request', 'encrypt_to is missing or not acceptable');
  return { encryptTo: text, seal: makeSeal(key) };
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

/** A 200 answer of POST /token (RFC 8693 §2.2.1). */
export function loanToWire(result: ExchangeResult<Sealed>): Record<string, unknown> {
  return {
    access_token: result.accessToken,
    issued_token_type: accessTokenType,
    token_type: 'DPoP',
    expires_in: result.accessSeconds,
    session_id: result.sessionId,
    authorization_details: result.leases.map(lentToWire),
  };
}

/** One entry of `authorization_details` in an answer (RFC 9396 §7). */
export function lentToWire(lent: LentLease<Sealed>): Record<string, unknown> {
  const { lease, ttlSeconds, credentialExpiresAt, sealed } = lent;
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
