import { createDecipheriv, createHash, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { decodeBase64url } from './base64url.ts';
import { readSegment } from './compact-jws.ts';
import { isObject, member } from './json.ts';

/** The key agreement and the content encryption of `credentials_jwe`; there is no choice (PROTOCOL.md, POST /token). */
export const keyAgreement = 'ECDH-ES';
export const contentEncryption = 'A256GCM';

/** What a compact JWE says in its header of how its key is agreed on (RFC 7518 §4.6.1). */
interface Agreement {
  readonly sender: KeyObject;
  /** `apu` and `apv`, empty where they are absent. */
  readonly parties: readonly Uint8Array[];
}

/**
 * Opens a compact JWE (RFC 7516 §5.2) of ECDH-ES with A256GCM, and no other. By node:crypto, since the first use of Web
 * Crypto would load for milliseconds what a usual run needs for nothing else.
 * @param privateKey of X25519
 * @throws Error without any of the text in it
 */
export function openJwe(jwe: string, privateKey: KeyObject): Uint8Array {
  const segments = jwe.split('.');
  const [header = '', wrappedKey, ...sealed] = segments;
  if (segments.length !== 5) throw malformed();
  const { sender, parties } = readHeader(header);
  const [iv, ciphertext, tag] = sealed.map(octetsOf);
  // Nothing is wrapped where the key is agreed on directly (RFC 7516 §5.2, step 10).
  if (wrappedKey !== '' || iv?.length !== 12 || ciphertext === undefined || tag?.length !== 16)
    throw malformed();
  const shared = diffieHellman({ privateKey, publicKey: sender });
  const decipher = createDecipheriv('aes-256-gcm', contentKey(shared, parties), iv, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(header)).setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

function readHeader(segment: string): Agreement {
  const header = readSegment(segment, 'header');
  if (member(header, 'alg') !== keyAgreement || member(header, 'enc') !== contentEncryption)
    throw new Error('a JWE whose algorithms are not allowed');
  if (['crit', 'zip'].some((name) => Object.hasOwn(header, name))) throw malformed();
  const parties = ['apu', 'apv'].map((name) => octetsOf(Object.hasOwn(header, name) ? header[name] : ''));
  return { sender: senderKey(member(header, 'epk')), parties };
}

/** `epk`, of its public members alone. */
function senderKey(epk: unknown): KeyObject {
  if (!isObject(epk) || member(epk, 'kty') !== 'OKP' || member(epk, 'crv') !== 'X25519') throw malformed();
  const { x } = epk;
  if (octetsOf(x).length !== 32) throw malformed();
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: String(x) }, format: 'jwk' });
}

/** Concat KDF (RFC 7518 §4.6.2): one round of SHA-256 gives the 256 bits that A256GCM takes. */
function contentKey(shared: Uint8Array, parties: readonly Uint8Array[]): Uint8Array {
  const info = [Buffer.from(contentEncryption), ...parties].flatMap((each) => [uint32(each.length), each]);
  return createHash('sha256')
    .update(Buffer.concat([uint32(1), shared, ...info, uint32(256)]))
    .digest();
}

function uint32(value: number): Uint8Array {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}

function octetsOf(text: unknown): Uint8Array {
  const octets = typeof text === 'string' ? decodeBase64url(text) : undefined;
  if (octets === undefined) throw malformed();
  return octets;
}

function malformed(): Error {
  return new Error('not a JWE as RFC 7516 and RFC 7518 write it');
}
