import { createPublicKey } from 'node:crypto';
import { fullMatch } from '../../domain/pattern.ts';
import { isObject } from '../../protocol/json.ts';
import { Refusal } from '../domain/refusal.ts';

/** An RSA key of 16,384 bits, the longest that OpenSSH takes, and a comment. */
const longest = 4096;

/** What of a JWK is the public key itself (RFC 7518 §6.2.1, §6.3.1, RFC 8037 §2). */
const publicMembers: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * `public_key` of an authorization detail: a line as OpenSSH writes it, or a JWK. Which keys it lends for, an engine
 * decides itself.
 * @returns `TYPE BASE64` without the comment, or the JWK's public members as JSON
 * @throws Refusal `invalid_authorization_details`
 */
export function readPublicKey(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return readOpenSshLine(value);
  if (isObject(value)) return readJwk(value);
  throw refused();
}

/** https://man.openbsd.org/sshd.8#AUTHORIZED_KEYS_FILE_FORMAT; what the key is, stands in it once more (RFC 4253 §6.6). */
function readOpenSshLine(line: string): string {
  if (line.length > longest) throw refused();
  const [, type = '', base64 = ''] =
    /^([a-z0-9@.-]{1,64}) ([A-Za-z0-9+/]+={0,2})(?: [\u0020-\u007e]*)?$/.exec(line) ?? [];
  const octets = Buffer.from(base64, 'base64');
  const name = Buffer.from(type, 'ascii');
  const begins =
    octets.length > 4 + name.length &&
    octets.readUInt32BE() === name.length &&
    octets.subarray(4, 4 + name.length).equals(name);
  if (type === '' || !begins || octets.toString('base64') !== base64) throw refused();
  return `${type} ${base64}`;
}

function readJwk(jwk: Readonly<Record<string, unknown>>): string {
  if (privateMembers.some((name) => Object.hasOwn(jwk, name)))
    throw new Refusal('invalid_authorization_details', 'public_key holds a private key; it never travels');
  const kty = typeof jwk['kty'] === 'string' ? jwk['kty'] : '';
  const names = Object.hasOwn(publicMembers, kty) ? (publicMembers[kty] ?? []) : [];
  const members = names.flatMap((name): [string, string][] => {
    const value = jwk[name];
    return typeof value === 'string' && fullMatch(/[A-Za-z0-9_-]+/, value) ? [[name, value]] : [];
  });
  const key = Object.fromEntries(members);
  const text = JSON.stringify(key);
  if (names.length === 0 || members.length < names.length || text.length > longest) throw refused();
  try {
    createPublicKey({ key, format: 'jwk' });
  } catch {
    throw refused();
  }
  return text;
}

function refused(): Refusal {
  return new Refusal(
    'invalid_authorization_details',
    'public_key must be a public key as OpenSSH writes it in one line, or a JWK',
  );
}
