import { verify, type KeyObject } from 'node:crypto';
import type { CompactJws } from './compact-jws.ts';

/** RSA keys of no more bits and this exponent are verified where we are. */
const quickBits = 2048;
const quickExponent = 65_537n;

/**
 * Whether the key made the JWS's signature (RFC 7515 §5.2), found out on a thread beside ours, but for what takes less
 * than to hand it over and to be woken again. By node:crypto: strangers may ask for it as often as they like, and it
 * costs a third less than by way of Web Crypto.
 * @param algorithm one of RS256, ES256, EdDSA and Ed25519: what the caller decided that this key is for, never what the
 * header says
 */
export function signatureHolds(jws: CompactJws, key: KeyObject, algorithm: string): Promise<boolean> {
  const { type, hash } = parametersOf(algorithm);
  if (key.type !== 'public' || key.asymmetricKeyType !== type || jws.algorithm !== algorithm)
    return Promise.resolve(false);
  const signed = Buffer.from(jws.text.slice(0, jws.text.lastIndexOf('.')), 'latin1');
  // RFC 7518 §3.4: r and s one after the other. Where that means nothing the key stands alone, which costs less.
  if (isQuick(key)) return Promise.resolve(verify(hash, signed, key, jws.signature));
  const input = type === 'ec' ? { key, dsaEncoding: 'ieee-p1363' as const } : key;
  return new Promise((resolve) => {
    verify(hash, signed, input, jws.signature, (error, holds) => {
      resolve(error === null && holds);
    });
  });
}

function isQuick({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): boolean {
  const { modulusLength = Infinity, publicExponent } = asymmetricKeyDetails;
  return asymmetricKeyType === 'rsa' && modulusLength <= quickBits && publicExponent === quickExponent;
}

interface Parameters {
  readonly type: string;
  /** Null where the algorithm has its own. */
  readonly hash: string | null;
}

function parametersOf(algorithm: string): Parameters {
  switch (algorithm) {
    // PKCS #1 v1.5 is what node:crypto does with such a key (RFC 7518 §3.3).
    case 'RS256':
      return { type: 'rsa', hash: 'sha256' };
    case 'ES256':
      return { type: 'ec', hash: 'sha256' };
    case 'EdDSA':
    case 'Ed25519':
      return { type: 'ed25519', hash: null };
    default:
      throw new TypeError('an algorithm that nobody verifies');
  }
}
