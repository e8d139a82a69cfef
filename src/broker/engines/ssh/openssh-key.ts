// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
import type { JsonWebKey } from 'node:crypto';
import { readSsh, type SshReader } from '../../../protocol/ssh-wire.ts';
import { readFields, UnfitKey } from './public-key.ts';

const magic = 'openssh-key-v1\0';

/**
 * Reads a private key as ssh-keygen writes it, one without a passphrase.
 * @throws UnfitKey, RangeError
 */
export function readOpenSshKey(pem: string): JsonWebKey {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem)?.[1] ?? '';
  const octets = Buffer.from(body, 'base64');
  if (octets.toString('latin1', 0, magic.length) !== magic) throw new RangeError('no OpenSSH key');
  const reader = readSsh(octets.subarray(magic.length));
  const cipher = reader.string().toString('latin1');
  if (cipher !== 'none')
    throw new UnfitKey('The key has a passphrase: give one without, or an agent that holds it.');
  reader.string();
  reader.string();
  if (reader.uint32() !== 1) throw new RangeError('not one key');
  reader.string();
  return readPrivate(readSsh(reader.string()));
}

function readPrivate(reader: SshReader): JsonWebKey {
  if (reader.uint32() !== reader.uint32()) throw new RangeError('garbled');
  const type = reader.string().toString('latin1');
  if (type === 'ssh-rsa') return readRsa(reader);
  const key = readFields(type, reader);
  // Of Ed25519 the private and once more the public part; of a curve a number.
  const d = type === 'ssh-ed25519' ? reader.string().subarray(0, 32) : padded(reader.mpint(), key);
  return { ...key, d: d.toString('base64url') };
}

/** A JWK has as many octets as the curve (RFC 7518 §6.2.2.1). */
function padded(octets: Buffer, { x = '' }: JsonWebKey): Buffer {
  const size = Buffer.from(x, 'base64url').length;
  return Buffer.concat([Buffer.alloc(Math.max(0, size - octets.length)), octets]);
}

function readRsa(reader: SshReader): JsonWebKey {
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => reader.mpint());
  if (n === undefined || e === undefined || d === undefined) throw new RangeError('too short');
  if (qi === undefined || p === undefined || q === undefined) throw new RangeError('too short');
  const text = (octets: Buffer): string => octets.toString('base64url');
  return {
    kty: 'RSA',
    ...{ n: text(n), e: text(e), d: text(d), p: text(p), q: text(q), qi: text(qi) },
    dp: text(remainder(d, p)),
    dq: text(remainder(d, q)),
  };
}

/** d modulo (prime − 1) (RFC 8017 §3.2). */
function remainder(d: Buffer, prime: Buffer): Buffer {
  const number = (octets: Buffer): bigint => BigInt(`0x${octets.toString('hex')}`);
  const hex = (number(d) % (number(prime) - 1n)).toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}
