// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.certkeys
import { createHash } from 'node:crypto';
import { sshString, uint32, uint64 } from '../../../protocol/ssh-wire.ts';
import type { SshPublicKey } from './public-key.ts';

/** What a certificate for a user says. */
export interface UserCertificate {
  readonly subject: SshPublicKey;
  /** Above zero: zero stands for none. */
  readonly serial: bigint;
  /** What the host's log will say. */
  readonly keyId: string;
  /** Not empty: a certificate without principals is good for all of them. */
  readonly principals: readonly [string, ...string[]];
  readonly validAfter: Date;
  /** The first moment at which it is over; what it has beyond whole seconds does not count. */
  readonly validBefore: Date;
  readonly forceCommand?: string | undefined;
  /** Ranges of addresses. */
  readonly sourceAddresses?: readonly string[] | undefined;
  readonly extensions: readonly string[];
}

/** @param nonce random octets of the signer's, so that nobody chooses what is signed */
export function encodeCertificate(
  certificate: UserCertificate,
  { authority, nonce }: { readonly authority: SshPublicKey; readonly nonce: Uint8Array },
): { readonly type: string; readonly toSign: Buffer } {
  const { subject, serial, keyId, principals } = certificate;
  const type = `${subject.type}-cert-v01@openssh.com`;
  const toSign = Buffer.concat([
    sshString(type),
    sshString(nonce),
    subject.fields,
    uint64(serial),
    uint32(user),
    sshString(keyId),
    sshString(Buffer.concat(principals.map(sshString))),
    uint64(seconds(certificate.validAfter)),
    uint64(seconds(certificate.validBefore)),
    sshString(options(criticalOptions(certificate))),
    sshString(options(certificate.extensions.map((name) => [name, Buffer.alloc(0)]))),
    sshString(''),
    sshString(authority.blob),
  ]);
  return { type, toSign };
}

/** The line that OpenSSH reads. */
export function certificateLine(type: string, signed: Uint8Array, signature: Uint8Array): string {
  return `${type} ${Buffer.concat([signed, sshString(signature)]).toString('base64')}`;
}

/** The serial of a lease's certificate. Nothing but the lease's id is needed to find it again. */
export function serialOf(leaseId: string): bigint {
  const found = createHash('sha256').update(leaseId).digest().readBigUInt64BE();
  return found === 0n ? 1n : found;
}

/** SSH_CERT_TYPE_USER. */
const user = 1;

function seconds(at: Date): bigint {
  return BigInt(Math.floor(at.getTime() / 1000));
}

function criticalOptions({
  forceCommand,
  sourceAddresses,
}: UserCertificate): (readonly [string, Uint8Array])[] {
  return [
    ...(forceCommand === undefined ? [] : [['force-command', sshString(forceCommand)] as const]),
    ...(sourceAddresses === undefined
      ? []
      : [['source-address', sshString(sourceAddresses.join(','))] as const]),
  ];
}

/** In the order of their names, each once. */
function options(found: readonly (readonly [string, Uint8Array])[]): Buffer {
  const sorted = [...new Map(found)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat(sorted.flatMap(([name, data]) => [sshString(name), sshString(data)]));
}
