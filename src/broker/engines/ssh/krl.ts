// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.krl
import { sshString, uint32, uint64 } from '../../../protocol/ssh-wire.ts';

const magic = Buffer.from('SSHKRL\n\0', 'latin1');
const formatVersion = 1;
const certificateSection = Buffer.from([1]);
const serialList = Buffer.from([0x20]);

/** What was revoked of one authority. */
export interface RevokedSerials {
  /** Its public key on the wire; empty: of any authority. */
  readonly authority: Uint8Array;
  readonly serials: readonly bigint[];
}

/** A key revocation list, for `RevokedKeys` of sshd. @param version grows from each list to the next */
export function encodeKrl(
  revoked: readonly RevokedSerials[],
  { version, at }: { readonly version: bigint; readonly at: Date },
): Buffer {
  return Buffer.concat([
    magic,
    uint32(formatVersion),
    uint64(version),
    uint64(BigInt(Math.floor(at.getTime() / 1000))),
    uint64(0n),
    sshString(''),
    sshString('ephemeral-creds'),
    ...revoked.flatMap(({ authority, serials }) => [
      certificateSection,
      sshString(Buffer.concat([sshString(authority), sshString(''), serialList, sshString(listed(serials))])),
    ]),
  ]);
}

function listed(serials: readonly bigint[]): Buffer {
  return Buffer.concat(serials.toSorted((a, b) => (a < b ? -1 : 1)).map(uint64));
}
