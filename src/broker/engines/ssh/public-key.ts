import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isLowOrder } from '../../../protocol/low-order.ts';
import { hasRocaFingerprint, hasSmallFactor } from '../../../protocol/roca.ts';
import { mpint, readSsh, sshString, type SshReader } from '../../../protocol/ssh-wire.ts';

/** A key that certificates are made for, or signed with. */
export interface SshPublicKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` (RFC 8709, RFC 5656, RFC 4253 §6.6). */
  readonly type: string;
  /** What follows the type on the wire. */
  readonly fields: Buffer;
  /** Type and fields. */
  readonly blob: Buffer;
  readonly key: KeyObject;
}

/** A key that is not taken. The message is a sentence that says what to use, and holds nothing of the key. */
export class UnfitKey extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnfitKey';
  }
}

const curves: Readonly<Record<string, string>> = {
  'P-256': 'nistp256',
  'P-384': 'nistp384',
  'P-521': 'nistp521',
};
/** NIST SP 800-57 part 1, table 2: 128 bits of strength. Above the second, OpenSSH verifies nothing. */
const rsaBits = { least: 3072, most: 16_384 };
const leastExponent = 65_537n;

/**
 * Reads a public key as OpenSSH writes it in a line, or a JWK as JSON.
 * @throws UnfitKey when it is none, of another kind, too short, or known to be weak
 */
export function readPublicKey(text: string): SshPublicKey {
  let jwk: JsonWebKey;
  try {
    jwk = text.startsWith('{') ? (JSON.parse(text) as JsonWebKey) : jwkOfLine(text);
  } catch (error) {
    throw error instanceof UnfitKey ? error : unfit('cannot be read');
  }
  return publicKeyOf(jwk);
}

/** @throws UnfitKey */
export function publicKeyOf(jwk: JsonWebKey): SshPublicKey {
  let key: KeyObject;
  try {
    // A point that is not on its curve is refused here.
    key = createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    throw unfit('is of another kind, or no point of its curve');
  }
  const [type, ...fields] = checked(key.export({ format: 'jwk' }));
  const joined = Buffer.concat(fields);
  return { type, fields: joined, blob: Buffer.concat([sshString(type), joined]), key };
}

function jwkOfLine(line: string): JsonWebKey {
  const [type = '', base64 = ''] = line.trim().split(' ');
  const octets = Buffer.from(base64, 'base64');
  if (octets.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, ''))
    throw unfit('is not in base64');
  const reader = readSsh(octets);
  if (reader.string().toString('latin1') !== type) throw unfit('says twice what it is, and not the same');
  const jwk = readFields(type, reader);
  reader.end();
  return jwk;
}

/** The fields of a public key after its type. */
export function readFields(type: string, reader: SshReader): JsonWebKey {
  const text = (octets: Buffer): string => octets.toString('base64url');
  if (type === 'ssh-ed25519') return { kty: 'OKP', crv: 'Ed25519', x: text(reader.string()) };
  if (type === 'ssh-rsa') {
    const e = reader.mpint();
    return { kty: 'RSA', e: text(e), n: text(reader.mpint()) };
  }
  const curve = Object.keys(curves).find((name) => type === `ecdsa-sha2-${curves[name] ?? ''}`);
  if (curve === undefined) throw unfit('is of another kind');
  const named = reader.string().toString('latin1');
  const point = reader.string();
  const size = (point.length - 1) / 2;
  if (named !== curves[curve] || point[0] !== 4 || !Number.isInteger(size))
    throw unfit('is no point as SSH writes it');
  return { kty: 'EC', crv: curve, x: text(point.subarray(1, 1 + size)), y: text(point.subarray(1 + size)) };
}

/** @returns the type and the fields on the wire */
function checked({ kty, crv = '', x = '', y = '', e = '', n = '' }: JsonWebKey): [string, ...Buffer[]] {
  const octets = (text: string): Buffer => Buffer.from(text, 'base64url');
  if (kty === 'OKP' && crv === 'Ed25519') {
    const point = octets(x);
    if (point.length !== 32 || isLowOrder('Ed25519', point)) throw unfit('is no Ed25519 key');
    return ['ssh-ed25519', sshString(point)];
  }
  if (kty === 'EC' && Object.hasOwn(curves, crv)) {
    const curve = curves[crv] ?? '';
    const point = Buffer.concat([Buffer.from([4]), octets(x), octets(y)]);
    return [`ecdsa-sha2-${curve}`, sshString(curve), sshString(point)];
  }
  if (kty === 'RSA') return ['ssh-rsa', ...rsa(octets(e), octets(n))];
  throw unfit('is of another kind');
}

function rsa(e: Buffer, n: Buffer): Buffer[] {
  const [exponent, modulus] = [numberOf(e), numberOf(n)];
  const bits = modulus.toString(2).length;
  if (bits < rsaBits.least || bits > rsaBits.most)
    throw unfit(`has ${String(bits)} bits; RSA keys have ${String(rsaBits.least)} at least`);
  if (exponent < leastExponent || exponent % 2n === 0n) throw unfit('has an exponent below 65537');
  if (hasSmallFactor(modulus) || hasRocaFingerprint(modulus)) throw unfit('is known to be weak');
  return [mpint(e), mpint(n)];
}

function numberOf(octets: Buffer): bigint {
  return BigInt(`0x0${octets.toString('hex')}`);
}

function unfit(what: string): UnfitKey {
  return new UnfitKey(
    `The public key ${what}: use Ed25519, ECDSA over P-256, P-384 or P-521, or RSA of 3072 bits or more.`,
  );
}
