import { proofAlgorithms } from '../../protocol/dpop-check.ts';
import { contentEncryption, keyAgreement } from '../../protocol/jwe.ts';
import { detailType, tokenExchange } from '../../protocol/token-exchange.ts';
import type { Broker } from '../commands/broker.ts';
import { callerAlgorithms } from '../commands/read-callers.ts';

/** Authorization server metadata (RFC 8414 §2) for one of the public URLs. */
export function metadata(broker: Broker, publicUrl: string): Record<string, unknown> {
  const bindings = new Set([...broker.issuers.values()].map(({ issuer }) => issuer.binding));
  const asksNonce = broker.nonceKey !== undefined;
  return {
    issuer: publicUrl,
    token_endpoint: `${publicUrl}/token`,
    revocation_endpoint: `${publicUrl}/revoke`,
    credential_endpoint: `${publicUrl}/credentials`,
    deferred_credential_endpoint: `${publicUrl}/credentials/deferred`,
    introspection_endpoint: `${publicUrl}/introspect`,
    jwks_uri: `${publicUrl}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: [tokenExchange],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    introspection_endpoint_auth_methods_supported: ['private_key_jwt'],
    introspection_endpoint_auth_signing_alg_values_supported: callerAlgorithms,
    dpop_signing_alg_values_supported: proofAlgorithms,
    dpop_nonce_required: asksNonce,
    ...(asksNonce ? { nonce_endpoint: `${publicUrl}/nonce` } : {}),
    dpop_claims_required: [
      'jti',
      'htm',
      'htu',
      'iat',
      ...(broker.bodyHash === 'required' ? ['bh'] : []),
      'qh',
      ...(asksNonce ? ['nonce'] : []),
    ],
    audience_binding_methods_supported: [...bindings],
    authorization_details_types_supported: [detailType],
    encryption_alg_values_supported: [keyAgreement],
    encryption_enc_values_supported: [contentEncryption],
    protocol_versions_supported: [1],
  };
}

/** The keys with which this broker signs tokens and its audit log (RFC 7517 §5). */
export function keySet(broker: Broker): Record<string, unknown> {
  return { keys: [...broker.signer.publicJwks, broker.auditJwk] };
}
