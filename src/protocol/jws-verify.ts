import { verify, type KeyObject } from 'node:crypto';
import type { CompactJws } from './compact-jws.ts';

/**
 * Whether the key made the JWS's signature (RFC 7515 §5.2), found out on a thread beside ours. By node:crypto: strangers
 * may ask for it as often as they like, and it costs a third less than by way of Web Crypto.
 * @param algorithm one of RS256, ES256, EdDSA and Ed25519: what the caller decided that this key is for, never what the
 * header says
 */
export function signatureHolds(jws: CompactJws, key: KeyObject, algorithm: string): Promise<boolean> {
  const { type, hash, dsaEncoding } = parametersOf(algorithm);
  if (key.type !== 'public' || key.asymmetricKeyType !== type || jws.algorithm !== algorithm)
    return Promise.resolve(false);
  const signed = Buffer.from(jws.text.slice(0, jws.text.lastIndexOf('.')), 'latin1');
  return new Promise((resolve) => {
    verify(hash, signed, { key, dsaEncoding }, jws.signature, (error, holds) => {
      resolve(error === null && holds);
    });
  });
}

interface Parameters {
  readonly type: string;
  /** Null where the algorithm has its own. */
  readonly hash: string | null;
  /** RFC 7518 §3.4: r and s one after the other. */
  readonly dsaEncoding: 'ieee-p1363';
}

function parametersOf(algorithm: string): Parameters {
  const dsaEncoding = 'ieee-p1363';
  switch (algorithm) {
    // PKCS #1 v1.5 is what node:crypto does with such a key (RFC 7518 §3.3).
    case 'RS256':
      return { type: 'rsa', hash: 'sha256', dsaEncoding };
    case 'ES256':
      return { type: 'ec', hash: 'sha256', dsaEncoding };
    case 'EdDSA':
    case 'Ed25519':
      return { type: 'ed25519', hash: null, dsaEncoding };
    default:
      throw new TypeError('an algorithm that nobody verifies');
  }
}
