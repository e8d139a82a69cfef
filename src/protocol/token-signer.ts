import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, SignJWT, type JWK } from 'jose';
import type { CompactJws } from './compact-jws.ts';

/** A key that signs tokens in this server's name, and its public half for the key set (RFC 7517). */
export interface TokenSigner {
  readonly algorithm: string;
  readonly publicJwk: JWK;
  sign(typ: string, claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** True when this key made the token's signature. */
  made(token: CompactJws): Promise<boolean>;
}

/**
 * A signer from a PKCS #8 private key in PEM: Ed25519 (RFC 8037) or P-256 (RFC 7518 §3.4).
 * @throws Error for any other key; the message holds nothing of it
 */
export async function makeTokenSigner(pem: string): Promise<TokenSigner> {
  const privateKey = readPrivateKey(pem);
  const algorithm = algorithmOf(privateKey);
  const publicKey = createPublicKey(privateKey);
  const jwk = publicKey.export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(jwk);
  return {
    algorithm,
    publicJwk: { ...jwk, kid, alg: algorithm, use: 'sig' },
    sign: (typ, claims) =>
      new SignJWT(claims).setProtectedHeader({ typ, alg: algorithm, kid }).sign(privateKey),
    made: (token) =>
      compactVerify(token.text, publicKey, { algorithms: [algorithm] }).then(
        () => true,
        () => false,
      ),
  };
}

function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error('not a private key in PEM');
  }
}

function algorithmOf(key: KeyObject): string {
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  throw new Error('neither an Ed25519 nor a P-256 key');
}
