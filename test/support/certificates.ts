/** Certificates for servers on loopback, made in memory: a certificate authority and leaves that it signs. */
import { generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

export interface Certified {
  /** PEM. */
  readonly key: string;
  /** PEM, the leaf alone. */
  readonly cert: string;
}

interface LeafOptions {
  /** DNS names and addresses; by default `localhost` and 127.0.0.1. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface Authority {
  /** PEM, for `ca`, NODE_EXTRA_CA_CERTS and the input `ca-cert`. */
  readonly cert: string;
  issue(options?: LeafOptions): Certified;
}

const dayMs = 86_400_000;

export function createAuthority(name = 'ephemeral-creds test authority'): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name, key: keys.privateKey };
  return {
    cert: certificate(issuer, { name, key: keys.publicKey, extensions: [basicConstraints(true)] }),
    issue(options = {}) {
      const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = options.names ?? ['localhost', '127.0.0.1'];
      const extensions = [basicConstraints(false), alternativeNames(names)];
      const cert = certificate(issuer, { ...options, name: names[0] ?? '', key: leaf.publicKey, extensions });
      return { cert, key: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    },
  };
}

interface Subject {
  readonly name: string;
  readonly key: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

function certificate(issuer: { readonly name: string; readonly key: KeyObject }, subject: Subject): string {
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const toSign = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    commonName(issuer.name),
    sequence(
      time(subject.notBefore ?? new Date(Date.now() - dayMs)),
      time(subject.notAfter ?? new Date(Date.now() + 30 * dayMs)),
    ),
    commonName(subject.name),
    subject.key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...subject.extensions)),
  );
  const whole = sequence(toSign, algorithm, bits(sign('sha256', toSign, issuer.key)));
  return new X509Certificate(whole).toString();
}

function basicConstraints(authority: boolean): Buffer {
  const value = authority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence();
  return sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), der(0x04, value));
}

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) => {
    if (isIPv4(name)) return der(0x87, Buffer.from(name.split('.').map(Number)));
    return isIPv6(name) ? der(0x87, octets(name)) : der(0x82, Buffer.from(name));
  });
  return sequence(oid('551d11'), der(0x04, sequence(...entries)));
}

/** Of an IPv6 address, shortened or not, without an IPv4 address in it. */
function octets(address: string): Buffer {
  const [head = [], tail = []] = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

/** UTCTime, as RFC 5280 wants it until 2049. */
function time(at: Date): Buffer {
  return der(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function bits(bytes: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
